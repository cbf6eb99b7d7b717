"""Keep the agency's key figures, a row a figure and day: what trends are told by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from audienceos.agency.queries import Here, here
from audienceos.clients.queries.looking_back import clients_then
from audienceos.dashboard.kpis import KPIS, WEEK, Metric
from audienceos.dashboard.models import KpiSnapshot
from audienceos.dashboard.queries.figures import Figure, figure_of, read_sources
from audienceos.dashboard.queries.snapshots import KEPT_SINCE, Kept
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.clock import today_in
from audienceos.platform.db.base import Base, Json, uuid7
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Forbidden
from audienceos.platform.events.recording import record

FORMULA = 1
"""Raised when a figure comes to mean something else, so that what was kept says by which it was counted."""
BACK_DAYS = 14
"""How far back missing days are filled: as far as a trend of last week's figures looks."""


async def keep_figures(db: Db) -> None:
    """Keep today's figures of the whole agency, whoever acts; done again, they take the place of the day's earlier ones.

    A figure that there isn't is no row. On a day's first time the days before that are missing are filled, as far as
    what happened tells them.
    """
    raw = await db.raw()
    at = await here(Lane(raw, db.actor))
    lane = Lane(raw, system_of(db.actor.agency_id, at.timezone))
    today = today_in(lane.actor.tz)
    kept = await KEPT_SINCE.all(lane, {"since": today - timedelta(days=BACK_DAYS + WEEK)})
    found = await read_sources(lane, at)
    figures: dict[Metric, Figure] = {kpi.name: figure_of(kpi.name, found) for kpi in KPIS}
    rows = [
        _row(db, name, today, figure.value, _before(name, figure, kept, today), figure.details)
        for name, figure in figures.items()
        if figure.value is not None
    ]
    if not any(row.snapshot_date == today for row in kept):
        rows += await _missing(db, lane, at, kept, today)
    await _write(db, rows)
    gone = [name for name, figure in figures.items() if figure.value is None]
    mine = (KpiSnapshot.agency_id == db.actor.agency_id, KpiSnapshot.snapshot_date == today)
    await db.execute(delete(KpiSnapshot).where(*mine, KpiSnapshot.metric_name.in_(gone)))


async def keep_now(db: Db) -> None:
    """The same because somebody asks for it. Raises `Forbidden` for who sees only some of the clients."""
    if db.actor.sight != "all":
        raise Forbidden("What is kept tells of all clients, and you see some of them.")
    await keep_figures(db)
    await record(db, "kpi.kept", "agency", db.actor.agency_id)


async def every_agency(db: Db) -> list[UUID]:
    """All of them. The service login's, by the addresses that they have."""
    slug = Base.metadata.tables["slug"]
    return list(await db.scalars(select(slug.c.agency_id).distinct().order_by(slug.c.agency_id)))


def _before(name: Metric, figure: Figure, kept: Iterable[Kept], today: date) -> float | None:
    """What the figure is compared with: its own time before, or what was kept a week ago."""
    if next(kpi for kpi in KPIS if kpi.name == name).before != "snapshot":
        return figure.previous
    week_ago = today - timedelta(days=WEEK)
    there = (row for row in kept if (row.metric_name, row.snapshot_date) == (name, week_ago))
    return next((float(row.value) for row in there), None)


async def _missing(db: Db, lane: Lane, at: Here, kept: Iterable[Kept], today: date) -> list[Json]:
    """Days of which nothing was kept, from the clients' coming and moves: all of them, and those being taken on.

    Health, tickets and hours as they stood then aren't to be had from moves, so those stay missing.
    """
    there = {row.snapshot_date for row in kept}
    past = [today - timedelta(days=back) for back in range(BACK_DAYS, 0, -1)]
    days = [day for day in past if day not in there]
    if not days:
        return []
    then = await clients_then(lane, days, at.pipeline.onboarding)
    filled: Json = {"back_filled": True}
    return [
        _row(db, name, one.day, value, None, filled)
        for one in then
        for name, value in (("total_clients", one.total), ("active_onboardings", one.in_stages))
    ]


def _row(db: Db, name: str, day: date, value: float, before: float | None, details: dict[str, Any]) -> Json:
    return {
        "agency_id": db.actor.agency_id,
        "id": uuid7(),
        "metric_name": name,
        "value": value,
        "previous_value": before,
        "details": {"formula": FORMULA, "taken_at": clock.now().isoformat(), **details},
        "snapshot_date": day,
        "created_at": clock.now(),
    }


async def _write(db: Db, rows: list[Json]) -> None:
    given = insert(KpiSnapshot).values(rows)
    anew = {
        "value": given.excluded.value,
        "previous_value": given.excluded.previous_value,
        "metadata": given.excluded["metadata"],
    }
    await db.execute(
        given.on_conflict_do_update(
            index_elements=["agency_id", "metric_name", "snapshot_date"], set_=anew
        ).execution_options(synchronize_session=False)
    )
