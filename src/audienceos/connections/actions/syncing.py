"""Readings: queued by whoever knows how, and written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, delete, func, select, update

from audienceos.connections.access import connection_to, integration_for
from audienceos.connections.models import Integration, Mailbox, SyncRun
from audienceos.connections.ports import ProviderName, sync_of
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.auth.throttle import Limit, take
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db, Opening
from audienceos.platform.errors import Conflict
from audienceos.platform.jobs.queueing import Job, later

KEPT = 50
"""Runs of one connection that are kept; health looks at the last 20."""
GIVEN_UP = timedelta(hours=2)
"""After which a reading that never ended is taken for dead."""
SYNCS = Limit("readings asked for", tries=5, seconds=3600)
OFTEN = timedelta(minutes=4)
"""How long a mailbox rests between two readings."""
Outcome = Literal["done", "partial", "failed"]


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What one reading came to."""

    fetched: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0


def queue_sync(db: Db, kind: str, what: Json, *, after: timedelta = timedelta(0)) -> bool:
    """Queue a reading with this transaction, one at a time; False where nobody knows how to read it."""
    job = sync_of(kind)
    if job is None:
        return False
    key = f"{job}:{':'.join(map(str, what.values()))}"
    later(db, Job(name=job, payload=what, key=key, for_agency=True, after=after))
    return True


async def ask_for_sync(database: Database, opening: Opening, integration_id: UUID) -> None:
    """Have it read now. Raises `NotFound`, `Forbidden`, `TooMany`, and `Conflict` where there is nothing to read."""
    async with database.acting(opening) as db:
        row = await integration_for(db, integration_id, to="change")
        if not row.is_connected:
            raise Conflict("It isn't connected.", code="not_connected")
        if not queue_sync(db, row.provider, {"integration_id": str(row.id)}):
            raise Conflict("Nothing reads this service here yet.", code="not_read")
        async with database.serving() as counting:
            await take(counting, SYNCS, str(row.id))


async def mailboxes_due(db: Db) -> list[UUID]:
    """Agencies with a mailbox by IMAP that is due to be read. The service login's."""
    return list(await db.scalars(select(Mailbox.agency_id).where(*_is_due()).distinct()))


async def queue_due_mailboxes(database: Database, actor: Actor) -> None:
    """Queue a reading for each of the agency's mailboxes that is due."""
    async with database.acting(Claims(actor)) as db:
        due = await db.scalars(select(Mailbox.id).where(Mailbox.agency_id == actor.agency_id, *_is_due()))
        for mailbox_id in due:
            queue_sync(db, "imap", {"mailbox_id": str(mailbox_id)})


def _is_due() -> tuple[ColumnElement[bool], ...]:
    """By IMAP, and not read just now; one that fails is left alone for longer each time, up to some hours."""
    pause = OFTEN * func.power(2, func.least(Mailbox.failures, 6))
    return Mailbox.kind == "imap", Mailbox.updated_at < clock.now() - pause


async def begin_run(
    db: Db,
    *,
    integration_id: UUID | None = None,
    mailbox_id: UUID | None = None,
    dead: timedelta = GIVEN_UP,
) -> UUID | None:
    """Note that a reading has begun, and give its id; None while another of the same runs. The system's.

    One that began longer than `dead` ago is taken for dead.
    """
    of = _of(integration_id, mailbox_id)
    mine = (SyncRun.agency_id == db.actor.agency_id, *of)
    began = SyncRun.started_at < clock.now() - dead
    stale = update(SyncRun).where(*mine, SyncRun.outcome == "running", began)
    await db.execute(stale.values(outcome="failed", ended_at=clock.now(), error="It never ended"))
    if await db.scalar(select(SyncRun.id).where(*mine, SyncRun.outcome == "running").limit(1)):
        return None
    run = SyncRun(
        integration_id=integration_id, mailbox_id=mailbox_id, outcome="running", started_at=clock.now()
    )
    db.add(run)
    await db.flush()
    newest = select(SyncRun.id).where(*mine).order_by(SyncRun.started_at.desc()).limit(KEPT)
    old = delete(SyncRun).where(*mine, SyncRun.id.not_in(newest))
    await db.execute(old.execution_options(synchronize_session=False))
    return run.id


async def end_run(db: Db, run_id: UUID, outcome: Outcome, tally: Tally, error: str | None = None) -> None:
    """Note what a reading came to; only a success counts as the last one. The system's. Run twice, it stays."""
    run = await db.scalar(
        select(SyncRun).where(
            SyncRun.agency_id == db.actor.agency_id, SyncRun.id == run_id, SyncRun.outcome == "running"
        )
    )
    if run is None:
        return
    run.outcome, run.ended_at, run.error = outcome, clock.now(), error
    for name, count in msgspec.structs.asdict(tally).items():
        setattr(run, name, count)
    table, row_id = (Integration, run.integration_id) if run.integration_id else (Mailbox, run.mailbox_id)
    values: Json = {"failures": table.failures + 1, "last_error": error}
    if outcome != "failed":
        values = {"failures": 0, "last_error": error, "last_sync_at": run.started_at}
    if table is Mailbox:
        values["state"] = "failing" if outcome == "failed" else "working"
    here = (table.agency_id == db.actor.agency_id, table.id == row_id)
    await db.execute(update(table).where(*here).values(values))


def _of(integration_id: UUID | None, mailbox_id: UUID | None) -> tuple[ColumnElement[bool]]:
    if integration_id is not None:
        return (SyncRun.integration_id == integration_id,)
    return (SyncRun.mailbox_id == mailbox_id,)


async def running_since(db: Db, run_id: UUID) -> timedelta | None:
    """For how long this reading has been going on; None for one that has ended. The system's."""
    mine = (SyncRun.agency_id == db.actor.agency_id, SyncRun.id == run_id, SyncRun.outcome == "running")
    began = await db.scalar(select(SyncRun.started_at).where(*mine))
    return None if began is None else clock.now() - began


async def agencies_connected(db: Db, provider: ProviderName) -> list[UUID]:
    """Agencies that are connected with that service. The service login's."""
    mine = (Integration.provider == provider, Integration.is_connected)
    return list(await db.scalars(select(Integration.agency_id).where(*mine)))


async def queue_connected(database: Database, actor: Actor, provider: ProviderName) -> None:
    """Queue a reading of the agency's connection with that service, if it has one."""
    async with database.acting(Claims(actor)) as db:
        found = await connection_to(db, provider)
        if found is not None:
            queue_sync(db, provider, {"integration_id": str(found)})
