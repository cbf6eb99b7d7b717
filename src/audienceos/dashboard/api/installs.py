"""`/v1/installs`: clients that came in and went live, day by day; `/v1/install-exports`: the same as a file."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.response import Stream

from audienceos.agency.queries import here
from audienceos.clients.queries.installs import InstallDay
from audienceos.dashboard.exporting import exported
from audienceos.dashboard.queries.parts import DashboardQuery, days_of, narrowed
from audienceos.platform.web.idempotency import OFF
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading

Asked = Request[Any, Any, Any]


@get("/v1/installs", opt={"query": DashboardQuery})
async def list_installs(request: Asked) -> Page[InstallDay]:
    """Each of the last days in the agency's zone, the last being today, which still runs. Without anything: noughts."""
    asked = filters_from(request, DashboardQuery)
    async with reading(request) as lane:
        return Page(await days_of(narrowed(lane, asked), await here(lane), asked.days))


@post(
    "/v1/install-exports",
    status_code=200,
    media_type="text/csv",
    opt={"query": DashboardQuery, "people_only": True, OFF: True},
)
async def create_install_export(request: Asked) -> Stream:
    """The same days as CSV."""
    return await exported(request, filters_from(request, DashboardQuery))


HANDLERS = [list_installs, create_install_export]
