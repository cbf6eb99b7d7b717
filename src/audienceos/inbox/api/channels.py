"""`/v1/clients/{id}/channels`: in which channels the agency talks with a client."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import JSONBody
from msgspec import Meta

from audienceos.clients.queries.one import check_client
from audienceos.inbox.actions.channels import label_channel, link_channel, unlink_channel
from audienceos.inbox.forms import ChannelIn, ChannelPatch
from audienceos.inbox.ports import workspace_there
from audienceos.inbox.queries.channels import (
    CHANNEL,
    CHANNELS,
    ChannelView,
    Newly,
    RoomView,
    rooms_shown,
)
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, acting, database_of, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/clients/{client_id:uuid}/channels", opt={"query": Listed})
async def list_channels(request: Asked, client_id: Id) -> Page[ChannelView]:
    """The client's channels, by name."""
    async with reading(request) as lane:
        await check_client(lane, client_id)
        asked = filters_from(request, Listed)
        return await CHANNELS.page(lane, asked, sort="name", binds={"client_id": client_id})


@get("/v1/clients/{client_id:uuid}/channels/{channel_id:uuid}")
async def show_channel(request: Asked, client_id: Id, channel_id: Id) -> ChannelView:
    """One of them."""
    async with reading(request) as lane:
        return await _channel(lane, client_id, channel_id)


@post("/v1/clients/{client_id:uuid}/channels")
async def create_channel(request: Asked, client_id: Id, data: JSONBody[ChannelIn]) -> Newly:
    """Say that a channel is the client's; its last 30 days are read. A channel is one client's alone.

    Where our app can't be in it, the answer holds a warning that says what to do.
    """
    async with acting(request) as db:
        row = await link_channel(db, client_id, data)
        agency_id = db.actor.agency_id
    warning = await workspace_there().enter(database_of(request), agency_id, data.place)
    async with reading(request) as lane:
        made = await _channel(lane, client_id, row.id)
    return Newly(**msgspec.structs.asdict(made), warning=warning)


@patch("/v1/clients/{client_id:uuid}/channels/{channel_id:uuid}")
async def update_channel(
    db: Transaction, client_id: Id, channel_id: Id, data: JSONBody[ChannelPatch]
) -> ChannelView:
    """Say what the channel is for."""
    await label_channel(db, client_id, channel_id, data.label)
    return await _channel(await lane_of(db), client_id, channel_id)


@delete("/v1/clients/{client_id:uuid}/channels/{channel_id:uuid}")
async def delete_channel(db: Transaction, client_id: Id, channel_id: Id) -> None:
    """Let it be nobody's; what was said in it stays with the client."""
    await unlink_channel(db, client_id, channel_id)


class RoomFilters(msgspec.Struct, frozen=True):
    """Which channels are looked for."""

    q: Annotated[str, Meta(max_length=100)] | None = None
    """Words in their names."""


@get("/v1/workspace-channels", opt={"query": RoomFilters})
async def list_rooms(request: Asked) -> Page[RoomView]:
    """Channels of the connected workspace: public ones, and private ones that our app is in; at most 50, by their names."""
    asked = filters_from(request, RoomFilters)
    async with reading(request) as lane:
        agency_id = lane.actor.agency_id
    rooms = await workspace_there().rooms(database_of(request), agency_id)
    async with reading(request) as lane:
        return Page(await rooms_shown(lane, rooms, asked.q or ""))


async def _channel(lane: Lane, client_id: UUID, channel_id: UUID) -> ChannelView:
    binds = {"client_id": client_id, "row_id": channel_id}
    found = await CHANNEL.one(lane, binds, one=True)
    if found is None:
        raise NotFound("channel")
    return found


HANDLERS = [list_rooms, list_channels, show_channel, create_channel, update_channel, delete_channel]
