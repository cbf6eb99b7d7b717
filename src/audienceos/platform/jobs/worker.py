"""The worker: PgQueuer under supervision, with a deadline when it is told to stop.

It may be killed at any moment. What it had picked is picked again once its heartbeat is old, and what a transaction
of a job had not committed never happened.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import asyncpg
import msgspec
import structlog
from pgqueuer import AsyncpgDriver, PgQueuer
from pgqueuer.domain.models import Schedule

from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Address, Addresses
from audienceos.platform.jobs import registry as registered
from audienceos.platform.jobs.acting import People
from audienceos.platform.jobs.held import purge_held
from audienceos.platform.jobs.registry import Appointment, Registry
from audienceos.platform.jobs.running import Runner
from audienceos.platform.jobs.store import JobQueries, purge_log, queries_on

log = structlog.get_logger()

APPLICATION = "audienceos worker"
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 30  # beyond it the server is taken for gone
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # between restarts, in seconds
STEADY_SECONDS = 60  # a worker that ran so long starts anew without having to wait
WATCH_SECONDS = 1
LAST_SECONDS = 5  # to put interrupted jobs back
# A little each minute rather than much each night; it also shows that a worker is there.
PURGE = Appointment("* * * * *", "jobs.purge_log", purge_log)
PURGE_HELD = Appointment("53 3 * * *", "jobs.purge_held", purge_held)


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How a worker works."""

    at_once: int = 10
    """Jobs that run at the same time, at least two; no more than the pool has connections for."""
    heartbeat: timedelta = timedelta(seconds=15)
    """How long a job's worker may be silent before it is taken for dead."""
    look: timedelta = timedelta(seconds=5)
    """How often it looks for work of which it was not told."""
    drain: timedelta = timedelta(seconds=8)
    """How long running jobs have to end once the worker is told to stop; then they are put back. With that it
    ends before whoever started it loses patience."""


async def work(
    database: Database,
    *,
    stop: asyncio.Event,
    registry: Registry = registered.registry,
    pace: Pace = Pace(),  # noqa: B008  frozen
) -> None:
    """Run jobs and the timetable until `stop` is set. A database that is away is waited for."""
    _quieten()
    pause = FIRST_PAUSE
    while not stop.is_set():
        began = time.monotonic()
        try:
            await _Shift(database, registry, pace).last(stop)
        except Exception as problem:  # noqa: BLE001  the worker loop: the queue is durable, so begin again
            if time.monotonic() - began > STEADY_SECONDS:
                pause = FIRST_PAUSE
            log.warning("the worker begins anew", problem=brief(problem), seconds=pause)
            await _either(stop.wait(), asyncio.sleep(pause))
            pause = min(pause * 2, LONGEST_PAUSE)


class _Shift:
    """One connection's life."""

    def __init__(self, database: Database, registry: Registry, pace: Pace) -> None:
        self.database = database
        self.registry = registry
        self.pace = pace

    async def last(self, stop: asyncio.Event) -> None:
        """Work until told to stop. Raises whatever ended it before."""
        connection = await _connect(direct(self.database.addresses))
        queries = queries_on(AsyncpgDriver(connection), self.pace.look)
        queuer = self._queuer(queries)
        run = asyncio.create_task(self._run(queuer))
        try:
            await _either(stop.wait(), queuer.shutdown.wait(), run, self._silence(connection, queries))
            seconds = 0 if connection.is_closed() else self.pace.drain.total_seconds()
            queuer.shutdown.set()
            await self._drain(run, connection, seconds)
        finally:
            run.cancel()
            connection.terminate()
        if run.done() and not run.cancelled():
            await run
        if not stop.is_set():
            raise ConnectionError("the worker lost the server")

    async def _silence(self, connection: Any, queries: JobQueries) -> None:
        """Wait until the connection is gone, or PgQueuer has stopped looking for work.

        After an error it waits for running jobs before it tells anyone, however long they take.
        """
        patience = self.pace.look.total_seconds() + STATEMENT_SECONDS + LAST_SECONDS
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if connection.is_closed() or time.monotonic() - queries.looked_at > patience:
                return

    def _queuer(self, queries: JobQueries) -> PgQueuer:
        queuer = PgQueuer(queries.driver, channel=queries.qbe.settings.channel, queries=queries)
        people = People(self.database)
        for kind in self.registry.works.values():
            queuer.qm.register_executor(kind.name, Runner(kind, self.database, people, queries))
        for appointment in (PURGE, PURGE_HELD, *self.registry.timetable):
            queuer.schedule(appointment.name, appointment.when)(self._begin(appointment))
        return queuer

    def _begin(self, appointment: Appointment) -> Callable[[Schedule], Awaitable[None]]:
        async def begin(schedule: Schedule) -> None:
            await appointment.round(self.database)

        return begin

    async def _run(self, queuer: PgQueuer) -> None:
        await queuer.run(
            dequeue_timeout=self.pace.look,
            batch_size=self.pace.at_once // 2,
            max_concurrent_tasks=self.pace.at_once,
            heartbeat_timeout=self.pace.heartbeat,
            shutdown_on_listener_failure=True,
            # Its statistics count by priority, and ours are places in line: a row for every job, read by nobody.
            log_aggregation_interval=timedelta(0),
        )

    async def _drain(self, run: asyncio.Task[None], connection: Any, seconds: float) -> None:
        """Let running jobs end, then put them back, then let go of whatever still hangs."""
        for wait, give_up in ((seconds, run.cancel), (LAST_SECONDS, connection.terminate), (0, run.cancel)):
            await asyncio.wait({run}, timeout=wait)
            if run.done():
                return
            give_up()
        await asyncio.wait({run}, timeout=LAST_SECONDS)


def direct(addresses: Addresses) -> Address:
    """The service login past any pooler: LISTEN and a worker's heartbeat need a connection of their own."""
    if not addresses.service.pooled:
        return addresses.service
    return msgspec.structs.replace(
        addresses.listen, login=addresses.service.login, password=addresses.service.password
    )


def brief(problem: BaseException) -> str:
    """What went wrong and where, without its words: they may quote what people typed."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(problem).__name__ + place


async def _connect(address: Address) -> Any:
    connect = cast("Callable[..., Awaitable[Any]]", asyncpg.connect)  # pyright: ignore[reportUnknownMemberType]
    return await connect(
        **address.asyncpg(),
        server_settings={"application_name": APPLICATION},
        timeout=CONNECT_SECONDS,
        command_timeout=STATEMENT_SECONDS,
    )


async def _either(*ends: Awaitable[object]) -> None:
    """Wait for the first of these; what was made for the waiting is cancelled."""
    tasks = [asyncio.ensure_future(end) for end in ends]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task, end in zip(tasks, ends, strict=True):
            if task is not end:
                task.cancel()


class _Brief(logging.Filter):
    """PgQueuer logs each failure with all its words; those stay in the database."""

    def filter(self, record: logging.LogRecord) -> bool:
        problem = record.exc_info[1] if record.exc_info else None
        if problem is not None:
            record.msg, record.args = f"{record.getMessage()} ({brief(problem)})", None
            record.exc_info = record.exc_text = None
        return True


_BRIEF = _Brief()


def _quieten() -> None:
    logging.getLogger("pgqueuer").addFilter(_BRIEF)
