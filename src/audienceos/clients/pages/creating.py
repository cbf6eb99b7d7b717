"""The form that makes a new client."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromQuery

from audienceos.agency.queries import PEOPLE, here, shell
from audienceos.clients.actions.creating import create_client, namesake
from audienceos.clients.forms import ClientIn
from audienceos.clients.pages.client import to_client
from audienceos.platform.errors import Invalid
from audienceos.platform.web.forms import from_form, typed
from audienceos.platform.web.requests import acting, reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]


@get("/{slug:str}/clients/new", name="client-new", include_in_schema=False)
async def new_client(request: Asked, stage: FromQuery[str] = "") -> Response[str]:
    """The empty form."""
    return await _form(request, {"stage": stage}, {})


@post("/{slug:str}/clients", name="client-create", include_in_schema=False)
async def create(request: Asked) -> Response[Any]:
    """Make a client and go to it, where one of the same name is told; wrong fields come back beside what was typed."""
    try:
        data = await from_form(request, ClientIn)
        async with acting(request) as db:
            twin = await namesake(db, data.name)
            client = await create_client(db, data)
    except Invalid as wrong:
        return await _form(request, await typed(request), wrong.by_field, status=422)
    return to_client(request, client.id, twin=twin)


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


HANDLERS = [new_client, create]
