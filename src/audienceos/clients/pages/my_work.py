"""Tasks across clients: what I have to do, the most pressing first."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get

from audienceos.agency.queries import faces, here, shell
from audienceos.clients.queries.work import WorkQuery, work
from audienceos.platform.clock import today_in
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page, wants_fragment

Asked = Request[Any, Any, Any]


@get("/{slug:str}/my-work", name="my-work", include_in_schema=False, opt={"query": WorkQuery})
async def show_work(request: Asked) -> Response[str]:
    """The tasks, by when they are due; the list alone where a live update asks."""
    asked = filters_from(request, WorkQuery)
    async with reading(request) as lane:
        at = await here(lane)
        today = today_in(ZoneInfo(at.timezone))
        context: dict[str, Any] = {
            "work": await work(lane, asked, list(at.pipeline.stages), today),
            "asked": asked,
            "faces": await faces(lane),
            "today": today,
            "pipeline": at.pipeline,
        }
        if wants_fragment(request):
            return page(request, "clients/_work.html", zone=at.timezone, **context)
        return page(request, "clients/my_work.html", **context, **await shell(lane, "my-work", at))


HANDLERS = [show_work]
