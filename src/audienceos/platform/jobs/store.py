"""PgQueuer's queue in schema `jobs`: its names, and the statements that it lacks."""

from __future__ import annotations

import dataclasses
import time
from datetime import timedelta
from typing import Any

import msgspec
from pgqueuer import Queries
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.domain.models import Job as Picked
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import QueueEntrypoint, QueueManagerId
from pgqueuer.ports.driver import Driver
from pgqueuer.ports.repository import EntrypointExecutionParameter

from audienceos.platform.db.database import Database

DEATHS = 3  # workers that a job may take down with it before it is held
NEVER = timedelta(days=36_500)
LOG_KEPT = timedelta(days=1)
PURGED_AT_ONCE = 20_000  # rows of a statement, so that none of them takes long

DIED = {
    "exception_type": "WorkerDied",
    "exception_message": "The worker that ran it died or stood still.",
}

# A worker that died leaves its jobs picked with a heartbeat that ages. PgQueuer alone would give them to the next
# worker, and the next. Each death is a line of the log; those before the job was last held no longer count.
RECOVER = """
with dead as (
  select id, entrypoint, priority,
         (select count(*) from jobs.pgqueuer_log l
           where l.job_id = q.id and l.status = 'exception'
             and l.id > coalesce((select max(id) from jobs.pgqueuer_log
                                   where job_id = q.id and status = 'failed'), 0)) + 1 as deaths
    from jobs.pgqueuer q
   where status = 'picked' and heartbeat < now() - $1::interval
     for update skip locked
), judged as (
  update jobs.pgqueuer q
     set status = (case when deaths < $2 then 'queued' else 'failed' end)::jobs.pgqueuer_status,
         updated = now(), queue_manager_id = null, slot = null
    from dead where q.id = dead.id
  returning q.id, q.status, q.entrypoint, q.priority
)
insert into jobs.pgqueuer_log (job_id, status, entrypoint, priority, traceback)
select id, (case status when 'failed' then 'failed' else 'exception' end)::jobs.pgqueuer_status,
       entrypoint, priority, $3::text::jsonb
  from judged
"""

RELEASE = "update jobs.pgqueuer set dedupe_key = null where id = $1"

PURGE = """
delete from jobs.pgqueuer_log where id in (
  select id from jobs.pgqueuer_log l
   where created < now() - $1::interval and not exists (select from jobs.pgqueuer q where q.id = l.job_id)
   limit $2)
"""


class Names(DBSettings):
    """PgQueuer's names for its tables, ours alone: it would take them from the process environment."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: Any, init_settings: Any, *others: Any, **more: Any
    ) -> tuple[Any, ...]:
        """What is said here and nothing else."""
        return (init_settings,)


NAMES = Names(db_schema="jobs")


@dataclasses.dataclass
class JobQueries(Queries):
    """PgQueuer's statements, with its way of taking over a dead worker's jobs replaced by ours."""

    recover_every: timedelta = timedelta(seconds=5)
    looked_at: float = dataclasses.field(init=False, default_factory=time.monotonic)
    """When it last looked for work."""
    _recovered_at: float = dataclasses.field(init=False, default=float("-inf"))

    async def dequeue(
        self,
        batch_size: int,
        entrypoints: dict[QueueEntrypoint, EntrypointExecutionParameter],
        queue_manager_id: QueueManagerId,
        global_concurrency_limit: int | None,
        heartbeat_timeout: timedelta,
    ) -> list[Picked]:
        """Pick what is due, after looking whether a worker died and left something."""
        self.looked_at = time.monotonic()
        if self.looked_at - self._recovered_at > self.recover_every.total_seconds():
            self._recovered_at = self.looked_at
            died = msgspec.json.encode(DIED).decode()
            await self.driver.execute(RECOVER, heartbeat_timeout, DEATHS, died)
        return await super().dequeue(
            batch_size, entrypoints, queue_manager_id, global_concurrency_limit, NEVER
        )

    async def release(self, picked: Picked) -> None:
        """Free the job's key: from here on a change queues it anew, since this run may not see it."""
        await self.driver.execute(RELEASE, picked.id)


def queries_on(driver: Driver, recover_every: timedelta) -> JobQueries:
    """PgQueuer's statements on this connection."""
    return JobQueries(
        driver,
        qbe=QueryBuilderEnvironment(NAMES),
        qbq=QueryQueueBuilder(NAMES),
        qbs=QuerySchedulerBuilder(NAMES),
        recover_every=recover_every,
    )


async def purge_log(database: Database) -> None:
    """Forget what happened to jobs more than a day ago (three lines each), except to those still here."""
    purged = PURGED_AT_ONCE
    while purged == PURGED_AT_ONCE:
        async with database.serving() as db:
            done = await (await db.connection()).exec_driver_sql(PURGE, (LOG_KEPT, PURGED_AT_ONCE))
            purged = done.rowcount
