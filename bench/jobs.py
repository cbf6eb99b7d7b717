"""Our jobs against PgQueuer by itself: the same queue, the same work, turn by turn in one run.

python -m bench.jobs
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import asyncpg
from pgqueuer import AsyncpgDriver, PgQueuer, Queries
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.models import Job as Picked

from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json, uuid7
from audienceos.platform.db.bootstrap import bootstrap
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.db.embedded import running
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.migrating import migrate
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.db.urls import Addresses, addresses
from audienceos.platform.jobs.queueing import Job, later
from audienceos.platform.jobs.registry import Registry
from audienceos.platform.jobs.store import NAMES
from audienceos.platform.jobs.worker import Pace, work
from audienceos.platform.settings import Settings

Ratio = tuple[str, float, str]
Handler = Callable[[Database, Actor, Json], Awaitable[None]]

ROUNDS = 11
JOBS = 300
AT_ONCE = 10
COMMITS = 500
TOUCH = "update agency set updated_at = now() where id = $1"
FOUND = """
with a as (insert into account (id, email, email_key, password_hash, password_changed_at)
           values ($1, 'a@example.com', 'a@example.com', '', now())),
     g as (insert into agency (id, name, slug) values ($1, 'Bench', $1::uuid::text))
insert into "user" (agency_id, id, account_id, email, email_key, first_name, last_name, role)
values ($1, $1, $1, 'a@example.com', 'a@example.com', 'A', 'Person', 'admin')"""


async def ratios(ways: Addresses | None = None) -> list[Ratio]:
    """Ours as a part of bare PgQueuer's speed; above 1 is faster. Without `ways` on a server of its own."""
    if ways is None:
        async with _own_server() as own:
            return await ratios(own)
    agency_id = uuid7()
    async with connected(ways.owner) as connection:
        await connection.execute(FOUND, agency_id)
    database = Database(ways, pool_size=AT_ONCE)
    bench = _Bench(database, Actor(agency_id=agency_id, user_id=agency_id, role="admin"))
    try:
        return [
            await bench.compare(
                "jobs run", bench.ours_runs(touch), bench.bare_runs(touch), "a transaction each"
            ),
            await bench.compare(
                "empty jobs run",
                bench.ours_runs(nothing),
                bench.bare_runs(nothing),
                "ours reads the person anew",
            ),
            await bench.compare_queueing("jobs queued", "one with each commit, as median times"),
        ]
    finally:
        await database.close()


async def touch(database: Database, actor: Actor, payload: Json) -> None:
    """What a small action does: one transaction that changes a row."""
    async with database.acting(Claims(actor)) as db:
        await (await db.connection()).exec_driver_sql(TOUCH, (actor.agency_id,))


async def nothing(database: Database, actor: Actor, payload: Json) -> None:
    """Nothing at all."""


