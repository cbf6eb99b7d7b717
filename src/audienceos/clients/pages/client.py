"""A client's own page, and the form that makes a new one."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from audienceos.agency.queries import PEOPLE, here, shell
from audienceos.clients.actions.creating import create_client
from audienceos.clients.forms import ClientIn
from audienceos.clients.queries.fields import FIELDS
from audienceos.clients.queries.one import ASSIGNMENTS, CONTACTS, HISTORY, NOTES, TASKS, client_view
from audienceos.platform.errors import Invalid
from audienceos.platform.web.forms import from_form, typed
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]


@get("/{slug:str}/clients/{client_id:uuid}", name="client", include_in_schema=False)
async def show_client(request: Asked, client_id: Id) -> Response[str]:
    """All about one client."""
    async with reading(request) as lane:
        at = await here(lane)
        asked = {"client_id": client_id}
        return page(
            request,
            "clients/client.html",
            client=await client_view(lane, client_id),
            assignments=await ASSIGNMENTS.all(lane, asked),
            contacts=await CONTACTS.all(lane, asked),
            notes=await NOTES.all(lane, asked),
            tasks=await TASKS.all(lane, asked),
            history=await HISTORY.all(lane, asked),
            fields=await FIELDS.all(lane),
            people=await PEOPLE.all(lane),
            pipeline=at.pipeline,
            here=at,
            **await shell(lane, "clients", at),
        )


@get("/{slug:str}/clients/new", name="client-new", include_in_schema=False)
async def new_client(request: Asked, stage: FromQuery[str] = "") -> Response[str]:
    """The empty form."""
    return await _form(request, {"stage": stage}, {})


@post("/{slug:str}/clients", name="client-create", include_in_schema=False)
async def create(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Make a client and go to it; wrong fields come back beside what was typed."""
    try:
        data = await from_form(request, ClientIn)
        async with acting(request) as db:
            client = await create_client(db, data)
    except Invalid as wrong:
        return await _form(request, await typed(request), wrong.by_field, status=422)
    to = request.app.route_reverse("client", slug=slug, client_id=str(client.id))
    return Response(None, status_code=303, headers={"Location": to})


async def _form(
    request: Asked, values: dict[str, Any], faults: dict[str, str], status: int = 200
) -> Response[str]:
    async with reading(request) as lane:
        at = await here(lane)
        return page(
            request,
            "clients/new.html",
            status=status,
            values=values,
            faults=faults,
            people=await PEOPLE.all(lane),
            pipeline=at.pipeline,
            **await shell(lane, "clients", at),
        )


HANDLERS = [show_client, new_client, create]
