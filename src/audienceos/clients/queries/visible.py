"""Which of some clients a reader may be told of."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    exists,
    false,
    or_,
    select,
)

from audienceos.clients.access import is_seen
from audienceos.clients.models import Client
from audienceos.platform import clock
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, PERSON, Question, Read
from audienceos.platform.events.models import Event

TOLD_AFTER = timedelta(minutes=15)
"""How long somebody who lost a client is told of it: a page that was away for a moment must learn it too."""


class Seen(msgspec.Struct, frozen=True):
    """A client that the reader may be told of."""

    id: UUID


def _seen(sight: Sight) -> Question:
    # Deleted ones count: the page that still shows one must learn that it is gone.
    among = Client.id == any_(bindparam("among", type_=ARRAY(Uuid())))
    return select(Client.id).where(
        Client.agency_id == AGENCY, among, or_(is_seen(Client.id, sight), _was_lost(sight))
    )


def _was_lost(sight: Sight) -> ColumnElement[bool]:
    """Whether it was taken from the reader a moment ago, who may still have it before their eyes."""
    if sight == "all":
        return false()
    since = bindparam("lost_since", type_=DateTime(timezone=True))
    person = cast(PERSON, Text)
    return exists().where(
        Event.agency_id == AGENCY,
        Event.client_id == Client.id,
        Event.at > since,
        Event.subject_type == "assignment",
        or_(Event.data["user_id"].astext == person, Event.data["replaces"].astext == person),
    )


SEEN = Read(Seen, _seen)


async def visible_among(lane: Lane, client_ids: list[UUID]) -> set[UUID]:
    """Those of the ids that the lane's actor may see, or saw until a moment ago."""
    asked = {"among": client_ids, "lost_since": clock.now() - TOLD_AFTER}
    return {row.id for row in await SEEN.all(lane, asked)}
