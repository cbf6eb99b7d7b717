"""The agency's key figures: what each is called and means, and how it is compared. Pure: no database, no clock.

This is the one table of them. A figure is counted by the very condition by which the list that it opens is filtered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from audienceos.agency.pipeline import Pipeline

Metric = Literal[
    "active_onboardings",
    "at_risk_clients",
    "support_hours_week",
    "avg_install_time_days",
    "clients_needing_attention",
    "total_clients",
    "open_tickets",
]
Source = Literal["clients", "tickets", "hours", "installs"]
"""What a figure is read from; each is one statement."""
Unit = Literal["", "h", "days"]
Direction = Literal["up", "down", "stable", "new"]
Goodness = Literal["better", "worse"]
Asked = Mapping[str, object]

STABLE = 0.05
"""Of the figure before: what has changed by no more has not changed."""
WEEK = 7


class Kpi(msgspec.Struct, frozen=True, kw_only=True):
    """One figure."""

    name: Metric
    words: str
    meaning: str
    source: Source
    route: str
    """The page that it opens, by its name."""
    filters: Callable[[Pipeline], Asked] = lambda _: {}
    """What the address of that page asks for."""
    unit: Unit = ""
    lower_is_better: bool | None = None
    """None where neither more nor less is better in itself."""
    before: Literal["snapshot", "week", "days"] = "snapshot"
    """With what it is compared: itself a week ago, the last week up to this day, or the 30 days before."""
    on_card: bool = False


KPIS: tuple[Kpi, ...] = (
    Kpi(
        name="active_onboardings",
        words="Active onboardings",
        meaning="Active clients in the first stage of the pipeline or the one after it, whatever their health.",
        source="clients",
        route="pipeline",
        filters=lambda pipeline: {"stage": list(pipeline.onboarding)},
        on_card=True,
    ),
    Kpi(
        name="at_risk_clients",
        words="At-risk clients",
        meaning="Active clients whose health is red. Those to be watched need attention, but aren't counted here.",
        source="clients",
        route="clients",
        filters=lambda _: {"health": ["red"]},
        lower_is_better=True,
        on_card=True,
    ),
    Kpi(
        name="support_hours_week",
        words="Support hours this week",
        meaning="Time logged on tickets for the days since Monday, beside last week up to the same day.",
        source="hours",
        route="ticket-list",
        filters=lambda _: {"timeframe": "week"},
        unit="h",
        lower_is_better=True,
        before="week",
        on_card=True,
    ),
    Kpi(
        name="avg_install_time_days",
        words="Average install time",
        meaning="Mean days from a client's first stage to its first day live, of active clients first live within"
        " the last 30 days. Clients that came in live aren't counted.",
        source="installs",
        route="clients",
        filters=lambda _: {"installed": "true", "sort": "-install_date"},
        unit="days",
        lower_is_better=True,
        before="days",
        on_card=True,
    ),
    Kpi(
        name="clients_needing_attention",
        words="Clients needing attention",
        meaning="Active clients that are at risk or to be watched, for whichever reason: time in stage, silence,"
        " overdue tasks, tickets or alerts. An admin's word that one is healthy holds.",
        source="clients",
        route="clients",
        filters=lambda _: {"needs_attention": "true", "sort": "health"},
        lower_is_better=True,
    ),
    Kpi(
        name="total_clients",
        words="Clients",
        meaning="Active clients in all stages; archived ones aren't counted.",
        source="clients",
        route="clients",
    ),
    Kpi(
        name="open_tickets",
        words="Open tickets",
        meaning="Tickets that aren't resolved.",
        source="tickets",
        route="ticket-list",
        filters=lambda _: {"open": "true"},
        lower_is_better=True,
    ),
)
"""In the order in which they are shown."""


class Trend(msgspec.Struct, frozen=True):
    """How a figure stands beside the one before. Which way it went and whether that is good are two things."""

    change: float | None = None
    change_percent: float | None = None
    direction: Direction | None = None
    """None where there is nothing to compare with."""
    goodness: Goodness | None = None
    """None where it is neither, or has hardly changed."""


def trend(value: float | None, previous: float | None, *, lower_is_better: bool | None) -> Trend:
    """Compare. Within 5 % it is stable; from nought to anything it is new, and has no percentage."""
    if value is None or previous is None:
        return Trend()
    change = round(value - previous, 2)
    percent = round(change / previous * 100, 1) if previous else None
    if abs(change) <= STABLE * previous:
        return Trend(change, percent, "stable")
    direction: Direction = "up" if change > 0 else "down"
    good: Goodness | None = None
    if lower_is_better is not None:
        good = "better" if (change < 0) == lower_is_better else "worse"
    return Trend(change, percent, "new" if not previous else direction, good)