class _Finish:
    """Counts jobs and tells how many a second there were from the first to the last."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.done = asyncio.Event()
        self.count = 0
        self.began = self.ended = 0.0

    async def __call__(self, database: Database, actor: Actor, payload: Json) -> None:
        self.began = self.began or time.perf_counter()
        await self.handler(database, actor, payload)
        self.count += 1
        if self.count == JOBS:
            self.ended = time.perf_counter()
            self.done.set()

    @property
    def speed(self) -> float:
        return JOBS / (self.ended - self.began)


class _Bench:
    def __init__(self, database: Database, actor: Actor) -> None:
        self.database = database
        self.actor = actor

    async def compare(
        self,
        name: str,
        ours: Callable[[], Awaitable[float]],
        bare: Callable[[], Awaitable[float]],
        note: str,
    ) -> Ratio:
        """The median over the rounds of ours through bare, each pair measured back to back."""
        found: list[float] = []
        for n in range(ROUNDS):
            first, second = (ours, bare) if n % 2 else (bare, ours)
            speeds = {first: await first(), second: await second()}
            found.append(speeds[ours] / speeds[bare])
        return name, round(statistics.median(found), 2), note

    def ours_runs(self, handler: Handler) -> Callable[[], Awaitable[float]]:
        async def measure() -> float:
            registry, finish, stop = Registry(), _Finish(handler), asyncio.Event()
            registry.job("bench.ours")(finish)
            async with self.database.acting(Claims(self.actor)) as db:
                for _ in range(JOBS):
                    later(db, Job(name="bench.ours"))
            working = asyncio.create_task(
                work(self.database, stop=stop, registry=registry, pace=Pace(at_once=AT_ONCE))
            )
            await finish.done.wait()
            stop.set()
            await working
            return finish.speed

        return measure

    def bare_runs(self, handler: Handler) -> Callable[[], Awaitable[float]]:
        async def measure() -> float:
            connection = await _connect(self.database.addresses)
            queries, finish = _bare(connection), _Finish(handler)
            queuer = PgQueuer(AsyncpgDriver(connection), channel=NAMES.channel, queries=queries)

            @queuer.entrypoint("bench.bare", on_failure="hold")
            async def run(job: Picked) -> None:
                await finish(self.database, self.actor, {})

            headers: list[dict[str, str] | None] = [{"agency_id": str(self.actor.agency_id)}] * JOBS
            await queries.enqueue(["bench.bare"] * JOBS, [b"{}"] * JOBS, [0] * JOBS, headers=headers)
            running = asyncio.create_task(
                queuer.run(
                    dequeue_timeout=timedelta(seconds=5),
                    batch_size=AT_ONCE // 2,
                    max_concurrent_tasks=AT_ONCE,
                    heartbeat_timeout=timedelta(seconds=15),
                    log_aggregation_interval=timedelta(0),
                )
            )
            await finish.done.wait()
            queuer.shutdown.set()
            await running
            await connection.close()
            return finish.speed

        return measure

    async def compare_queueing(self, name: str, note: str) -> Ratio:
        """Commit after commit, ours and bare in turn."""
        statement = QueryQueueBuilder(NAMES).build_enqueue_query("skip")
        headers = f'{{"agency_id": "{self.actor.agency_id}", "user_id": "{self.actor.user_id}"}}'

        async def ours(db: Db) -> None:
            later(db, Job(name="bench.queued", key=str(uuid7())))

        async def bare(db: Db) -> None:
            key = f"{self.actor.agency_id}:{uuid7()}"
            values = ([0], ["bench.queued"], [b"{}"], [timedelta(0)], [key], [headers])
            await (await db.connection()).exec_driver_sql(statement, values)

        took: dict[Any, list[float]] = {ours: [], bare: []}
        for _ in range(COMMITS):
            for queue in took:
                began = time.perf_counter()
                async with self.database.acting(Claims(self.actor)) as db:
                    await (await db.connection()).exec_driver_sql(TOUCH, (self.actor.agency_id,))
                    await queue(db)
                took[queue].append(time.perf_counter() - began)
        return name, round(statistics.median(took[bare]) / statistics.median(took[ours]), 2), note


def _bare(connection: Any) -> Queries:
    return Queries(
        AsyncpgDriver(connection),
        qbe=QueryBuilderEnvironment(NAMES),
        qbq=QueryQueueBuilder(NAMES),
        qbs=QuerySchedulerBuilder(NAMES),
    )


async def _connect(ways: Addresses) -> Any:
    connect = cast("Callable[..., Awaitable[Any]]", asyncpg.connect)  # pyright: ignore[reportUnknownMemberType]
    return await connect(**ways.service.asyncpg())


@contextmanager
def _folder() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="aos") as top:
        Path(top).chmod(0o711)
        yield Path(top)


@asynccontextmanager
async def _own_server() -> AsyncGenerator[Addresses]:
    with _folder() as top:
        settings = Settings(data_dir=top)
        async with running(top / "db") as socket:
            ways = addresses(settings, socket)
            await bootstrap(ways, settings)
            await migrate(ways.owner.sqlalchemy(), Logins(*settings.logins))
            yield ways


if __name__ == "__main__":
    for name, ratio, note in asyncio.run(ratios()):
        print(f"{name:<16} {ratio:>6.2f}  {note}")
