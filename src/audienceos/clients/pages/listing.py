"""The clients as a dense list."""

from __future__ import annotations

from typing import Any, get_args

from litestar import Request, Response, get, post

from audienceos.agency.queries import PEOPLE, here, shell
from audienceos.clients.exporting import exported
from audienceos.clients.pages.asking import Picked, own_chips, to_picked
from audienceos.clients.queries.asked import understood
from audienceos.clients.queries.fields import FIELDS
from audienceos.clients.queries.listing import COUNT, SHOWN, Column, Count, ListQuery, Shown, chosen
from audienceos.clients.queries.tags import TAGS
from audienceos.clients.queries.views import view_links
from audienceos.platform.web.forms import from_form
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]

WORDS: dict[str, str] = {
    "health": "Health",
    "stage": "Stage",
    "days_in_stage": "In stage",
    "owner": "Owner",
    "contact": "Contact",
    "contact_email": "Contact's e-mail",
    "domain": "Website",
    "install_date": "Went live",
    "lifetime_value": "Lifetime value",
    "total_spend": "Spend",
    "tags": "Tags",
    "latest_note": "Latest note",
    "last_activity_at": "Last activity",
    "created_at": "Came in",
    "open_tickets": "Open tickets",
}
"""What each column is called."""


@get("/{slug:str}/clients", name="clients", include_in_schema=False, opt={"query": (ListQuery, Picked)})
async def show_list(request: Asked) -> Response[Any]:
    """Every client that matches, a page at a time."""
    asked, picked = filters_from(request, ListQuery), filters_from(request, Picked)
    if picked.field is not None:
        return to_picked(request, asked, picked, asked.keep)
    async with reading(request) as lane:
        at = await here(lane)
        filters = await understood(lane, asked, at)
        frame = await shell(lane, "clients", at)
        columns = chosen(filters.columns, frame["display"].list_columns)
        how = {"form": filters.form, "noted": "latest_note" in columns}
        rows = await SHOWN.page(lane, filters, sort=filters.sort, binds=filters.binds, **how)
        counted = await COUNT.one(lane, filters.binds, form=filters.form)
        fields = await FIELDS.all(lane)
        return page(
            request,
            "clients/list.html",
            rows=rows.items,
            columns=columns,
            every=get_args(Column),
            words=WORDS,
            next_cursor=rows.next_cursor,
            total=counted.count if counted else 0,
            chip_counts=counted or Count(),
            filters=filters,
            fields=fields,
            own=own_chips(filters, fields),
            views=await view_links(lane, "list", filters, at.pipeline, fields),
            pipeline=at.pipeline,
            people=await PEOPLE.all(lane),
            tags=await TAGS.all(lane),
            **frame,
        )


@post(
    "/{slug:str}/client-exports",
    name="clients-export",
    include_in_schema=False,
    opt={"query": Shown, "people_only": True},
)
async def export(request: Asked) -> Response[Any]:
    """The list as it is filtered and sorted, as a file: with the columns that the address names, else with all."""
    await from_form(request, Nothing)
    asked = filters_from(request, Shown)
    return await exported(request, asked, asked.columns)


HANDLERS = [show_list, export]
