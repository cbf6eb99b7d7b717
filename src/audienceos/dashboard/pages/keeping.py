"""What is done on the dashboard: the figures are read anew and kept, and installs are taken out as a file."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from audienceos.dashboard.asking import keep_for
from audienceos.dashboard.exporting import exported
from audienceos.dashboard.queries.parts import DashboardQuery
from audienceos.platform.errors import TooMany
from audienceos.platform.web.forms import from_form
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import acting
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import query, told
from audienceos.platform.web.toasts import Toast

Asked = Request[Any, Any, Any]


@post(
    "/{slug:str}/dashboard/snapshots",
    name="dashboard-snapshots",
    include_in_schema=False,
    opt={"query": DashboardQuery},
    status_code=303,
)
async def refresh(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Back to the dashboard, which is read anew; who sees all clients also has the day's figures kept."""
    asked = filters_from(request, DashboardQuery)
    await from_form(request, Nothing)
    said = Toast("The figures are those of now")
    try:
        async with acting(request) as db:
            if db.actor.sight == "all":
                await keep_for(request, db)
    except TooMany:
        said = Toast("The figures are those of now", "info", "They were kept often enough for this hour.")
    to = request.app.route_reverse("dashboard", slug=slug) + query(asked.in_address)
    return told(request, Response(None, status_code=303, headers={"Location": to}), said)


@post(
    "/{slug:str}/install-exports",
    name="installs-export",
    include_in_schema=False,
    opt={"query": DashboardQuery, "people_only": True},
)
async def export(request: Asked) -> Response[Any]:
    """The chart's days as a file."""
    asked = filters_from(request, DashboardQuery)
    await from_form(request, Nothing)
    return await exported(request, asked)


HANDLERS = [refresh, export]
