"""`record()`: say what happened, in the transaction in which it happens.

Events are buffered and, just before the commit, one statement writes them all, and one NOTIFY tells the open
pages which topics of which agency changed: never content. A transaction that rolls back leaves neither.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json, uuid7
from audienceos.platform.db.sessions import Db, at_commit
from audienceos.platform.jobs.queueing import Job, later

CHANNEL = "audienceos"
TOLD_EACH = 20  # events named one by one in a NOTIFY (its payload ends at 8,000 bytes); more say "many"
SECRETS = frozenset({"password", "password_hash", "hash", "token", "access_token", "refresh_token", "secret"})

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One event before it is a row. The fields are those of the table `event`."""

    id: UUID
    at: str
    name: str
    topic: str
    actor_kind: str
    actor_id: UUID | None
    subject_type: str
    subject_id: UUID | None
    client_id: UUID | None
    data: Json
    before: Json | None
    after: Json | None


Listener = Callable[[Actor, Happening], list[Job]]
_listeners: dict[str, list[Listener]] = {}


def subscribe(name: str, listener: Listener) -> None:
    """Have `listener` name the jobs that follow an event; the same commit queues them."""
    _listeners.setdefault(name, []).append(listener)


async def record(
    db: Db,
    name: str,
    subject_type: str,
    subject_id: UUID | None,
    /,
    *,
    client_id: UUID | None = None,
    before: Json | None = None,
    after: Json | None = None,
    actor: Actor | None = None,
    topic: str | None = None,
    **data: Any,
) -> UUID:
    """Note that `name` ("client.moved") happened to the subject; its topic is the part before the dot.

    Another `topic`, of at most 50 characters, is for what concerns the open pages of one person alone: record few of
    those in one transaction, since a NOTIFY names them all. `data` is for everyone who may see the subject; `before`
    and `after` are for admins, secrets masked. Returns the event's id.
    """
    by = actor or db.actor
    happening = Happening(
        id=uuid7(),
        at=clock.now().isoformat(),
        name=name,
        topic=topic or name.partition(".")[0],
        actor_kind=by.kind,
        actor_id=by.user_id,
        subject_type=subject_type,
        subject_id=subject_id,
        client_id=client_id,
        data=data,
        before=masked(before),
        after=masked(after),
    )
    buffered(db.sync_session).append((by, happening))
    for listener in _listeners.get(name, ()):
        for job in listener(by, happening):
            later(db, job, by)
    return happening.id


def masked(values: Json | None) -> Json | None:
    """The same values with every secret blotted out."""
    return values and {key: "•••" if key in SECRETS else value for key, value in values.items()}


def buffered(session: Session) -> list[tuple[Actor, Happening]]:
    """What this transaction has recorded so far."""
    return cast("list[tuple[Actor, Happening]]", session.info.setdefault("happenings", []))


# The rows come as one JSON array, so that any number of events is one statement with one plan.
WRITE = """
with written as (
  insert into event (agency_id, id, at, name, topic, actor_kind, actor_id, subject_type, subject_id,
                     client_id, data, before, after, request_id)
  select $1, e.id, e.at, e.name, e.topic, e.actor_kind, e.actor_id, e.subject_type, e.subject_id,
         e.client_id, e.data, e.before, e.after, $3
    from jsonb_to_recordset($2::text::jsonb) as e (
      id uuid, at timestamptz, name text, topic text, actor_kind text, actor_id uuid, subject_type text,
      subject_id uuid, client_id uuid, data jsonb, before jsonb, after jsonb)
  returning 1
)
select pg_notify($4, json_build_object(
  'a', $1::uuid, 'x', pg_snapshot_xmin(pg_current_snapshot())::text, 'e', $5::text::json, 't', $6::text::json
)::text) from (select count(*) from written) as done
"""


@at_commit
def write_events(session: Session) -> None:
    """Write what was recorded, and tell the open pages of each agency that it happened in."""
    happenings = buffered(session)
    session.info["happenings"] = []
    # One agency, but where the service login acts for a person who belongs to several.
    for agency_id in dict.fromkeys(by.agency_id for by, _ in happenings):
        _write(session, agency_id, [row for by, row in happenings if by.agency_id == agency_id])


def _write(session: Session, agency_id: UUID, rows: list[Happening]) -> None:
    told = [[row.id, row.topic, row.client_id] for row in rows] if len(rows) <= TOLD_EACH else None
    arguments = (
        agency_id,
        msgspec.json.encode(rows).decode(),
        request_id.get(),
        CHANNEL,
        msgspec.json.encode(told).decode(),
        msgspec.json.encode(sorted({row.topic for row in rows})).decode(),
    )
    session.connection().exec_driver_sql(WRITE, arguments)
