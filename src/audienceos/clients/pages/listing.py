"""The clients as a dense list."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get

from audienceos.agency.queries import PEOPLE, here, shell
from audienceos.clients.queries.listing import CLIENTS, COUNT, ClientQuery
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]


@get("/{slug:str}/clients", name="clients", include_in_schema=False, opt={"query": ClientQuery})
async def show_list(request: Asked) -> Response[str]:
    """Every client that matches, a page at a time."""
    async with reading(request) as lane:
        at = await here(lane)
        asked = filters_from(request, ClientQuery)
        filters = msgspec.structs.replace(asked, stuck_days=at.stuck_after_days)
        rows = await CLIENTS.page(lane, filters, sort=filters.sort, binds=filters.binds, form=filters.form)
        counted = await COUNT.one(lane, filters.binds, form=filters.form)
        return page(
            request,
            "clients/list.html",
            rows=rows.items,
            next_cursor=rows.next_cursor,
            total=counted.count if counted else 0,
            filters=filters,
            pipeline=at.pipeline,
            people=await PEOPLE.all(lane),
            **await shell(lane, "clients", at),
        )


HANDLERS = [show_list]
