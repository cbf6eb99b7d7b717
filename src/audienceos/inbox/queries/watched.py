"""What waits and what was promised in an agency's conversations, at once, for the rooms that watch over clients."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import Text, cast, func

from audienceos.agency.hours import worked
from audienceos.clients.access import clients_beside
from audienceos.inbox.access import conversations_beside
from audienceos.inbox.models import Conversation, Promise
from audienceos.inbox.queries.filters import waits
from audienceos.inbox.queries.waited import HOUR, waiting_clock
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read


class Waiting(msgspec.Struct, frozen=True):
    """A conversation that needs a reply, of a client that is worked for."""

    id: UUID
    client_id: UUID
    client_name: str
    name: str
    last_sender: str
    waiting_since: datetime
    code: str | None
    """What the judgement rests on most."""


class Kept(msgspec.Struct, frozen=True):
    """The same, with the business hours that it has waited and those that the agency allows."""

    waiting: Waiting
    hours: float
    watch: float
    risk: float

    @property
    def client_id(self) -> UUID:
        """Whose it is."""
        return self.waiting.client_id


class OpenPromise(msgspec.Struct, frozen=True):
    """Something that the agency said it would do by a day, and hasn't done."""

    id: UUID
    conversation_id: UUID
    client_id: UUID
    client_name: str
    owner: str
    quote: str
    due: date
    said_at: datetime


def _waiting(sight: Sight) -> Question:
    client = clients_beside(sight)
    name = func.coalesce(Conversation.subject, Conversation.place_name, Conversation.last_sender)
    columns = (
        Conversation.id,
        Conversation.client_id,
        client.c.name.label("client_name"),
        name.label("name"),
        Conversation.last_sender,
        Conversation.waiting_since,
        cast(Conversation.reasons[0]["code"].astext, Text).label("code"),
    )
    there = (waits(), client.c.is_active.is_(True))
    return conversations_beside(client, sight).where(*there).with_only_columns(*columns)


def _promises(sight: Sight) -> Question:
    client = clients_beside(sight)
    of_it = (Promise.agency_id == AGENCY) & (Promise.conversation_id == Conversation.id)
    columns = (
        Promise.id,
        Promise.conversation_id,
        Conversation.client_id,
        client.c.name.label("client_name"),
        Promise.owner,
        Promise.quote,
        Promise.due,
        Promise.said_at,
    )
    is_open = (Promise.by == "us", Promise.is_kept.is_(False), Promise.due.is_not(None))
    return (
        conversations_beside(client, sight)
        .join(Promise, of_it)
        .where(*is_open, client.c.is_active.is_(True))
        .with_only_columns(*columns)
    )


WAITING = Read(Waiting, _waiting)
OPEN_PROMISES = Read(OpenPromise, _promises)


async def kept_waiting(lane: Lane, now: datetime) -> list[Kept]:
    """Every client's conversation that waits, with its business hours until that moment."""
    waiting = await WAITING.all(lane)
    if not waiting:
        return []
    clock = await waiting_clock(lane)
    watch, risk = clock.limits.watch_hours, clock.limits.risk_hours
    return [Kept(one, worked(clock.hours, one.waiting_since, now) / HOUR, watch, risk) for one in waiting]
