"""An archive from its first message to its last, some a transaction, so that it can be cut off anywhere.

Whoever goes on begins where the last committed transaction ended. The person who started it acts, and before each
transaction it is asked anew whether they still may.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from uuid import UUID

from sqlalchemy import select

from audienceos.inbox.actions.receiving import take_in
from audienceos.inbox.archives.found import Item
from audienceos.inbox.archives.kept import archive_for, record_of
from audienceos.inbox.archives.walking import Chunk, walk
from audienceos.inbox.archives.working import Who, acting_admin, or_fail
from audienceos.inbox.models import InboxSource
from audienceos.inbox.models.archives import ArchiveImport
from audienceos.inbox.ports import Incoming, Passed, Unread, archive_reader
from audienceos.platform import clock
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.errors import Conflict, NotFound
from audienceos.platform.events.recording import record
from audienceos.platform.storage.store import files

Progress = Callable[[int, int], None]
"""Told the items that are done, and all of them."""


async def run_archive(
    database: Database, who: Who, archive_id: UUID, progress: Progress | None = None
) -> None:
    """Take in what isn't in yet. One that doesn't run (any more) is no error.

    What another try can't help ends it as failed, with the reason beside it. Raises what may pass: the database or the
    storage away, another worker at the same archive.
    """
    await or_fail(database, who, archive_id, _run(database, who, archive_id, progress or _nobody))


async def source_for(db: Db, kind: str, external_id: str, name: str) -> InboxSource:
    """Where the archive's messages come from: one row for a mailbox or a workspace, made the first time."""
    mine = (InboxSource.agency_id == db.actor.agency_id, InboxSource.kind == kind)
    found = await db.scalar(select(InboxSource).where(*mine, InboxSource.external_id == external_id))
    if found is None:
        platform = archive_reader(kind).platform
        found = InboxSource(platform=platform, kind=kind, external_id=external_id, name=name[:100])
        db.add(found)
        await db.flush()
    return found


async def _run(database: Database, who: Who, archive_id: UUID, progress: Progress) -> None:
    actor = await acting_admin(database, who)
    async with database.reading(Claims(actor)) as lane:
        held = await record_of(lane, archive_id)
    if held.status != "running":
        return
    if held.storage_key is None:
        raise NotFound("file")
    reader = archive_reader(held.kind)
    async with (
        files().fetched(actor, held.storage_key) as path,
        aclosing(walk(reader, path, held.position)) as chunks,
    ):
        async for chunk in chunks:
            async with database.acting(Claims(await acting_admin(database, who))) as db:
                if not await _take(db, archive_id, chunk):
                    return
            progress(chunk.end, held.total)
    async with database.acting(Claims(await acting_admin(database, who))) as db:
        await _finish(db, archive_id)


async def _take(db: Db, archive_id: UUID, chunk: Chunk) -> bool:
    """Take in some messages, unless somebody else did meanwhile; False where it runs no more."""
    row = await archive_for(db, archive_id)
    if row.status != "running":
        return False
    if row.position != chunk.begin:
        raise Conflict("Two workers are at the same archive.", code="crossed")
    source = await source_for(db, row.kind, row.own_address or row.kind, row.own_address or row.file_name)
    messages = [item for item in chunk.items if isinstance(item, Incoming)]
    taken = await take_in(db, source, messages, quietly=True)
    counts = {"created": taken.created, "updated": taken.updated, "skipped": taken.skipped}
    _count(row, counts | _beside(chunk.items, len(messages) - taken.fetched))
    row.position = chunk.end
    return True


def _beside(items: list[Item], twice: int) -> dict[str, int]:
    """What was no message, and how many messages stood in the same heap twice."""
    return {
        "failed": sum(isinstance(item, Unread) for item in items),
        "passed": sum(isinstance(item, Passed) for item in items),
        "repeated": max(0, twice),
    }


def _count(row: ArchiveImport, counts: dict[str, int]) -> None:
    row.taken = {**row.taken, **{name: row.taken.get(name, 0) + count for name, count in counts.items()}}


async def _finish(db: Db, archive_id: UUID) -> None:
    row = await archive_for(db, archive_id)
    if row.status != "running":
        return
    row.status, row.total, row.finished_at = "done", row.position, clock.now()
    said: Json = {"file_name": row.file_name, "taken": row.taken, "begun_by": str(row.created_by)}
    await record(db, "archive.finished", "archive_import", row.id, **said)


def _nobody(done: int, total: int) -> None:
    """Nobody watches."""
