"""Jobs that failed for good: an admin sees why, and may have one tried again, or dropped. Nobody did in 90 days: they go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from audienceos.platform.actor import Actor
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.errors import Conflict, Forbidden, NotFound

SHOWN = 100
KEPT = timedelta(days=90)
PURGED_AT_ONCE = 5_000  # rows of a statement, so that none of them takes long

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
select id, 'queued', entrypoint, priority from again returning entrypoint
"""

DROP = """
delete from jobs.pgqueuer
 where id = $1 and (headers ->> 'agency_id')::uuid = $2 and status = 'failed' returning entrypoint
"""

THERE = "select 1 from jobs.pgqueuer where id = $1 and (headers ->> 'agency_id')::uuid = $2"

PURGE = """
delete from jobs.pgqueuer where id in (
  select id from jobs.pgqueuer where status = 'failed' and updated < now() - $1::interval limit $2)
"""


Note = Callable[[Db, str], Awaitable[None]]
"""Is given the transaction and the job's name."""


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


async def requeue(database: Database, actor: Actor, job_id: int, note: Note | None = None) -> None:
    """Have a held job tried again, as often as a new one; `note` writes down in the same transaction that it was.

    Raises `Forbidden` for all but admins, `NotFound` where the agency has no such job, `Conflict` (`not_held`).
    """
    await _done(database, actor, job_id, REQUEUE, note)


async def drop(database: Database, actor: Actor, job_id: int, note: Note | None = None) -> None:
    """Give a held job up for good. Raises as `requeue` does."""
    await _done(database, actor, job_id, DROP, note)


async def purge_held(database: Database) -> None:
    """Drop what was held 90 days ago and more, of every agency; the timetable calls it."""
    purged = PURGED_AT_ONCE
    while purged == PURGED_AT_ONCE:
        async with database.serving() as db:
            done = await (await db.connection()).exec_driver_sql(PURGE, (KEPT, PURGED_AT_ONCE))
            purged = done.rowcount


async def _done(database: Database, actor: Actor, job_id: int, statement: str, note: Note | None) -> None:
    _require_admin(actor)
    async with database.serving() as db:
        found = (await (await db.connection()).exec_driver_sql(statement, (job_id, actor.agency_id))).first()
        if found is None:
            raise await _refusal(db, actor, job_id)
        if note is not None:
            await note(db, found[0])


async def _refusal(db: Db, actor: Actor, job_id: int) -> Conflict | NotFound:
    there = await (await db.connection()).exec_driver_sql(THERE, (job_id, actor.agency_id))
    if there.first() is None:
        return NotFound("held job")
    return Conflict("This isn't held any more: it waits or runs again.", code="not_held")


def _require_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise Forbidden("Only an admin may look after held jobs.")
