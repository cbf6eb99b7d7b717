"""`/v1/client-exports`: the list of clients as a file."""

from __future__ import annotations

from typing import Any

from litestar import Request, post
from litestar.response import Stream

from audienceos.clients.exporting import exported
from audienceos.clients.queries.listing import Sorted
from audienceos.platform.web.idempotency import OFF
from audienceos.platform.web.parameters import filters_from

Asked = Request[Any, Any, Any]


@post(
    "/v1/client-exports",
    status_code=200,
    media_type="text/csv",
    opt={"query": Sorted, "people_only": True, OFF: True},
)
async def create_export(request: Asked) -> Stream:
    """The clients that match, as CSV (UTF-8, guarded against formulas). Of a scoped member: those they see."""
    return await exported(request, filters_from(request, Sorted))


HANDLERS = [create_export]
