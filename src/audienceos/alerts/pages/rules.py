"""The page of the rules: what each watches for, whether it speaks here, and how often it was right."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from audienceos.agency.queries import shell
from audienceos.alerts.queries.rules import rules_here
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]


@get("/{slug:str}/alerts/rules", name="alert-rules", include_in_schema=False)
async def show_rules(request: Asked) -> Response[str]:
    """Every rule."""
    async with reading(request) as lane:
        frame = await shell(lane, "alerts")
        return page(request, "alerts/rules.html", rules=await rules_here(lane), **frame)


HANDLERS = [show_rules]
