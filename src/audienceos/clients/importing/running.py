"""An import from its first row to its last, some rows a transaction, so that it can be cut off anywhere.

Whoever goes on begins where the last committed transaction ended. The person who started it acts, and before each
transaction it is asked anew whether they still may.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import NamedTuple
from uuid import UUID

from audienceos.agency.access import require_admin
from audienceos.agency.queries import here
from audienceos.clients.importing.batch import bring_in
from audienceos.clients.importing.kept import ImportRecord, import_for, record_of
from audienceos.clients.importing.matching import Matcher
from audienceos.clients.importing.models import ClientImport
from audienceos.clients.importing.rules import lookups_of
from audienceos.clients.importing.walking import Chunk, walk
from audienceos.platform import clock
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.errors import AppError, Conflict, Forbidden, NotFound
from audienceos.platform.events.recording import record as tell
from audienceos.platform.jobs.acting import acting_person
from audienceos.platform.storage.store import files

Progress = Callable[[int, int], None]
"""Told the rows that are done, and all of them."""

_CLAIMED = """
select client_id, min(line) from client_import_row
 where agency_id = $1 and import_id = $2 and client_id is not null group by client_id
"""


class Who(NamedTuple):
    """For whom an import runs: ids alone, since what they may is asked anew each time."""

    agency_id: UUID
    user_id: UUID


async def run_import(database: Database, who: Who, import_id: UUID, progress: Progress | None = None) -> None:
    """Bring in what isn't in yet. One that doesn't run (any more) is no error.

    What can't be helped by another try ends the import as failed, with the reason beside it. Raises what may pass:
    the database or the storage away, a conflict with another import.
    """
    await or_fail(database, who, import_id, _run(database, who, import_id, progress or nobody))


async def or_fail(database: Database, who: Who, import_id: UUID, work: Awaitable[None]) -> None:
    """Do the work; a refusal that will stand ends the import as failed. Raises what another try may not meet."""
    try:
        await work
    except AppError as problem:
        if problem.status >= 500 or (isinstance(problem, Conflict) and problem.code == "crossed"):
            raise
        await fail(database, who.agency_id, import_id, _sentence(problem))


async def acting_admin(database: Database, who: Who) -> Actor:
    """The person as they are today. Raises `Forbidden` for somebody who is no admin or no longer here."""
    actor = await acting_person(database, who.agency_id, who.user_id)
    if actor is None:
        raise Forbidden("Whoever started this is no longer active here. Another admin may go on with it.")
    require_admin(actor, "import clients")
    return actor


async def fail(database: Database, agency_id: UUID, import_id: UUID, reason: str) -> None:
    """End the import as failed; what came in stays, and an admin may go on with it or undo it."""
    async with database.acting(Claims(system_of(agency_id))) as db:
        row = await import_for(db, import_id)
        if row.status in ("running", "undoing"):
            row.status, row.error, row.finished_at = "failed", reason, clock.now()
            begun_by = str(row.created_by)
            await tell(db, "import.failed", "client_import", row.id, reason=reason, begun_by=begun_by)


async def _run(database: Database, who: Who, import_id: UUID, progress: Progress) -> None:
    actor = await acting_admin(database, who)
    async with database.reading(Claims(actor)) as lane:
        record = await record_of(lane, import_id)
        if record.status != "running":
            return
        # An import goes on by the moment at which it started: a row is judged alike at each try.
        lookups = lookups_of(await here(lane), record.started_at or clock.now())
        claimed = {row[0]: row[1] for row in await lane.raw.fetch(_CLAIMED, who.agency_id, import_id)}
    if record.storage_key is None:
        raise NotFound("file")
    matcher = Matcher(record.source, claimed)
    async with (
        files().fetched(actor, record.storage_key) as path,
        aclosing(walk(path, record.mapping, lookups)) as chunks,
    ):
        async for chunk in chunks:
            if chunk.end <= record.done:
                continue
            claims = Claims(await acting_admin(database, who))
            async with database.acting(claims) as db:
                if not await _take(db, record, chunk, matcher):
                    return
            progress(chunk.end, record.total)
    async with database.acting(Claims(await acting_admin(database, who))) as db:
        await _finish(db, import_id)


async def _take(db: Db, record: ImportRecord, chunk: Chunk, matcher: Matcher) -> bool:
    """Bring in one chunk, unless somebody else did meanwhile; False where the import runs no more."""
    row = await import_for(db, record.id)
    if row.status != "running":
        return False
    if row.done != chunk.begin:
        raise Conflict("Two workers are at the same import.", code="crossed")
    counts = await bring_in(db, row, record, chunk.judgements, matcher)
    row.done = chunk.end
    row.counts = {**row.counts, **{name: row.counts.get(name, 0) + count for name, count in counts.items()}}
    return True


async def _finish(db: Db, import_id: UUID) -> None:
    row = await import_for(db, import_id)
    if row.status == "running":
        _end(row)
        said: Json = {"file_name": row.file_name, "counts": row.counts, "begun_by": str(row.created_by)}
        await tell(db, "import.finished", "client_import", row.id, **said)


def _end(row: ClientImport) -> None:
    row.status, row.total, row.finished_at = "done", row.done, clock.now()


def _sentence(problem: AppError) -> str:
    if problem.faults:
        return " ".join(fault.message for fault in problem.faults)
    if isinstance(problem, NotFound):
        return "The file is no longer here: files are kept for 7 days. Upload it again."
    return str(problem)


def nobody(done: int, total: int) -> None:
    """Nobody watches."""
