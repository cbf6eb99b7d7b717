"""The key figures as they stand, over the clients that the reader sees; each source is one statement."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, cast

import msgspec

from audienceos.agency.pipeline import Pipeline
from audienceos.agency.queries import Here
from audienceos.clients.queries.figures import CLIENT_FIGURES, ClientFigures
from audienceos.clients.queries.installs import INSTALLED_DAYS, INSTALLS, Installs
from audienceos.dashboard.kpis import KPIS, Kpi, Metric, Source
from audienceos.platform.db.database import Lane
from audienceos.tickets.queries.figures import (
    TICKET_FIGURES,
    TicketFigures,
    WeekFigures,
    week_figures,
)

Found = Mapping[Source, Any]


class Figure(msgspec.Struct, frozen=True):
    """A figure, and what is known of it besides. None is no figure, never nought."""

    value: float | None
    previous: float | None = None
    """Of the time before, where that can be read at any time; else a snapshot tells it."""
    details: dict[str, Any] = {}


async def _clients(lane: Lane, at: Here) -> ClientFigures:
    return (await CLIENT_FIGURES.all(lane, {"stage": list(at.pipeline.onboarding)}))[0]


async def _tickets(lane: Lane, at: Here) -> TicketFigures:
    return (await TICKET_FIGURES.all(lane))[0]


async def _hours(lane: Lane, at: Here) -> WeekFigures:
    return await week_figures(lane)


async def _installs(lane: Lane, at: Here) -> Installs:
    return (await INSTALLS.all(lane, {"resting": resting(at.pipeline)}))[0]


SOURCES: dict[Source, Callable[[Lane, Here], Awaitable[Any]]] = {
    "clients": _clients,
    "tickets": _tickets,
    "hours": _hours,
    "installs": _installs,
}


def resting(pipeline: Pipeline) -> list[str]:
    """Stages in which no clock runs."""
    return [stage for stage in pipeline.stages if not pipeline.runs_a_clock(stage)]


async def read_sources(lane: Lane, at: Here, kpis: Iterable[Kpi] = KPIS) -> Found:
    """What these figures are read from."""
    wanted: dict[Source, None] = dict.fromkeys(kpi.source for kpi in kpis)
    found: dict[Source, Any] = {}
    for source in wanted:
        found[source] = await SOURCES[source](lane, at)
    return found


def figure_of(name: Metric, found: Found) -> Figure:
    """One figure from its source. Raises `KeyError` where that wasn't read."""
    if name == "open_tickets":
        return Figure(cast("TicketFigures", found["tickets"]).open)
    if name == "support_hours_week":
        week = cast("WeekFigures", found["hours"])
        details = {"minutes": week.minutes, "minutes_before": week.minutes_before}
        return Figure(hours_of(week.minutes), hours_of(week.minutes_before), details)
    if name == "avg_install_time_days":
        installs = cast("Installs", found["installs"])
        details = {
            "window_days": INSTALLED_DAYS,
            "count": installs.count,
            "count_before": installs.count_before,
        }
        return Figure(rounded(installs.days), rounded(installs.days_before), details)
    clients = cast("ClientFigures", found["clients"])
    counts = {
        "active_onboardings": clients.in_stages,
        "at_risk_clients": clients.at_risk,
        "clients_needing_attention": clients.attention,
        "total_clients": clients.total,
    }
    return Figure(counts[name])


def hours_of(minutes: int) -> float:
    """Minutes as the figure has them."""
    return round(minutes / 60, 1)


def rounded(days: float | None) -> float | None:
    """Days as the figure has them."""
    return None if days is None else round(days, 1)
