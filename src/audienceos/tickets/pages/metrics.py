"""How soon tickets are answered and resolved, as tables."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from audienceos.agency.queries import shell
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page
from audienceos.tickets.pages.words import CATEGORIES
from audienceos.tickets.queries.metrics import MetricQuery, metrics

Asked = Request[Any, Any, Any]


@get("/{slug:str}/tickets/times", name="ticket-metrics", include_in_schema=False, opt={"query": MetricQuery})
async def show(request: Asked) -> Response[str]:
    """First response and resolution, by category and by who sees to the tickets."""
    async with reading(request) as lane:
        found = await metrics(lane, filters_from(request, MetricQuery))
        frame = await shell(lane, "tickets")
        return page(request, "tickets/times.html", found=found, categories=dict(CATEGORIES), **frame)


HANDLERS = [show]
