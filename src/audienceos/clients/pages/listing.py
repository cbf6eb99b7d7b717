"""The clients as a dense list."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from audienceos.agency.queries import PEOPLE, here, shell
from audienceos.clients.exporting import exported
from audienceos.clients.pages.asking import Picked, own_chips, to_picked
from audienceos.clients.pages.client import Nothing
from audienceos.clients.queries.asked import understood
from audienceos.clients.queries.fields import FIELDS
from audienceos.clients.queries.listing import CLIENTS, COUNT, ClientQuery, Sorted
from audienceos.clients.queries.views import view_links
from audienceos.platform.web.forms import from_form
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]


@get("/{slug:str}/clients", name="clients", include_in_schema=False, opt={"query": (ClientQuery, Picked)})
async def show_list(request: Asked) -> Response[Any]:
    """Every client that matches, a page at a time."""
    asked, picked = filters_from(request, ClientQuery), filters_from(request, Picked)
    if picked.field is not None:
        return to_picked(request, asked, picked, asked.order_in_address)
    async with reading(request) as lane:
        at = await here(lane)
        filters = await understood(lane, asked, at)
        rows = await CLIENTS.page(lane, filters, sort=filters.sort, binds=filters.binds, form=filters.form)
        counted = await COUNT.one(lane, filters.binds, form=filters.form)
        fields = await FIELDS.all(lane)
        return page(
            request,
            "clients/list.html",
            rows=rows.items,
            next_cursor=rows.next_cursor,
            total=counted.count if counted else 0,
            filters=filters,
            fields=fields,
            own=own_chips(filters, fields),
            views=await view_links(lane, "list", filters, at.pipeline, fields),
            pipeline=at.pipeline,
            people=await PEOPLE.all(lane),
            **await shell(lane, "clients", at),
        )


@post(
    "/{slug:str}/client-exports",
    name="clients-export",
    include_in_schema=False,
    opt={"query": Sorted, "people_only": True},
)
async def export(request: Asked) -> Response[Any]:
    """The list as it is filtered and sorted, as a file."""
    await from_form(request, Nothing)
    return await exported(request, filters_from(request, Sorted))


HANDLERS = [show_list, export]
