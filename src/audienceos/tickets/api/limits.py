"""`/v1/ticket-limits`: how long tickets may wait for the agency."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, patch
from litestar.params import JSONBody

from audienceos.platform.web.etags import expected_version, with_etag
from audienceos.platform.web.requests import Transaction, lane_of, reading
from audienceos.tickets.actions.limiting import change_limits
from audienceos.tickets.forms import LimitsPatch
from audienceos.tickets.queries.limits import LimitsView, limits_view

Asked = Request[Any, Any, Any]


@get("/v1/ticket-limits")
async def show_limits(request: Asked) -> Response[LimitsView]:
    """Business hours that tickets of each priority may wait before they are escalated."""
    async with reading(request) as lane:
        limits = await limits_view(lane)
        return with_etag(limits, limits.version)


@patch("/v1/ticket-limits")
async def update_limits(request: Asked, db: Transaction, data: JSONBody[LimitsPatch]) -> Response[LimitsView]:
    """Change them; absent leaves. Only for admins."""
    await change_limits(db, data, expected_version(request))
    limits = await limits_view(await lane_of(db))
    return with_etag(limits, limits.version)


HANDLERS = [show_limits, update_limits]
