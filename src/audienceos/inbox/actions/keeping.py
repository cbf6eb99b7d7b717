"""What admins say of a source: whether it is found by a search, for how long its messages are kept, and that all of them
are to go.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from msgspec import UNSET, structs
from sqlalchemy import exists, select

from audienceos.inbox.access import source_for
from audienceos.inbox.actions.purging import outdated_count, purge_agency, purge_source
from audienceos.inbox.forms import EmptyingIn, SourcePatch
from audienceos.inbox.models import Conversation, InboxSource
from audienceos.inbox.models.archives import ArchiveImport
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.errors import Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.jobs.queueing import Job, later
from audienceos.platform.storage.store import REMOVE
from audienceos.platform.web.etags import check_version

INDEX, EMPTY = "inbox.index_source", "inbox.empty_source"
NIGHT = time(2, 15)
"""When old messages are deleted, in UTC."""
ARCHIVES = ("mbox", "slack_export")


def tonight(now: datetime) -> datetime:
    """The next moment at which old messages are deleted."""
    at = datetime.combine(now.date(), NIGHT, now.tzinfo)
    return at if at > now else at + timedelta(days=1)


async def change_source(db: Db, source_id: UUID, patch: SourcePatch, version: int) -> InboxSource:
    """Say what is kept of a source. What is older goes the next night; no search finds anything of it at once.

    Raises `NotFound`, `Forbidden`, `Stale`; `Invalid` at `sure`, with how many, where messages would be deleted that
    nobody has agreed to.
    """
    source = await source_for(db, source_id)
    check_version(source, version)
    given = {
        name: value for name, value in structs.asdict(patch).items() if value is not UNSET and name != "sure"
    }
    before = {name: getattr(source, name) for name in given if getattr(source, name) != given[name]}
    if not before:
        return source
    days = given.get("keep_days")
    if "keep_days" in before and days is not None and not patch.sure:
        await _ask(db, source, days)
    for name in before:
        setattr(source, name, given[name])
    source.version += 1
    if "is_indexed" in before:
        later(db, _job(INDEX, source))
    after = {name: given[name] for name in before}
    await record(
        db, "inbox_source.changed", "inbox_source", source.id, name=source.name, before=before, after=after
    )
    return source


async def empty_source(db: Db, source_id: UUID, data: EmptyingIn) -> InboxSource:
    """Have all messages of a source deleted, and what was written until now not come in again.

    An archive goes with its file. Raises `NotFound`, `Forbidden`; `Invalid` at `name` for another name.
    """
    source = await source_for(db, source_id)
    if data.name.strip() != source.name:
        raise Invalid.at("name", f"Type {source.name}, just so, if you mean this one")
    source.emptied_at = clock.now()
    source.version += 1
    later(db, _job(EMPTY, source))
    await record(db, "inbox_source.emptied", "inbox_source", source.id, name=source.name)
    return source


async def delete_past(database: Database, actor: Actor) -> None:
    """The night's work for an agency. Run twice, the second finds nothing."""
    await purge_agency(database, actor)
    async with database.acting(Claims(actor)) as db:
        mine = (InboxSource.agency_id == actor.agency_id, InboxSource.keep_days.is_not(None))
        for source in await db.scalars(select(InboxSource).where(*mine, InboxSource.kind.in_(ARCHIVES))):
            for archive in await _archives_of(db, source, "done"):
                _drop_file(db, archive)


async def delete_all(database: Database, actor: Actor, source_id: UUID) -> None:
    """Delete a source's messages, an archive with its file. Run twice, the second finds nothing."""
    await purge_source(database, actor, source_id)
    async with database.acting(Claims(actor)) as db:
        mine = (InboxSource.agency_id == actor.agency_id, InboxSource.id == source_id)
        source = await db.scalar(select(InboxSource).where(*mine).with_for_update())
        if source is None or source.kind not in ARCHIVES:
            return
        for archive in await _archives_of(db, source, "done", "failed"):
            _drop_file(db, archive)
            await db.delete(archive)
        left = (Conversation.agency_id == actor.agency_id, Conversation.source_id == source_id)
        if not await db.scalar(select(exists().where(*left))):
            await db.delete(source)


async def _ask(db: Db, source: InboxSource, days: int) -> None:
    """Raises `Invalid` at `sure` where messages are older than that."""
    count = await outdated_count(await db.raw(), db.actor.agency_id, source.id, days)
    if count:
        many = "1 message" if count == 1 else f"{count:,} messages"
        raise Invalid.at("sure", f"{many} older than {days:,} days will be deleted tonight, for good.")


def _job(name: str, source: InboxSource) -> Job:
    payload: Json = {"source_id": source.id}
    return Job(name=name, payload=payload, key=f"{name}:{source.id}", for_agency=True)


async def _archives_of(db: Db, source: InboxSource, *statuses: str) -> list[ArchiveImport]:
    """The archives that brought the source's messages, locked."""
    row = ArchiveImport
    mine = (row.agency_id == db.actor.agency_id, row.kind == source.kind, row.status.in_(statuses))
    query = select(row).where(*mine).order_by(row.id).with_for_update()
    return [one for one in await db.scalars(query) if (one.own_address or one.kind) == source.external_id]


def _drop_file(db: Db, archive: ArchiveImport) -> None:
    if archive.storage_key:
        later(db, Job(name=REMOVE, payload={"key": archive.storage_key}))
        archive.storage_key = None
