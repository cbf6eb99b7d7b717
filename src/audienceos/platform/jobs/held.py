"""Jobs that failed for good: an admin sees why, and may have one tried again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from audienceos.platform.actor import Actor
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.errors import Forbidden, NotFound

SHOWN = 100

HELD = """
select q.id, q.entrypoint, (q.headers ->> 'user_id')::uuid, q.created, q.updated, q.attempts + 1,
       coalesce(left(l.traceback ->> 'exception_message', 500), '')
  from jobs.pgqueuer q
  left join lateral (select traceback from jobs.pgqueuer_log
                      where job_id = q.id and status = 'failed' order by id desc limit 1) l on true
 where (q.headers ->> 'agency_id')::uuid = $1 and q.status = 'failed'
 order by q.updated desc, q.id desc limit $2
"""

# The key was freed when the job began. A place in line it keeps, so it goes first.
REQUEUE = """
with again as (
  update jobs.pgqueuer
     set status = 'queued', attempts = 0, execute_after = now(), updated = now(), dedupe_key = null
   where id = $1 and (headers ->> 'agency_id')::uuid = $2 and status = 'failed'
  returning id, entrypoint, priority
)
insert into jobs.pgqueuer_log (job_id, status, entrypoint, priority)
select id, 'queued', entrypoint, priority from again returning job_id
"""


class HeldJob(msgspec.Struct, frozen=True):
    """A job that is not tried again by itself."""

    id: int
    name: str
    user_id: UUID | None
    """Who asked for it; None for the agency's own machinery."""
    queued_at: datetime
    failed_at: datetime
    tries: int
    reason: str


async def held_jobs(database: Database, actor: Actor) -> list[HeldJob]:
    """The agency's held jobs, the latest first, at most a hundred. Raises `Forbidden` for all but admins."""
    _require_admin(actor)
    async with database.reading(Claims(actor)) as lane:
        return [HeldJob(*row) for row in await lane.raw.fetch(HELD, actor.agency_id, SHOWN)]


async def requeue(database: Database, actor: Actor, job_id: int) -> None:
    """Have a held job tried again, as often as a new one.

    Raises `Forbidden` for all but admins, `NotFound` where the agency holds no such job.
    """
    _require_admin(actor)
    async with database.serving() as db:
        again = await (await db.connection()).exec_driver_sql(REQUEUE, (job_id, actor.agency_id))
        if again.first() is None:
            raise NotFound("held job")


def _require_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise Forbidden("Only an admin may look after held jobs.")
