"""Deleted clients, so that an admin can bring one back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from audienceos.agency.access import require_admin
from audienceos.clients.access import deleted_clients
from audienceos.clients.models import Client
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question
from audienceos.platform.web.paging import Key, Listed, Page, Paged


class DeletedClient(msgspec.Struct, frozen=True):
    """A client that is hidden everywhere."""

    id: UUID
    name: str
    contact_name: str | None
    domain: str | None
    stage: str
    created_at: datetime
    deleted_at: datetime


def _deleted(sight: Sight) -> Question:
    columns = [getattr(Client, name) for name in DeletedClient.__struct_fields__]
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
