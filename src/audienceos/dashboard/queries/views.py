"""A figure as pages and programs are told of it: with its meaning, what it is compared with, and what it opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from audienceos.agency.queries import Here
from audienceos.dashboard.kpis import KPIS, WEEK, Direction, Goodness, Kpi, Metric, Unit, trend
from audienceos.dashboard.queries.figures import Figure, Found, figure_of
from audienceos.dashboard.queries.snapshots import KEPT_SINCE, Kept
from audienceos.platform import clock
from audienceos.platform.clock import today_in
from audienceos.platform.db.database import Lane

HISTORY_DAYS = 8
Link = Callable[[str, Mapping[str, object]], str]
"""The address of a page by its name, asked for this."""


class KpiView(msgspec.Struct, frozen=True, kw_only=True):
    """One figure over the clients that the reader sees. `value` is null where there is none, which is no nought."""

    name: Metric
    words: str
    meaning: str
    unit: Unit
    value: float | None
    previous: float | None
    """What it is compared with; null where nothing was kept, and for who sees only some of the clients."""
    compared_with: str
    """Which time that is of, in words."""
    change: float | None
    change_percent: float | None
    direction: Direction | None
    goodness: Goodness | None
    history: list[float]
    """What was kept on the days before, the oldest first, then the figure itself."""
    address: str
    """The page that it opens: a list that holds as many as the figure says."""
    computed_at: datetime


async def kept_before(lane: Lane) -> list[Kept]:
    """What the last days' snapshots say; nothing for who sees only some of the clients. One statement."""
    today = today_in(lane.actor.tz)
    return await KEPT_SINCE.all(lane, {"since": today - timedelta(days=HISTORY_DAYS)})


def views(
    at: Here, found: Found, kept: Sequence[Kept], link: Link, kpis: Iterable[Kpi] = KPIS
) -> list[KpiView]:
    """The figures whose sources were read."""
    return [_view(kpi, figure_of(kpi.name, found), at, kept, link) for kpi in kpis if kpi.source in found]


def _view(kpi: Kpi, figure: Figure, at: Here, kept: Sequence[Kept], link: Link) -> KpiView:
    today = today_in(ZoneInfo(at.timezone))
    mine = {row.snapshot_date: float(row.value) for row in kept if row.metric_name == kpi.name}
    previous = figure.previous if kpi.before != "snapshot" else mine.get(today - timedelta(days=WEEK))
    told = trend(figure.value, previous, lower_is_better=kpi.lower_is_better)
    now = [] if figure.value is None else [figure.value]
    return KpiView(
        name=kpi.name,
        words=kpi.words,
        meaning=kpi.meaning,
        unit=kpi.unit,
        value=figure.value,
        previous=previous,
        compared_with=_compared(kpi, today),
        change=told.change,
        change_percent=told.change_percent,
        direction=told.direction,
        goodness=told.goodness,
        history=[value for day, value in sorted(mine.items()) if day < today] + now,
        address=link(kpi.route, kpi.filters(at.pipeline)),
        computed_at=clock.now(),
    )


def _compared(kpi: Kpi, today: date) -> str:
    if kpi.before == "week":
        return "by this time last week"
    return "the 30 days before" if kpi.before == "days" else f"last {today:%A}"
