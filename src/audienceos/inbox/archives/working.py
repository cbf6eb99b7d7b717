"""What a look and a run have in common: for whom they work, and what becomes of what another try can't help."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import NamedTuple
from uuid import UUID

from audienceos.agency.access import require_admin
from audienceos.inbox.archives.kept import MAY, archive_for
from audienceos.platform import clock
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.errors import AppError, Conflict, Forbidden, NotFound
from audienceos.platform.events.recording import record
from audienceos.platform.jobs.acting import acting_person


class Who(NamedTuple):
    """For whom the worker works: ids alone, since what they may is asked anew each time."""

    agency_id: UUID
    user_id: UUID


async def acting_admin(database: Database, who: Who) -> Actor:
    """The person as they are today. Raises `Forbidden` for somebody who is no admin or no longer here."""
    actor = await acting_person(database, who.agency_id, who.user_id)
    if actor is None:
        raise Forbidden("Whoever started this is no longer active here. Another admin may go on with it.")
    require_admin(actor, MAY)
    return actor


async def or_fail(database: Database, who: Who, archive_id: UUID, work: Awaitable[None]) -> None:
    """Do the work; a refusal that will stand ends it as failed. Raises what another try may not meet; an archive that
    was removed meanwhile is no error.
    """
    try:
        await work
    except AppError as problem:
        if problem.status >= 500 or (isinstance(problem, Conflict) and problem.code == "crossed"):
            raise
        await _fail(database, who.agency_id, archive_id, _sentence(problem))


async def _fail(database: Database, agency_id: UUID, archive_id: UUID, reason: str) -> None:
    """What was taken in stays, and an admin may go on with it."""
    async with database.acting(Claims(system_of(agency_id))) as db:
        try:
            row = await archive_for(db, archive_id)
        except NotFound:
            return
        if row.status in ("uploaded", "looking", "running"):
            row.status, row.error, row.finished_at = "failed", reason, clock.now()
            await record(
                db, "archive.failed", "archive_import", row.id, file_name=row.file_name, reason=reason
            )


def _sentence(problem: AppError) -> str:
    if problem.faults:
        return " ".join(fault.message for fault in problem.faults)
    if isinstance(problem, NotFound):
        return (
            "The file is no longer here: files are kept for 7 days. Upload it again; nothing comes in twice."
        )
    return str(problem)
