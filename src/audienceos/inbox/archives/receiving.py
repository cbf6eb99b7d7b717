"""An archive comes in: refused in words if it is none, else kept and looked through by the worker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import UUID

from audienceos.agency.access import require_admin
from audienceos.inbox.actions.archives import LOOK, queue
from audienceos.inbox.archives.kept import MAY
from audienceos.inbox.models.archives import ArchiveImport
from audienceos.inbox.ports import ArchiveKind, archive_reader
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record
from audienceos.platform.storage.store import files

Read = Callable[[], AbstractAsyncContextManager[Lane]]
Act = Callable[[], AbstractAsyncContextManager[Db]]

MOST_BYTES = 2 * 1024 * 1024 * 1024
ADVICE = "Export a shorter time, or fewer labels, and bring each file."
_ZIP = b"PK"
_NAME_CHARS = 200
_AT_ONCE = asyncio.Semaphore(2)


async def receive(read: Read, act: Act, path: Path, name: str) -> UUID:
    """Take in a file that lies at `path` for now and is called `name`; gives the archive's id. Only for admins.

    What it is, is seen by how it begins. Raises `Forbidden`; `Invalid` at `file` for what is no archive, of which then
    nothing is kept; `Unavailable`.
    """
    async with read() as lane:
        require_admin(lane.actor, MAY)
        actor = lane.actor
    async with _AT_ONCE:
        kind, size = await asyncio.to_thread(_seen, path)
    draft = ArchiveImport(id=uuid7(), kind=kind, file_name=name.strip()[:_NAME_CHARS] or kind, file_size=size)
    async with files().kept(actor, "imports", path) as key, act() as db:
        require_admin(db.actor, MAY)
        draft.storage_key, draft.created_by = key, db.actor.person
        db.add(draft)
        await db.flush()
        queue(db, LOOK, draft)
        await record(db, "archive.uploaded", "archive_import", draft.id, file_name=draft.file_name, of=kind)
    return draft.id


def _seen(path: Path) -> tuple[ArchiveKind, int]:
    with path.open("rb") as file:
        kind: ArchiveKind = "slack_export" if file.read(len(_ZIP)) == _ZIP else "mbox"
    archive_reader(kind).glance(path, frozenset())
    return kind, path.stat().st_size
