"""Deleted clients, so that an admin can bring one back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import aliased

from audienceos.agency.access import require_admin
from audienceos.clients.access import deleted_clients
from audienceos.clients.models import Client
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question
from audienceos.platform.web.paging import Key, Listed, Page, Paged


class DeletedClient(msgspec.Struct, frozen=True):
    """A client that is hidden everywhere. One that was merged into another can't be brought back; `merged_name` is null
    where that one was deleted, too."""

    id: UUID
    name: str
    contact_name: str | None
    domain: str | None
    stage: str
    created_at: datetime
    deleted_at: datetime
    merged_into: UUID | None
    merged_name: str | None


def _deleted(sight: Sight) -> Question:
    other = aliased(Client)
    name = select(other.name).where(
        other.agency_id == Client.agency_id, other.id == Client.merged_into, other.deleted_at.is_(None)
    )
    computed = {"merged_name": name.scalar_subquery().label("merged_name")}
    fields = DeletedClient.__struct_fields__
    columns = [computed[field] if field in computed else getattr(Client, field) for field in fields]
    return deleted_clients().with_only_columns(*columns)


DELETED = Paged(
    "deleted clients",
    DeletedClient,
    _deleted,
    {"latest": (Key(Client.deleted_at, descending=True),)},
    unique=Client.id,
)


async def deleted_page(lane: Lane, asked: Listed) -> Page[DeletedClient]:
    """Those deleted last come first. Only for admins: raises `Forbidden`."""
    require_admin(lane.actor, "see deleted clients")
    return await DELETED.page(lane, asked, sort="latest")
