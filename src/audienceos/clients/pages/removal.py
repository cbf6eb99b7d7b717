"""Deleting a client, asked twice; the deleted ones, and bringing one back. For admins."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from audienceos.agency.access import require_admin
from audienceos.agency.queries import here, shell
from audienceos.clients.actions.removing import delete_client, restore_client
from audienceos.clients.pages.client import to_client
from audienceos.clients.queries.deleted import deleted_page
from audienceos.clients.queries.one import client_view
from audienceos.platform.errors import Conflict
from audienceos.platform.web.forms import from_form
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]


@get("/{slug:str}/clients/{client_id:uuid}/removal", name="client-removal", include_in_schema=False)
async def ask(request: Asked, client_id: Id) -> Response[str]:
    """Ask whether this client, by its name, is to be deleted."""
    return await _ask(request, client_id)


@post("/{slug:str}/clients/{client_id:uuid}/removal", name="client-remove", include_in_schema=False)
async def remove(request: Asked, client_id: Id) -> Response[Any]:
    """Delete it and go to the list; what is still open for it is told instead."""
    await from_form(request, Nothing)
    try:
        async with acting(request) as db:
            await delete_client(db, client_id)
    except Conflict as wrong:
        return await _ask(request, client_id, wrong)
    to = request.app.route_reverse("clients", slug=request.path_params["slug"])
    return Response(None, status_code=303, headers={"Location": to})


@get("/{slug:str}/deleted-clients", name="deleted-clients", include_in_schema=False, opt={"query": Listed})
async def show_deleted(request: Asked) -> Response[str]:
    """Deleted clients, the latest first."""
    async with reading(request) as lane:
        deleted = await deleted_page(lane, filters_from(request, Listed))
        return page(
            request,
            "clients/deleted.html",
            rows=deleted.items,
            next_cursor=deleted.next_cursor,
            **await shell(lane, "clients"),
        )


@post("/{slug:str}/clients/{client_id:uuid}/restoration", name="client-restore", include_in_schema=False)
async def restore(request: Asked, client_id: Id) -> Response[Any]:
    """Bring a deleted client back and go to it."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await restore_client(db, client_id)
    return to_client(request, client_id)


async def _ask(request: Asked, client_id: UUID, wrong: Conflict | None = None) -> Response[str]:
    async with reading(request) as lane:
        at = await here(lane)
        client = await client_view(lane, client_id)
        require_admin(lane.actor, "delete a client")
        return page(
            request,
            "clients/removal.html",
            status=409 if wrong else 200,
            client=client,
            faults={"": wrong.detail} if wrong else {},
            blocking=wrong.extra.get("blocking", []) if wrong else [],
            **await shell(lane, "clients", at),
        )


HANDLERS = [ask, remove, show_deleted, restore]
