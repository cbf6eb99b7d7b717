"""How the worker runs one job: as whom, and what follows when it fails."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import msgspec
from pgqueuer import RetryRequested
from pgqueuer.core.executors import AbstractEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.domain.models import Context
from pgqueuer.domain.models import Job as Picked

from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.errors import AppError, Conflict, Stale, TooMany
from audienceos.platform.jobs.acting import Asker, People
from audienceos.platform.jobs.registry import Work
from audienceos.platform.jobs.store import JobQueries

TRANSIENT = (Conflict, Stale, TooMany)
"""Refusals that another try may not meet. Any other refusal stands: the job is held at once."""


class Runner(AbstractEntrypointExecutor):
    """Runs the jobs of one kind."""

    def __init__(self, work: Work, database: Database, people: People, queries: JobQueries) -> None:
        # A job that failed for good is held, where PgQueuer would delete it.
        super().__init__(EntrypointExecutorParameters(0, self.run, on_failure="hold"))
        self.work = work
        self.database = database
        self.people = people
        self.queries = queries

    async def execute(self, job: Picked, context: Context) -> None:
        """Run it. What escapes tells PgQueuer what becomes of it: `RetryRequested`, or held for an admin."""
        try:
            await self.run(job)
        except asyncio.CancelledError as stopped:
            # PgQueuer would take this for a wish that the job be deleted.
            raise RetryRequested(reason="The worker was stopped.") from stopped
        except Exception as problem:
            pause = self._pause(problem, job.attempts)
            if pause is None:
                raise
            raise RetryRequested(pause, f"{type(problem).__name__}: {problem}") from problem

    async def run(self, job: Picked) -> None:
        """Hand the payload to the room's function, as whoever queued it is today."""
        headers = job.headers or {}
        if headers.get("keyed"):
            await self.queries.release(job)
        actor = await self.people.acting(msgspec.convert(headers, Asker))
        payload = msgspec.json.decode(job.payload or b"{}", type=Json)
        try:
            await self.work.handler(self.database, actor, payload)
        except asyncio.CancelledError as cancelled:
            if _is_being_stopped():
                raise
            raise RuntimeError("The job was cancelled from within.") from cancelled

    def _pause(self, problem: Exception, attempts: int) -> timedelta | None:
        """How long until the next try; None where there is to be none."""
        refused = isinstance(problem, AppError) and problem.status < 500
        if attempts >= self.work.retries or (refused and not isinstance(problem, TRANSIENT)):
            return None
        pause = self.work.pause_after(attempts) * random.uniform(0.8, 1.2)  # noqa: S311  spread, not secret
        if isinstance(problem, TooMany):
            return max(pause, timedelta(seconds=problem.retry_after))
        return pause


def _is_being_stopped() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
