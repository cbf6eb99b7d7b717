"""`later()`: queue work in the transaction that makes it necessary.

Jobs are buffered and, just before the commit, one statement writes them all into PgQueuer's queue. A transaction
that rolls back leaves none. A job carries ids of who asked for it and nothing about their rights: those are read
again when it runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

import msgspec
from sqlalchemy.orm import Session

from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db, at_commit

STEP_SECONDS = 60  # an agency's next waiting job stands so far behind its last one
STEPS = 100  # and at most so often: what waits longer than an hour and a half is first come, first served
LINE_BEGAN = 1_767_225_600  # 2026-01-01; PgQueuer's priority is an int, which reaches to 2094 from here


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Work for later. `key` makes it one: while a job of this agency with the same key waits, another is skipped.

    One that has begun waits no longer, so a change made while it runs queues it anew and is never missed.
    """

    name: str
    payload: Json = {}
    key: str | None = None
    after: timedelta = timedelta(0)
    for_agency: bool = False
    """Run by the agency's own machinery, whoever caused it: it has to be done though they be gone by then."""
    priority: int = 0
    """Seconds by which it stands further ahead in line than its turn; negative for what has time."""


Queued = tuple[Actor, Job]


def later(db: Db, job: Job, actor: Actor | None = None) -> None:
    """Queue it with this transaction's commit, for the transaction's agency and acting person.

    Say for whom where that is somebody else, and always in the service's transactions, which have no actor.
    """
    asker = actor or db.actor
    jobs_of(db.sync_session).append((system_of(asker.agency_id) if job.for_agency else asker, job))


def jobs_of(session: Session) -> list[Queued]:
    """What this transaction has queued so far, and for whom."""
    return cast("list[Queued]", session.info.setdefault("jobs", []))


# A place in line is a time: that at which the job is due, and a step later for each job of the same agency that
# waits already. So nobody waits for another agency's thousand jobs, and nobody waits for ever.
# Touching the job that has the same key holds it, so that it can't begin before this transaction's changes are
# there to be seen; in the order of keys, so that two transactions never wait for each other.
WRITE = """
with given as materialized (
  select nextval('jobs.pgqueuer_id_seq') as id, name, ahead, payload, after, key, headers::jsonb as headers,
         agency_id, ord
    from unnest($1::text[], $2::int[], $3::bytea[], $4::interval[], $5::text[], $6::text[], $7::uuid[])
      with ordinality as t (name, ahead, payload, after, key, headers, agency_id, ord)
), agency as materialized (
  select agency_id, jobs.waiting(agency_id, $8::int) as waiting from (select distinct agency_id from given) as a
), placed as (
  select given.*, least($8::int, waiting + row_number() over (partition by agency_id order by ord) - 1) as step
    from given join agency using (agency_id)
), queued as (
  insert into jobs.pgqueuer as job
    (id, priority, entrypoint, payload, execute_after, dedupe_key, headers, status)
  select id, ahead - (extract(epoch from now() + after)::bigint - $10::bigint) - $9::bigint * step,
         name, payload, now() + after, key, headers, 'queued'
    from placed order by key, ord
  on conflict (dedupe_key) where status in ('queued', 'picked') and dedupe_key is not null
  do update set updated = excluded.updated
  returning id, entrypoint, priority
)
insert into jobs.pgqueuer_log (job_id, status, entrypoint, priority)
select id, 'queued', entrypoint, priority from queued where id in (select id from given)
"""


@at_commit
def write_jobs(session: Session) -> None:
    """Write what was queued."""
    queued = jobs_of(session)
    if queued:
        arguments = (*_columns(_once(queued)), STEPS, STEP_SECONDS, LINE_BEGAN)
        session.connection().exec_driver_sql(WRITE, arguments)
        queued.clear()


def _once(queued: Iterable[Queued]) -> list[Queued]:
    """Each key of an agency once: a statement can't skip what it queues itself."""
    seen: set[str] = set()
    kept: list[Queued] = []
    for actor, job in queued:
        key = _key(actor, job)
        if key is None or key not in seen:
            kept.append((actor, job))
        if key is not None:
            seen.add(key)
    return kept


def _columns(queued: list[Queued]) -> tuple[list[Any], ...]:
    return (
        [job.name for _, job in queued],
        [job.priority for _, job in queued],
        [msgspec.json.encode(job.payload) for _, job in queued],
        [job.after for _, job in queued],
        [_key(actor, job) for actor, job in queued],
        [_headers(actor, job) for actor, job in queued],
        [actor.agency_id for actor, _ in queued],
    )


def _headers(actor: Actor, job: Job) -> str:
    headers = {
        "agency_id": actor.agency_id,
        "user_id": actor.user_id,
        "actor_kind": actor.kind,
        "keyed": job.key is not None,
    }
    return msgspec.json.encode(headers).decode()


def _key(actor: Actor, job: Job) -> str | None:
    """Keys are unique over all agencies: with the agency in it, nobody's job is skipped for another's."""
    return None if job.key is None else f"{actor.agency_id}:{job.key}"
