"""`/v1/ticket-metrics`: how soon tickets are answered and resolved."""

from __future__ import annotations

from typing import Any

from litestar import Request, get

from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.tickets.queries.metrics import MetricQuery, TicketMetrics, metrics

Asked = Request[Any, Any, Any]


@get("/v1/ticket-metrics", opt={"query": MetricQuery})
async def show_metrics(request: Asked) -> TicketMetrics:
    """First response and resolution in business minutes (median, 90th percentile), by category and assignee."""
    async with reading(request) as lane:
        return await metrics(lane, filters_from(request, MetricQuery))


HANDLERS = [show_metrics]
