"""What people do about an import: correct it, start it, undo it, remove it. Only for admins."""

from __future__ import annotations

from uuid import UUID

import msgspec
from sqlalchemy import delete

from audienceos.agency.access import agency_for
from audienceos.clients.importing.correcting import corrected, faults_of
from audienceos.clients.importing.forms import ImportPatch
from audienceos.clients.importing.kept import import_for, record_of
from audienceos.clients.importing.models import ClientImport, ClientImportRow
from audienceos.clients.importing.tidying import prepare_fields
from audienceos.clients.queries.imports import ground_of
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.jobs.queueing import Job, later
from audienceos.platform.web.etags import check_version
from audienceos.platform.web.requests import lane_of

IMPORT, UNDO, FORGET = "clients.import", "clients.import_undo", "clients.import_file"


async def correct_import(db: Db, import_id: UUID, patch: ImportPatch, version: int) -> ClientImport:
    """Lay a correction over what the columns are taken for.

    Raises `NotFound`, `Forbidden`, `Stale`; `Conflict` once it has started; `Invalid` for what the correction makes
    wrong: what was open before may stay open until the start.
    """
    row = await import_for(db, import_id)
    check_version(row, version)
    if row.status != "uploaded":
        raise Conflict("This import has started; its columns stay as they are.", code="import_started")
    lane = await lane_of(db)
    held, ground = await record_of(lane, import_id), await ground_of(lane)
    open_before = faults_of(held.mapping, held.profile, ground)
    mapping, options = corrected(held.mapping, held.options, held.profile, patch, ground)
    wrong = [fault for fault in faults_of(mapping, held.profile, ground) if fault not in open_before]
    if wrong:
        raise Invalid(wrong)
    row.mapping, row.options = msgspec.to_builtins(mapping), msgspec.to_builtins(options)
    row.source = mapping.source
    row.version += 1
    return row


async def start_import(db: Db, import_id: UUID, *, by_worker: bool = True) -> ClientImport:
    """Have the worker bring the file in, unless whoever starts it does that. One that runs goes on, one that failed
    goes on where it ended; one that is done stays done.

    Raises `NotFound`, `Forbidden`; `Invalid` while something is still to be said; `Conflict` once it is undone.
    """
    row = await import_for(db, import_id)
    if row.status == "done":
        return row
    await agency_for(db, "share")
    held = await record_of(await lane_of(db), import_id)
    if row.status in ("undoing", "undone") or held.options.is_taken_back:
        raise Conflict("This import was undone. Upload the file again to bring it in.", code="import_undone")
    if row.status == "uploaded":
        if wrong := faults_of(held.mapping, held.profile, await ground_of(await lane_of(db))):
            raise Invalid(wrong)
        row.options = msgspec.to_builtins(await prepare_fields(db, held.mapping, held.options))
        row.started_at = clock.now()
    if row.status != "running":
        row.status, row.error, row.finished_at = "running", None, None
        row.version += 1
        await record(db, "import.started", "client_import", row.id, file_name=row.file_name, rows=row.total)
    if by_worker:
        _queue(db, IMPORT, row)
    return row


async def undo_import(db: Db, import_id: UUID) -> ClientImport:
    """Have the worker take an import back. One that is being undone goes on, one that is undone stays so.

    Raises `NotFound`, `Forbidden`, and `Conflict` for one that never ran or still runs.
    """
    row = await import_for(db, import_id)
    if row.status == "uploaded":
        raise Conflict("This import hasn't run: there is nothing to undo.", code="import_not_run")
    if row.status == "running":
        raise Conflict("This import still runs. Undo it once it has ended.", code="import_running")
    if row.status == "undone":
        return row
    if row.status != "undoing":
        held = await record_of(await lane_of(db), import_id)
        options = msgspec.structs.replace(held.options, is_taken_back=True)
        row.options = msgspec.to_builtins(options)
        row.status, row.error, row.finished_at = "undoing", None, None
        row.version += 1
        await record(db, "import.undoing", "client_import", row.id, file_name=row.file_name)
    _queue(db, UNDO, row)
    return row


async def remove_import(db: Db, import_id: UUID) -> None:
    """Forget an import, its rows and its file. Clients who came by it stay, and it can be undone no more.

    Raises `NotFound`, `Forbidden`, and `Conflict` while it runs.
    """
    row = await import_for(db, import_id)
    if row.status in ("running", "undoing"):
        raise Conflict("This import still runs. Remove it once it has ended.", code="import_running")
    await db.execute(
        delete(ClientImportRow).where(
            ClientImportRow.agency_id == row.agency_id, ClientImportRow.import_id == row.id
        )
    )
    await db.delete(row)
    if row.storage_key:
        later(db, Job(name=FORGET, payload={"key": row.storage_key}))
    await record(db, "import.removed", "client_import", row.id, file_name=row.file_name)


def _queue(db: Db, name: str, row: ClientImport) -> None:
    """In the agency's own name, so that it can say so when the person may no longer: they act in it, asked anew."""
    payload = {"import_id": row.id, "user_id": db.actor.person}
    later(db, Job(name=name, payload=payload, key=f"{name}:{row.id}"), system_of(db.actor.agency_id))
