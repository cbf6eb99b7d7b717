"""Which channel is which client's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from audienceos.clients.access import client_for
from audienceos.inbox.models.beside import ClientChannel
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import FieldFault, Invalid


async def linked_places(db: Db, places: Sequence[str]) -> dict[str, UUID]:
    """Whose these channels are already."""
    query = select(ClientChannel.place, ClientChannel.client_id).where(
        ClientChannel.agency_id == db.actor.agency_id, ClientChannel.place.in_(places)
    )
    return {row.place: row.client_id for row in await db.execute(query)}


async def link_places(db: Db, channels: Mapping[str, UUID], names: Mapping[str, str]) -> None:
    """Say whose the channels are. A channel belongs to at most one client.

    Raises `NotFound` for a client who isn't there, `Invalid` at `channels` for a channel that is another's.
    """
    for client_id in sorted(set(channels.values())):
        await client_for(db, client_id, to="change")
    there = await linked_places(db, list(channels))
    wrong = [
        FieldFault("channels", f"#{names.get(place, place)} belongs to another client already.")
        for place, client_id in channels.items()
        if there.get(place, client_id) != client_id
    ]
    if wrong:
        raise Invalid(wrong)
    db.add_all(
        ClientChannel(
            client_id=client_id,
            place=place,
            name=(names.get(place) or place)[:100],
            linked_by=db.actor.person,
        )
        for place, client_id in channels.items()
        if place not in there
    )
    await db.flush()
