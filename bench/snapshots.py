"""The hourly key figures of every agency, beside the fewest bare statements that write the same rows.

The floor reads the same four sources, and writes ready rows by one statement; agencies take turns in slices.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, cast

import msgspec
from sqlalchemy import event

from audienceos.agency.queries import here
from audienceos.dashboard.jobs import begin_keeping, keep
from audienceos.dashboard.queries.figures import read_sources
from audienceos.platform.actor import system_of
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.raw import Raw
from audienceos.platform.db.sessions import Claims
from audienceos.platform.db.urls import Address
from bench.filling import agency_id
from bench.ground import Town
from bench.measuring import CPU, WALL, Contender
from bench.reads import BACKEND, bare_pool
from bench.recording import Asked, asked_by
from bench.report import Goal, Table
from bench.slices import SLICE, Turn, of_floor, ratio_of, slices, turn

MOST = 3.0

FORGET = "delete from kpi_snapshot where snapshot_date >= current_date and agency_id = any($1::uuid[])"
WRITTEN = """
select metric_name, value, previous_value, metadata::text from kpi_snapshot
 where agency_id = $1 and snapshot_date >= current_date order by metric_name"""
WRITE = """
insert into kpi_snapshot (agency_id, id, metric_name, value, previous_value, metadata, snapshot_date)
select $1, gen_random_uuid(), n, v, p, m::jsonb, current_date
  from unnest($2::text[], $3::numeric[], $4::numeric[], $5::text[]) as w (n, v, p, m)
on conflict (agency_id, metric_name, snapshot_date) do update
  set value = excluded.value, previous_value = excluded.previous_value, metadata = excluded.metadata"""

Rows = tuple[list[Any], ...]


class Snapshots(msgspec.Struct, frozen=True):
    """One measure: seconds for all agencies, ours through the floor's an agency, and what an agency takes."""

    agencies: int
    seconds: float
    queued_seconds: float
    cpu: float
    wall: float
    rows: int
    statements: int


async def measure(place: Town, slice_of: int = SLICE) -> Snapshots:
    """Every agency's figures once, as the first of a day."""
    async with AsyncExitStack() as stack:
        database = Database(place.ways, pool_size=1)
        stack.push_async_callback(database.close)
        pool = await stack.enter_async_context(bare_pool(place.ways.app))
        began = time.perf_counter()
        await begin_keeping(database)
        queued = time.perf_counter() - began
        turns = _Turns(database, pool, place.ways.owner)
        statements, rows = await turns.learn(1)
        taken: list[Turn] = []
        for agencies in slices(place.agencies, slice_of):
            taken.append(await turns.take(agencies, floor_first=bool(len(taken) % 2)))
    return Snapshots(
        agencies=place.agencies,
        seconds=sum(one.ours.wall for one in taken),
        queued_seconds=queued,
        cpu=ratio_of(taken, CPU),
        wall=ratio_of(taken, WALL),
        rows=rows,
        statements=statements,
    )


class _Turns:
    def __init__(self, database: Database, pool: Any, owner: Address) -> None:
        self._database = database
        self._pool = pool
        self._owner = owner
        self._rows: Rows = ()
        self._asked: dict[int, list[Asked]] = {}

    async def learn(self, agency: int) -> tuple[int, int]:
        """How many statements ours sends for an agency, and how many rows it writes, which the floor writes then."""
        async with counted(self._database) as told:
            await self._keep([agency])
        async with connected(self._owner) as connection:
            rows = await connection.fetch(WRITTEN, agency_id(agency))
        self._rows = tuple([row[at] for row in rows] for at in range(4))
        return len(told), len(rows)

    async def take(self, agencies: Sequence[int], *, floor_first: bool) -> Turn:
        """Ours keeps the figures of all of them and the floor those of some, with none of today there before."""
        few = of_floor(agencies)
        for one in few:
            _, *sources = await asked_by(
                self._database, _machinery(one), _sources
            )  # the floor knows the agency
            self._asked[one] = sources
        async with self._database.reading(_machinery(few[0])) as lane:
            mine = (int(await lane.raw.fetchval(BACKEND)),)
        theirs = (int(await self._pool.fetchval(BACKEND)),)

        async def forget() -> None:
            async with connected(self._owner) as connection:
                await connection.execute(FORGET, [agency_id(one) for one in agencies])

        return await turn(
            Contender("ours", self._keep, agencies, server=mine),
            Contender("floor", self._bare, few, server=theirs),
            floor_first=floor_first,
            before=forget,
        )

    async def _keep(self, agencies: Sequence[int]) -> None:
        for agency in agencies:
            await keep(self._database, system_of(agency_id(agency)), {})

    async def _bare(self, agencies: Sequence[int]) -> None:
        for agency in agencies:
            claims = _machinery(agency)
            async with self._pool.acquire() as connection:
                await connection.execute("begin")
                await connection.fetchrow(claims.statement, *claims.arguments)
                for asked in self._asked[agency]:
                    await connection.fetch(asked.text, *asked.values)
                await connection.execute(WRITE, agency_id(agency), *self._rows)
                await connection.execute("commit")


def _machinery(agency: int) -> Claims:
    return Claims(system_of(agency_id(agency)))


async def _sources(lane: Lane) -> None:
    await read_sources(lane, await here(lane))


@asynccontextmanager
async def counted(database: Database) -> AsyncGenerator[list[str]]:
    """The statements that the one connection of a pool sends meanwhile, but for begin and commit."""
    told: list[str] = []

    def by_session(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        told.append(statement)

    def by_driver(record: Any) -> None:
        if record.args:
            told.append(record.query)

    held = await database.app.raw_connection()
    raw = cast("Any", cast("Raw", held.driver_connection))
    held.close()
    raw.add_query_logger(by_driver)
    event.listen(database.app.sync_engine, "before_cursor_execute", by_session)
    try:
        yield told
        await asyncio.sleep(0)  # the driver tells of its last statement a turn later
    finally:
        event.remove(database.app.sync_engine, "before_cursor_execute", by_session)
        raw.remove_query_logger(by_driver)


def told_snapshots(found: Snapshots) -> tuple[list[Table], list[Goal]]:
    """How fast figures are kept, beside the floor."""
    rows = [
        (
            f"{found.agencies:,}",
            f"{found.agencies / found.seconds:,.0f}",
            str(found.statements),
            str(found.rows),
            f"{found.cpu:.2f}",
            f"{found.wall:.2f}",
            f"{found.queued_seconds:.1f} s",
        )
    ]
    about = (
        "The hour's figures of every agency kept, one agency after the other on one connection, a transaction each. The "
        "floor reads the same four sources and writes ready rows by one statement. Queueing is one transaction for all."
    )
    columns = ("agencies", "a second", "statements", "rows", "processor, both", "time", "all queued in")
    aim = f"an hour's figures at most {MOST:.0f} times the floor's processor time"
    return [Table("Key figures of every agency", about, columns, rows)], [
        Goal(aim, f"{found.cpu:.2f}", found.cpu <= MOST)
    ]
