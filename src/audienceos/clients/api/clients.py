"""`/v1/clients`: list, show, create, update, remove, restore, and the moves of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.params import JSONBody

from audienceos.agency.queries import here
from audienceos.clients.actions.creating import create_client
from audienceos.clients.actions.editing import edit_client
from audienceos.clients.actions.moving import move_client
from audienceos.clients.actions.removing import delete_client, restore_client
from audienceos.clients.forms import ClientIn, ClientPatch, ClientRow, ClientView, Moved, MoveIn
from audienceos.clients.queries.listing import CLIENTS, ClientQuery
from audienceos.clients.queries.one import HISTORY, StageEventView, client_view
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.etags import expected_version, shown, with_etag
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/clients", opt={"query": ClientQuery})
async def list_clients(request: Asked) -> Page[ClientRow]:
    """Clients that match, in pages. Archived ones only when `activity` asks for them."""
    async with reading(request) as lane:
        asked = filters_from(request, ClientQuery)
        asked = msgspec.structs.replace(asked, stuck_days=(await here(lane)).stuck_after_days)
        return await CLIENTS.page(lane, asked, sort=asked.sort, binds=asked.binds, form=asked.form)


@get("/v1/clients/{client_id:uuid}")
async def show_client(request: Asked, client_id: Id) -> Response[ClientView]:
    """One client, with the reasons for its health."""
    async with reading(request) as lane:
        client = await client_view(lane, client_id)
        return shown(request, client, client.version)


@post("/v1/clients")
async def add_client(db: Transaction, data: JSONBody[ClientIn]) -> Response[ClientView]:
    """Add a client. Its first stage event is written with it; its creator owns it unless another is named."""
    client = await create_client(db, data)
    return await _answer(db, client.id, status=201)


@patch("/v1/clients/{client_id:uuid}")
async def update_client(
    request: Asked, db: Transaction, client_id: Id, data: JSONBody[ClientPatch]
) -> Response[ClientView]:
    """Change a client's own fields: absent leaves, null clears. Stages change by moves."""
    await edit_client(db, client_id, data, expected_version(request))
    return await _answer(db, client_id)


@delete("/v1/clients/{client_id:uuid}")
async def remove_client(db: Transaction, client_id: Id) -> None:
    """Delete a client softly; an admin can restore it. Only for admins."""
    await delete_client(db, client_id)


@post("/v1/clients/{client_id:uuid}/restoration", status_code=200)
async def restore(db: Transaction, client_id: Id) -> Response[ClientView]:
    """Bring a deleted client back. Only for admins."""
    await restore_client(db, client_id)
    return await _answer(db, client_id)


@get("/v1/clients/{client_id:uuid}/moves")
async def list_moves(request: Asked, client_id: Id) -> Page[StageEventView]:
    """The client's way through the pipeline, newest first, with how long it stayed in each stage."""
    async with reading(request) as lane:
        await client_view(lane, client_id)
        return Page(await HISTORY.all(lane, {"client_id": client_id}))


@post("/v1/clients/{client_id:uuid}/moves", status_code=200)
async def add_move(db: Transaction, client_id: Id, data: JSONBody[MoveIn]) -> Moved:
    """Move the client. `from_stage` says where you saw it; elsewhere by now is a 409 that names the stage."""
    return await move_client(db, client_id, data)


async def _answer(db: Db, client_id: UUID, status: int = 200) -> Response[ClientView]:
    """The client as it now stands in this transaction."""
    client = await client_view(await lane_of(db), client_id)
    return with_etag(client, client.version, status=status)


HANDLERS = [
    list_clients,
    show_client,
    add_client,
    update_client,
    remove_client,
    restore,
    list_moves,
    add_move,
]
