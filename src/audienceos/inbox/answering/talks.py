"""The conversation that is answered, as far as an answer needs it."""

from __future__ import annotations

from uuid import UUID

import msgspec
from sqlalchemy import select

from audienceos.inbox.access import conversations_seen
from audienceos.inbox.models import Conversation, InboxSource
from audienceos.inbox.ports import Platform
from audienceos.inbox.queries.listing import ID
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound


class Talk(msgspec.Struct, frozen=True):
    """A conversation that the reader sees."""

    id: UUID
    client_id: UUID | None
    platform: Platform
    place: str | None
    came_to: str
    """What names its source outside: a mailbox's address, a workspace's id."""


def _talks(sight: Sight) -> Question:
    source = (
        select(InboxSource.external_id)
        .where(InboxSource.agency_id == AGENCY, InboxSource.id == Conversation.source_id)
        .scalar_subquery()
    )
    row = Conversation
    columns = (row.id, row.client_id, row.platform, row.place, source.label("came_to"))
    return conversations_seen(sight).with_only_columns(*columns).where(row.id == ID)


TALKS = Read(Talk, _talks)


async def talk_of(lane: Lane, conversation_id: UUID) -> Talk:
    """One conversation. Raises `NotFound`, also where it isn't the reader's to see."""
    found = await TALKS.one(lane, {"conversation_id": conversation_id})
    if found is None:
        raise NotFound("conversation")
    return found


async def within(db: Db) -> Lane:
    """What an action asks in its own transaction, with what it has written so far."""
    await db.flush()
    return Lane(await db.raw(), db.actor)
