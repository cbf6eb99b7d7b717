"""What the tests of jobs share: two agencies' people, a worker of the test's own, and how the queue is read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from audienceos.platform.actor import Actor, Role
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.jobs.queueing import Job, later
from audienceos.platform.jobs.registry import Registry
from audienceos.platform.jobs.worker import Pace, work
from tests.migrations.people import Agency

QUICK = Pace(
    at_once=4,
    heartbeat=timedelta(seconds=2),
    look=timedelta(seconds=0.2),
    drain=timedelta(seconds=2),
)
PATIENCE = 60.0  # seconds until a test gives up; nothing is measured by it


def person(agency: Agency, user_id: UUID | None = None, role: Role = "admin") -> Actor:
    """Somebody of the agency as they were when they queued something; the admin unless said otherwise."""
    return Actor(agency_id=agency.id, user_id=user_id or agency.admin, role=role)


async def queue(database: Database, actor: Actor, *jobs: Job) -> None:
    """Queue jobs as an action would, in one transaction."""
    async with database.acting(Claims(actor)) as db:
        for job in jobs:
            later(db, job)


@asynccontextmanager
async def worker(database: Database, registry: Registry, pace: Pace = QUICK) -> AsyncGenerator[None]:
    """A worker for the length of the block; it ends as on SIGTERM."""
    stop = asyncio.Event()
    working = asyncio.create_task(work(database, stop=stop, registry=registry, pace=pace))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(working, PATIENCE)


async def until(holds: Callable[[], Awaitable[bool] | bool]) -> None:
    """Wait until it holds. Raises `TimeoutError` when it never does."""
    async with asyncio.timeout(PATIENCE):
        while True:
            held = holds()
            if held if isinstance(held, bool) else await held:
                return
            await asyncio.sleep(0.05)


async def ask(database: Database, query: str, *given: Any) -> list[Any]:
    """Rows, as the service login sees them."""
    async with database.serving() as db:
        return list((await (await db.connection()).exec_driver_sql(query, given)).all())


async def states(database: Database, name: str) -> list[str]:
    """The state of every job of this name that is still there, in the order in which they were queued."""
    rows = await ask(
        database, "select status::text from jobs.pgqueuer where entrypoint = $1 order by id", name
    )
    return [row[0] for row in rows]


class Diary:
    """A handler that writes down what it is given."""

    def __init__(self) -> None:
        self.ran: list[tuple[Actor, Json]] = []

    async def __call__(self, database: Database, actor: Actor, payload: Json) -> None:
        self.ran.append((actor, payload))

    @property
    def numbers(self) -> list[int]:
        """The payloads' `n`."""
        return [payload["n"] for _, payload in self.ran]
