"""What is kept of an import between its steps, and the only door to it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import Uuid, bindparam, select

from audienceos.agency.access import require_admin
from audienceos.clients.importing.models import ClientImport
from audienceos.clients.importing.profile import ColumnProfile
from audienceos.clients.importing.shapes import Mapping
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound

Status = Literal["uploaded", "running", "done", "failed", "undoing", "undone"]
Outcome = Literal["created", "updated", "unchanged", "failed", "undone", "kept"]

IMPORT_ID = bindparam("import_id", type_=Uuid())
_COUNTED_CHARS = 100
"""Longer values are no stages and no people, so how often they occur isn't kept."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What the file looked like when it came: enough to correct the mapping without reading it again."""

    columns: list[ColumnProfile]
    kind: Literal["text", "workbook"]
    encoding: str
    delimiter: str
    sheet: str
    left_out: list[str]

    @property
    def rows(self) -> int:
        """How many rows the file has below its header."""
        return self.columns[0].filled + self.columns[0].blanks if self.columns else 0

    @property
    def header(self) -> list[str]:
        """The columns' names, in the file's order."""
        return [column.header for column in self.columns]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a person chose besides the mapping, and what the import noted when it started."""

    overwrite: list[str] = []
    """Headers of the columns that change clients who are here already. Others only fill new ones."""
    move_stages: bool = False
    """Whether clients who are here already move to the stage that the file says."""
    owners: dict[str, UUID | None] = {}
    """Whom an owner in the file means; None for nobody here. What isn't said is matched by address or name."""
    fields: dict[str, UUID] = {}
    """The agency's own field that a column fills, by header, once the import has started."""
    made_fields: list[UUID] = []
    """Those of them that didn't exist before."""
    added_choices: dict[str, list[str]] = {}
    """What was added to fields to choose from that did, by field id."""
    is_taken_back: bool = False
    """Undoing has begun: it may be gone on with, the import no more."""


class ImportRecord(msgspec.Struct, frozen=True):
    """One import, whole."""

    id: UUID
    status: Status
    file_name: str
    file_size: int
    storage_key: str | None
    source: str
    profile: Seen
    mapping: Mapping
    options: Options
    total: int
    done: int
    counts: dict[Outcome, int]
    """How many of its rows have which outcome now."""
    error: str | None
    created_by: UUID
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version: int


def bounded(profiles: list[ColumnProfile]) -> list[ColumnProfile]:
    """The profiles without the counts of long values: what is kept stays small, whatever the file holds."""
    return [
        profile if profile.longest <= _COUNTED_CHARS else msgspec.structs.replace(profile, counts={})
        for profile in profiles
    ]


def _record(sight: Sight) -> Question:
    columns = [getattr(ClientImport, name) for name in ImportRecord.__struct_fields__]
    return select(*columns).where(ClientImport.agency_id == AGENCY, ClientImport.id == IMPORT_ID)


RECORD = Read(ImportRecord, _record)


async def record_of(lane: Lane, import_id: UUID) -> ImportRecord:
    """One import. Raises `NotFound`, for a stranger's too, and `Forbidden` for all but admins."""
    found = await RECORD.one(lane, {"import_id": import_id})
    if found is None:
        raise NotFound("import")
    require_admin(lane.actor, "import clients")
    return found


async def import_for(db: Db, import_id: UUID) -> ClientImport:
    """One import's row, locked. Raises `NotFound`, for a stranger's too, and `Forbidden` for all but admins."""
    found = await db.scalar(
        select(ClientImport)
        .where(ClientImport.agency_id == db.actor.agency_id, ClientImport.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("import")
    require_admin(db.actor, "import clients")
    return found
