"""`/v1/kpis`: the key figures as they stand."""

from __future__ import annotations

from typing import Any

from litestar import Request, get

from audienceos.agency.queries import here
from audienceos.dashboard.links import linked
from audienceos.dashboard.queries.figures import read_sources
from audienceos.dashboard.queries.parts import Whose, narrowed
from audienceos.dashboard.queries.views import KpiView, kept_before, views
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading

Asked = Request[Any, Any, Any]


@get("/v1/kpis", opt={"query": Whose})
async def list_kpis(request: Asked) -> Page[KpiView]:
    """The key figures, over the clients that one sees. Of some of the clients alone nothing is kept to compare with."""
    asked = filters_from(request, Whose)
    async with reading(request) as everyones:
        lane = narrowed(everyones, asked)
        at = await here(lane)
        found = await read_sources(lane, at)
        return Page(views(at, found, await kept_before(lane), linked(request, at.slug, asked)))


HANDLERS = [list_kpis]
