"""Where a client stands: its moves through the pipeline, and an admin's word on its health."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, delete, get, post
from litestar.params import JSONBody

from audienceos.clients.actions.moving import move_client
from audienceos.clients.actions.overriding import override_health, remove_override
from audienceos.clients.forms import ClientView, Moved, MoveIn, OverrideIn
from audienceos.clients.queries.one import MOVES, StageEventView, check_client, client_view
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


class OverrideView(msgspec.Struct, frozen=True):
    """An admin says that the client is healthy: why, and until when unless a new cause of risk appears."""

    reason: str
    until: datetime


@get("/v1/clients/{client_id:uuid}/moves", opt={"query": Listed})
async def list_moves(request: Asked, client_id: Id) -> Page[StageEventView]:
    """The client's way through the pipeline, newest first, with how long it stayed in each stage."""
    async with reading(request) as lane:
        await check_client(lane, client_id)
        asked = filters_from(request, Listed)
        return await MOVES.page(lane, asked, sort="newest", binds={"client_id": client_id})


@post("/v1/clients/{client_id:uuid}/moves", status_code=200)
async def add_move(db: Transaction, client_id: Id, data: JSONBody[MoveIn]) -> Moved:
    """Move the client. `from_stage` says where you saw it; elsewhere by now is a 409 that names the stage."""
    return await move_client(db, client_id, data)


@get("/v1/clients/{client_id:uuid}/health-override")
async def show_override(request: Asked, client_id: Id) -> OverrideView:
    """What an admin said, while it holds; else there is none."""
    async with reading(request) as lane:
        return _override(await client_view(lane, client_id))


@post("/v1/clients/{client_id:uuid}/health-override", status_code=200)
async def create_override(db: Transaction, client_id: Id, data: JSONBody[OverrideIn]) -> OverrideView:
    """Call the client healthy for some days. Only for admins."""
    await override_health(db, client_id, data)
    return _override(await client_view(await lane_of(db), client_id))


@delete("/v1/clients/{client_id:uuid}/health-override")
async def delete_override(db: Transaction, client_id: Id) -> None:
    """Let the rules speak again. Only for admins."""
    await remove_override(db, client_id)


def _override(client: ClientView) -> OverrideView:
    if client.health_override_until is None:
        raise NotFound("override")
    return OverrideView(client.health_override_reason or "", client.health_override_until)


HANDLERS = [list_moves, add_move, show_override, create_override, delete_override]
