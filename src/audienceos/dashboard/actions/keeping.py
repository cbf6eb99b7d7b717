"""Keep the agency's key figures, a row a figure and day: what trends are told by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from audienceos.agency.queries import Here, here
from audienceos.dashboard.kpis import KPIS, WEEK, Metric
from audienceos.dashboard.queries.figures import Figure, figure_of, read_sources
from audienceos.dashboard.queries.looking_back import figures_then
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


# Every agency's turn comes each hour: one statement, plain, since building it anew took longer than all that is read.
_WRITE = """
with gone as (
  delete from kpi_snapshot where agency_id = $1 and snapshot_date = $2 and metric_name = any($3::text[])
)
insert into kpi_snapshot (agency_id, id, metric_name, value, previous_value, metadata, snapshot_date, created_at)
select $1, id, metric_name, value, previous_value, metadata, snapshot_date, created_at
  from jsonb_to_recordset($4::text::jsonb) as w (
    id uuid, metric_name text, value numeric, previous_value numeric, metadata jsonb, snapshot_date date,
    created_at timestamptz)
on conflict (agency_id, metric_name, snapshot_date) do update
  set value = excluded.value, previous_value = excluded.previous_value, metadata = excluded.metadata"""


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
        _row(name, today, figure.value, _before(name, figure, kept, today), figure.details)
        for name, figure in figures.items()
        if figure.value is not None
    ]
    if not any(row.snapshot_date == today for row in kept):
        rows += await _missing(lane, at, kept, today)
    gone = [name for name, figure in figures.items() if figure.value is None]
    await raw.execute(_WRITE, db.actor.agency_id, today, gone, msgspec.json.encode(rows).decode())


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


async def _missing(lane: Lane, at: Here, kept: Iterable[Kept], today: date) -> list[Json]:
    """Days of which nothing was kept, from what happened (`queries.looking_back`); what that doesn't tell stays missing."""
    there = {row.snapshot_date for row in kept}
    past = [today - timedelta(days=back) for back in range(BACK_DAYS, 0, -1)]
    days = [day for day in past if day not in there]
    if not days:
        return []
    filled: Json = {"back_filled": True}
    return [_row(name, day, value, None, filled) for name, day, value in await figures_then(lane, at, days)]


def _row(name: str, day: date, value: float, before: float | None, details: dict[str, Any]) -> Json:
    return {
        "id": uuid7(),
        "metric_name": name,
        "value": value,
        "previous_value": before,
        "metadata": {"formula": FORMULA, "taken_at": clock.now().isoformat(), **details},
        "snapshot_date": day,
        "created_at": clock.now(),
    }
