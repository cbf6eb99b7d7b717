"""What is kept of an archive between its steps, and the only door to it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import Uuid, bindparam, select

from audienceos.agency.access import require_admin
from audienceos.inbox.archives.found import Found
from audienceos.inbox.models.archives import ArchiveImport
from audienceos.inbox.ports import ArchiveKind
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound

Status = Literal["uploaded", "looking", "looked", "running", "done", "failed"]
MAY = "bring messages in"
_ID = bindparam("archive_id", type_=Uuid())


class ArchiveRecord(msgspec.Struct, frozen=True):
    """One archive, whole."""

    id: UUID
    kind: ArchiveKind
    status: Status
    file_name: str
    file_size: int
    storage_key: str | None
    own_address: str | None
    channels: dict[str, UUID]
    found: Found | None
    taken: dict[str, int]
    total: int
    position: int
    error: str | None
    created_by: UUID
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version: int


def _record(sight: Sight) -> Question:
    columns = [getattr(ArchiveImport, name) for name in ArchiveRecord.__struct_fields__]
    return select(*columns).where(ArchiveImport.agency_id == AGENCY, ArchiveImport.id == _ID)


RECORD = Read(ArchiveRecord, _record)


async def record_of(lane: Lane, archive_id: UUID) -> ArchiveRecord:
    """One archive. Raises `NotFound`, for a stranger's too, and `Forbidden` for all but admins."""
    found = await RECORD.one(lane, {"archive_id": archive_id})
    if found is None:
        raise NotFound("archive")
    require_admin(lane.actor, MAY)
    return found


async def archive_for(db: Db, archive_id: UUID) -> ArchiveImport:
    """One archive's row, locked. Raises `NotFound`, for a stranger's too, and `Forbidden` for all but admins."""
    found = await db.scalar(
        select(ArchiveImport)
        .where(ArchiveImport.agency_id == db.actor.agency_id, ArchiveImport.id == archive_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("archive")
    require_admin(db.actor, MAY)
    return found
