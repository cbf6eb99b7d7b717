"""What happened to a client, newest first: the events that its timeline tells."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Text, any_, bindparam, or_, select

from audienceos.clients.access import is_seen
from audienceos.clients.activity import ITS_OWN, names, told
from audienceos.clients.models import Client
from audienceos.clients.queries.columns import CLIENT, person_name
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question
from audienceos.platform.events.models import Event
from audienceos.platform.web.paging import Key, Listed, Page, Paged


class Happened(msgspec.Struct, frozen=True):
    """An event as it was written, without what only admins read. `client_id` is another's where that was merged in."""

    id: UUID
    at: datetime
    name: str
    actor: str | None
    actor_id: UUID | None
    client_id: UUID
    data: dict[str, Any]


class ActivityView(msgspec.Struct, frozen=True):
    """Something that happened to a client, in words. Without an actor it is told of the client itself."""

    id: UUID
    at: datetime
    name: str
    actor: str | None
    actor_id: UUID | None
    client_id: UUID
    said: str


def _activity(sight: Sight) -> Question:
    merged = select(Client.id).where(Client.agency_id == AGENCY, Client.merged_into == CLIENT)
    there = select(Client.id).where(
        Client.agency_id == AGENCY, Client.id == CLIENT, Client.deleted_at.is_(None), is_seen(Client.id, sight)
    )  # fmt: skip
    return select(
        Event.id,
        Event.at,
        Event.name,
        person_name(Event.actor_id).label("actor"),
        Event.actor_id,
        Event.client_id,
        Event.data,
    ).where(
        Event.agency_id == AGENCY,
        or_(Event.client_id == CLIENT, Event.client_id.in_(merged)),
        there.exists(),
        Event.name == any_(bindparam("names", type_=ARRAY(Text()))),
    )


ACTIVITY = Paged(
    "activity", Happened, _activity, {"newest": (Key(Event.at, descending=True),)}, unique=Event.id
)


async def activity(lane: Lane, client_id: UUID, asked: Listed) -> Page[ActivityView]:
    """A page of it. Raises `BadQuery` for a cursor that isn't of this list."""
    found = await ACTIVITY.page(lane, asked, sort="newest", binds={"client_id": client_id, "names": names()})
    return Page([_view(one) for one in found.items], found.next_cursor)


def _view(one: Happened) -> ActivityView:
    who, who_id = (None, None) if one.name in ITS_OWN else (one.actor, one.actor_id)
    return ActivityView(one.id, one.at, one.name, who, who_id, one.client_id, told(one.name, one.data))
