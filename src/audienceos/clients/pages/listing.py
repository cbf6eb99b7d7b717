"""The clients as a dense list."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get

from audienceos.agency.queries import PEOPLE, here, shell
from audienceos.clients.queries.filters import Filters
from audienceos.clients.queries.listing import COUNT, ROWS
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]


@get("/{slug:str}/clients", name="clients", include_in_schema=False, opt={"query": Filters})
async def show_list(request: Asked) -> Response[str]:
    """Every client that matches, a page at a time."""
    async with reading(request) as lane:
        at = await here(lane)
        filters = msgspec.structs.replace(filters_from(request, Filters), stuck_days=at.stuck_after_days)
        counted = await COUNT.one(lane, filters.binds, form=filters.form)
        return page(
            request,
            "clients/list.html",
            rows=await ROWS.all(lane, filters.binds, form=filters.form),
            total=counted.count if counted else 0,
            filters=filters,
            pipeline=at.pipeline,
            people=await PEOPLE.all(lane),
            **await shell(lane, "clients", at),
        )


HANDLERS = [show_list]
