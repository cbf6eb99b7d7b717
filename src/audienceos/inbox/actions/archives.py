"""What people do about an archive: say whose it is, start it, remove it. Only for admins."""

from __future__ import annotations

from uuid import UUID

from msgspec import UNSET

from audienceos.clients.access import client_for
from audienceos.inbox.archives.forms import ArchivePatch
from audienceos.inbox.archives.kept import archive_for
from audienceos.inbox.archives.linking import link_places, linked_places
from audienceos.inbox.firewall.addresses import address_key
from audienceos.inbox.models.archives import ArchiveImport
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.jobs.queueing import Job, later
from audienceos.platform.storage.store import REMOVE
from audienceos.platform.web.etags import check_version

LOOK, RUN = "inbox.archive_look", "inbox.archive_run"


async def correct_archive(db: Db, archive_id: UUID, patch: ArchivePatch, version: int) -> ArchiveImport:
    """Say whose mailbox it is, or which channel is which client's. Another address has it looked through again.

    Raises `NotFound`, `Forbidden`, `Stale`; `Conflict` once it has started or is being looked through; `Invalid` at
    `channels` for a channel that is not in the archive or another client's.
    """
    row = await archive_for(db, archive_id)
    check_version(row, version)
    if row.status in ("running", "done") or row.started_at is not None:
        raise Conflict("This archive has been started; what was said of it stays.", code="import_started")
    if row.found is None:
        raise Conflict("This archive hasn't been looked through yet.", code="not_looked")
    if patch.channels is not UNSET:
        await _link(db, row, {one.place: one.client_id for one in patch.channels})
    if patch.own_address is not UNSET:
        _name(db, row, address_key(patch.own_address))
    row.version += 1
    await record(db, "archive.corrected", "archive_import", row.id, file_name=row.file_name)
    return row


async def start_archive(db: Db, archive_id: UUID) -> ArchiveImport:
    """Have the worker take its messages in. One that runs goes on, one that failed goes on where it ended; one that
    is done stays done.

    Raises `NotFound`, `Forbidden`; `Conflict` before it was looked through; `Invalid` while it isn't said whose mailbox
    it is, or where a channel is another client's by now.
    """
    row = await archive_for(db, archive_id)
    if row.status == "done":
        return row
    if row.found is None or row.status == "looking":
        raise Conflict("This archive hasn't been looked through yet.", code="not_looked")
    if row.kind == "mbox" and not row.own_address:
        raise Invalid.at("own_address", "Say whose mailbox it is.")
    if row.status != "running":
        names = {room["place"]: room["name"] for room in row.found["rooms"]}
        await link_places(db, {place: UUID(client) for place, client in row.channels.items()}, names)
        row.status, row.error, row.finished_at = "running", None, None
        row.started_at = row.started_at or clock.now()
        row.version += 1
        said: Json = {"file_name": row.file_name, "items": row.total}
        await record(db, "archive.started", "archive_import", row.id, **said)
    queue(db, RUN, row)
    return row


async def remove_archive(db: Db, archive_id: UUID) -> None:
    """Forget an archive and its file. Messages that came by it stay.

    Raises `NotFound`, `Forbidden`, and `Conflict` while it runs.
    """
    row = await archive_for(db, archive_id)
    if row.status == "running":
        raise Conflict(
            "This archive is still being taken in. Remove it once it has ended.", code="import_running"
        )
    await db.delete(row)
    if row.storage_key:
        later(db, Job(name=REMOVE, payload={"key": row.storage_key}))
    await record(db, "archive.removed", "archive_import", row.id, file_name=row.file_name)


def queue(db: Db, name: str, row: ArchiveImport) -> None:
    """In the agency's own name, so that it can say so when the person may no longer: they act in it, asked anew."""
    payload: Json = {"archive_id": row.id, "user_id": db.actor.person}
    later(db, Job(name=name, payload=payload, key=f"{name}:{row.id}"), system_of(db.actor.agency_id))


async def _link(db: Db, row: ArchiveImport, channels: dict[str, UUID | None]) -> None:
    rooms = {room["place"]: room["name"] for room in (row.found or {})["rooms"]}
    if unknown := channels.keys() - rooms.keys():
        raise Invalid.at("channels", f"There is no channel {min(unknown)} in this archive.")
    for client_id in {client for client in channels.values() if client is not None}:
        await client_for(db, client_id)
    there = await linked_places(db, list(channels))
    for place, client_id in channels.items():
        if there.get(place, client_id) != client_id:
            raise Invalid.at("channels", f"#{rooms[place]} belongs to another client already.")
    kept = {**row.channels, **{place: client and str(client) for place, client in channels.items()}}
    row.channels = {place: client for place, client in kept.items() if client}


def _name(db: Db, row: ArchiveImport, own: str) -> None:
    if row.kind != "mbox":
        raise Invalid.at("own_address", "Only a mailbox has an address of its own.")
    if own == row.own_address:
        return
    row.own_address, row.status, row.found, row.error = own, "looking", None, None
    queue(db, LOOK, row)
