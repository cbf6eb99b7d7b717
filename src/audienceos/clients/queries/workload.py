"""How many clients each person looks after."""

from __future__ import annotations

from uuid import UUID

import msgspec
from sqlalchemy import Integer, func

from audienceos.clients.access import hanging_seen
from audienceos.clients.models import Client, ClientAssignment
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read


class Load(msgspec.Struct, frozen=True):
    """A person and the number of their clients, archived ones left out."""

    user_id: UUID
    count: int


def _loads(sight: Sight) -> Question:
    counted = func.count().cast(Integer).label("count")
    return (
        hanging_seen(ClientAssignment, sight)
        .where(Client.is_active)
        .with_only_columns(ClientAssignment.user_id, counted)
        .group_by(ClientAssignment.user_id)
    )


LOADS = Read(Load, _loads)


async def workload(lane: Lane) -> dict[UUID, int]:
    """Of the clients that the reader may see (`agency.ports.Workload`)."""
    return {load.user_id: load.count for load in await LOADS.all(lane)}
