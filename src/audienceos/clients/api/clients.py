"""`/v1/clients`: list, show, create, update, remove, restore, count."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post
from litestar.params import JSONBody

from audienceos.agency.queries import here
from audienceos.clients.actions.creating import create_client
from audienceos.clients.actions.editing import edit_client
from audienceos.clients.actions.removing import delete_client, restore_client
from audienceos.clients.forms import ClientIn, ClientPatch, ClientRow, ClientView
from audienceos.clients.queries.asked import understood
from audienceos.clients.queries.board import ClientCounts, counts
from audienceos.clients.queries.deleted import DeletedClient, deleted_page
from audienceos.clients.queries.filters import Filters
from audienceos.clients.queries.listing import CLIENTS, ClientQuery
from audienceos.clients.queries.one import client_view
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.etags import expected_version, with_etag
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/clients", opt={"query": ClientQuery})
async def list_clients(request: Asked) -> Page[ClientRow]:
    """Clients that match, in pages. Archived ones only when `activity` asks for them."""
    async with reading(request) as lane:
        asked = await understood(lane, filters_from(request, ClientQuery), await here(lane))
        return await CLIENTS.page(lane, asked, sort=asked.sort, binds=asked.binds, form=asked.form)


@get("/v1/clients/{client_id:uuid}")
async def show_client(request: Asked, client_id: Id) -> Response[ClientView]:
    """One client, with the reasons for its health."""
    async with reading(request) as lane:
        client = await client_view(lane, client_id)
        # Never 304: a move, a day that passed or a new owner's name change what is shown, but no version.
        return with_etag(client, client.version)


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


@get("/v1/deleted-clients", opt={"query": Listed})
async def list_deleted(request: Asked) -> Page[DeletedClient]:
    """Deleted clients, the latest first, to bring one back. Only for admins."""
    async with reading(request) as lane:
        return await deleted_page(lane, filters_from(request, Listed))


@get("/v1/client-counts", opt={"query": Filters})
async def show_counts(request: Asked) -> ClientCounts:
    """How many clients match, and how many in each stage, in the pipeline's order."""
    async with reading(request) as lane:
        at = await here(lane)
        return await counts(lane, at.pipeline, await understood(lane, filters_from(request, Filters), at))


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
    list_deleted,
    show_counts,
]
