"""What the pages and nouns of archives ask."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from sqlalchemy import select

from audienceos.agency.access import require_admin
from audienceos.clients.queries.columns import person_name
from audienceos.inbox.archives.forms import ArchiveSummary, ArchiveView
from audienceos.inbox.archives.kept import MAY, record_of
from audienceos.inbox.models.archives import ArchiveImport
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question
from audienceos.platform.web.paging import Key, Listed, Page, Paged


def _archives(sight: Sight, *, form: Literal["all"] = "all") -> Question:
    row = ArchiveImport
    columns = [
        person_name(row.created_by).label("created_by_name")
        if name == "created_by_name"
        else getattr(row, name)
        for name in ArchiveSummary.__struct_fields__
    ]
    return select(*columns).where(row.agency_id == AGENCY)


ARCHIVES = Paged(
    "archives",
    ArchiveSummary,
    _archives,
    {"-created_at": (Key(ArchiveImport.created_at, descending=True),)},
    unique=ArchiveImport.id,
)


async def archives_page(lane: Lane, asked: Listed) -> Page[ArchiveSummary]:
    """The agency's archives, the latest first. Raises `Forbidden` for all but admins."""
    require_admin(lane.actor, MAY)
    return await ARCHIVES.page(lane, asked, sort="-created_at", binds={}, form="all")


async def archive_view(lane: Lane, archive_id: UUID) -> ArchiveView:
    """One archive. Raises `NotFound`, and `Forbidden` for all but admins."""
    record = await record_of(lane, archive_id)
    return ArchiveView(**{name: getattr(record, name) for name in ArchiveView.__struct_fields__})
