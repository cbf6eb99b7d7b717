"""Which channels are whose, and what is kept of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select

from audienceos.clients.access import clients_beside
from audienceos.clients.queries.columns import CLIENT, ROW, person_name
from audienceos.inbox.models.beside import ClientChannel
from audienceos.inbox.ports import Room
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.web.paging import Key, Paged

SHOWN = 50
"""Channels of one answer: whoever looks for another says more of its name."""

_AT = """
select c.id, c.client_id, c.name,
       exists (select 1 from conversation_key k where k.agency_id = $1 and k.platform = 'slack' and k.key = $2)
  from (select 1) as asked left join client_channel c on c.agency_id = $1 and c.place = $2"""
_LINKED = "select id, place, name, client_id from client_channel where agency_id = $1 order by created_at, id"
_SAID = """
select m.message_id, coalesce(m.thread_id, '')
  from {table} m
 where m.agency_id = $1 and m.platform = 'slack' and m.removed_at is null and m.received_at between $3 and $4
   and m.conversation_id = (select k.conversation_id from conversation_key k
                             where k.agency_id = $1 and k.platform = 'slack' and k.key = $2)"""


class ChannelView(msgspec.Struct, frozen=True):
    """A channel in which the agency talks with a client."""

    id: UUID
    client_id: UUID
    place: str
    """What the platform calls it."""
    name: str
    label: str | None
    linked_by: UUID | None
    linked_by_name: str | None
    created_at: datetime


class Newly(ChannelView, frozen=True):
    """A channel that was just linked."""

    warning: str | None = None
    """Why nothing comes from it yet, where something has to be done about it."""


class RoomView(msgspec.Struct, frozen=True):
    """A channel of the connected workspace."""

    place: str
    name: str
    is_private: bool
    is_inside: bool
    """Whether our app is in it."""
    is_linked: bool
    client_id: UUID | None
    """Whose it is, for those who see the client."""


class At(msgspec.Struct, frozen=True):
    """What is known of a channel."""

    link_id: UUID | None
    client_id: UUID | None
    name: str | None
    is_known: bool
    """Whether something that was said in it is in a conversation."""


class Linked(msgspec.Struct, frozen=True):
    """A channel that is a client's."""

    id: UUID
    place: str
    name: str
    client_id: UUID


def _channels(sight: Sight, *, one: bool = False) -> Question:
    row = ClientChannel
    columns = [
        person_name(row.linked_by).label(name) if name == "linked_by_name" else getattr(row, name)
        for name in ChannelView.__struct_fields__
    ]
    client = clients_beside(sight)
    of_client = (client.c.agency_id == row.agency_id) & (client.c.id == row.client_id)
    mine = (row.agency_id == AGENCY, row.client_id == CLIENT)
    query = select(*columns).join(client, of_client).where(*mine)
    return query.where(row.id == ROW) if one else query


def _mine(sight: Sight) -> Question:
    row = ClientChannel
    client = clients_beside(sight)
    of_client = (client.c.agency_id == row.agency_id) & (client.c.id == row.client_id)
    return select(row.place, row.client_id).join(client, of_client).where(row.agency_id == AGENCY)


class _Mine(msgspec.Struct, frozen=True):
    place: str
    client_id: UUID


SEEN = Read(_Mine, _mine)
CHANNEL = Read(ChannelView, _channels)
"""Binds :client_id and :row_id."""
CHANNELS = Paged(
    "channels", ChannelView, _channels, {"name": (Key(ClientChannel.name),)}, unique=ClientChannel.id
)
"""Binds :client_id."""


async def channel_at(lane: Lane, place: str) -> At:
    """What is known of that channel in the agency."""
    row = await lane.raw.fetchrow(_AT, lane.actor.agency_id, place)
    return At(*row) if row else At(None, None, None, is_known=False)


async def linked_channels(lane: Lane) -> list[Linked]:
    """Every channel of the agency that is a client's, the longest linked first."""
    return [Linked(*row) for row in await lane.raw.fetch(_LINKED, lane.actor.agency_id)]


async def said_there(lane: Lane, place: str, since: datetime, until: datetime) -> list[tuple[str, str]]:
    """What is kept of what was said in that channel in this time: each message's name and its thread's, which is empty
    for what stands beside any thread.
    """
    found: list[tuple[str, str]] = []
    for table in ("communication", "triage_message"):
        rows = await lane.raw.fetch(_SAID.format(table=table), lane.actor.agency_id, place, since, until)
        found += [(row[0], row[1]) for row in rows]
    return found


async def rooms_shown(lane: Lane, rooms: Sequence[Room], q: str = "") -> list[RoomView]:
    """Those channels whose name holds these words, with whose they are as far as the reader may know."""
    mine = {one.place: one.client_id for one in await SEEN.all(lane)}
    taken = {one.place for one in await linked_channels(lane)}
    words = q.casefold().lstrip("#").split()
    found = [one for one in rooms if all(word in one.name.casefold() for word in words)]
    return [
        RoomView(
            place=one.place,
            name=one.name,
            is_private=one.is_private,
            is_inside=one.is_inside,
            is_linked=one.place in taken,
            client_id=mine.get(one.place),
        )
        for one in sorted(found, key=lambda one: (one.place in taken, one.name))[:SHOWN]
    ]
