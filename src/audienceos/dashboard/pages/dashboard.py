"""How the agency stands: key figures, clients that need attention, and installs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import asyncpg
import structlog
from litestar import Request, Response, get

from audienceos.agency.queries import Here, here, shell
from audienceos.clients.queries.attention import Attended, counted
from audienceos.dashboard.drawing import drawn, sparkline, weeks
from audienceos.dashboard.kpis import KPIS, Source
from audienceos.dashboard.links import linked
from audienceos.dashboard.queries.parts import FIGURES, DashboardQuery, Part, read_part, read_parts
from audienceos.dashboard.queries.views import KpiView, views
from audienceos.platform import clock
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]
Parts = Mapping[Part, Any]
EVERY = 3600
"""After so many seconds an open dashboard reads itself anew, though nothing that it hears of has happened."""
log = structlog.get_logger()

FAILS = (asyncpg.PostgresError, ArithmeticError, LookupError, TypeError, ValueError)
"""What is one part's trouble. A database that is away is everybody's, and told as on every page."""


@get("/{slug:str}/dashboard", name="dashboard", include_in_schema=False, opt={"query": DashboardQuery})
async def show_dashboard(request: Asked) -> Response[str]:
    """All of it."""
    asked = filters_from(request, DashboardQuery)
    async with reading(request) as lane:
        at = await here(lane)
        frame = await shell(lane, "dashboard", at)
    parts = await gathered(request, at, asked, (*FIGURES, "attention", "days"))
    context = _figures(request, at, asked, parts) | _attention(at, asked, parts) | _installs(asked, parts)
    return page(request, "dashboard/dashboard.html", **context, **frame)


@get(
    "/{slug:str}/dashboard/figures",
    name="dashboard-figures",
    include_in_schema=False,
    opt={"query": DashboardQuery},
)
async def show_figures(request: Asked) -> Response[str]:
    """The key figures alone, as a live update or a second try asks for them."""
    at, asked = await _at(request), filters_from(request, DashboardQuery)
    parts = await gathered(request, at, asked, FIGURES)
    found = _figures(request, at, asked, parts)
    return page(request, "dashboard/_figures.html", zone=at.timezone, beside=True, **found)


@get(
    "/{slug:str}/dashboard/attention",
    name="dashboard-attention",
    include_in_schema=False,
    opt={"query": DashboardQuery},
)
async def show_attention(request: Asked) -> Response[str]:
    """The clients that need attention alone."""
    at, asked = await _at(request), filters_from(request, DashboardQuery)
    parts = await gathered(request, at, asked, ("clients", "attention"))
    return page(request, "dashboard/_attention.html", **_attention(at, asked, parts))


@get(
    "/{slug:str}/dashboard/installs",
    name="dashboard-installs",
    include_in_schema=False,
    opt={"query": DashboardQuery},
)
async def show_installs(request: Asked) -> Response[str]:
    """The chart alone."""
    asked = filters_from(request, DashboardQuery)
    parts = await gathered(request, await _at(request), asked, ("days",))
    return page(request, "dashboard/_installs.html", **_installs(asked, parts))


async def gathered(request: Asked, at: Here, asked: DashboardQuery, wanted: Sequence[Part]) -> Parts:
    """What these parts show; without those that fail, each of which is then read by itself."""
    try:
        async with reading(request) as lane:
            return await read_parts(lane, at, asked, wanted)
    except FAILS as problem:
        log.warning("dashboard part failed", problem=repr(problem))
    found: dict[Part, Any] = {}
    for part in wanted:
        try:
            async with reading(request) as lane:
                found[part] = await read_part(lane, at, asked, part)
        except FAILS as problem:
            log.error("dashboard part failed", part=part, problem=repr(problem))
    return found


async def _at(request: Asked) -> Here:
    async with reading(request) as lane:
        return await here(lane)


def _figures(request: Asked, at: Here, asked: DashboardQuery, parts: Parts) -> dict[str, Any]:
    """The cards in their order; one whose source failed has only its name."""
    cards = [kpi for kpi in KPIS if kpi.on_card]
    found = cast("Mapping[Source, Any]", parts)
    link = linked(request, at.slug, asked)
    told: dict[str, KpiView] = {
        view.name: view for view in views(at, found, parts.get("kept", []), link, cards)
    }
    now = clock.now().astimezone(ZoneInfo(at.timezone))
    return {
        "asked": asked,
        "cards": [(kpi.words, told.get(kpi.name)) for kpi in cards],
        "sparkline": sparkline,
        "updated_at": now,
        "next_at": now + timedelta(seconds=EVERY),
        "every": EVERY,
    }


def _attention(at: Here, asked: DashboardQuery, parts: Parts) -> dict[str, Any]:
    there: list[Attended] | None = parts.get("attention")
    return {
        "asked": asked,
        "every": EVERY,
        "attended": there and [(one, counted(one, one.health_reasons, at.timezone)) for one in there],
        "attention": parts["clients"].attention if "clients" in parts else None,
        "has_clients": bool(parts["clients"].total) if "clients" in parts else True,
        "pipeline": at.pipeline,
    }


def _installs(asked: DashboardQuery, parts: Parts) -> dict[str, Any]:
    days = parts.get("days")
    return {
        "asked": asked,
        "every": EVERY,
        "drawn": None if days is None else drawn(days),
        "weeks": [] if days is None else weeks(days),
        "days": days,
    }


HANDLERS = [show_dashboard, show_figures, show_attention, show_installs]
