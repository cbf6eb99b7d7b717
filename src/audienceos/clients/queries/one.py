"""One client's own fields, and its way through the pipeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Integer, func, or_, select
from sqlalchemy.orm import aliased

from audienceos.clients.access import clients_seen
from audienceos.clients.forms import ClientView
from audienceos.clients.models import Client, StageEvent
from audienceos.clients.queries.columns import CLIENT, custom, days_in_stage, person_name
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Key, Paged


class There(msgspec.Struct, frozen=True):
    """A client that is there to be seen."""

    id: UUID


class StageEventView(msgspec.Struct, frozen=True):
    """One move, and how long the client then stayed (in seconds; null while it is still there). `client_id` is
    another's where that was merged into this one."""

    id: UUID
    client_id: UUID
    from_stage: str | None
    to_stage: str
    moved_by: UUID
    mover: str
    moved_at: datetime
    notes: str | None
    stayed_seconds: int | None


def _client(sight: Sight) -> Question:
    computed: dict[str, ColumnElement[Any]] = {"days_in_stage": days_in_stage(), "custom": custom()}
    columns = [
        computed[name] if name in computed else getattr(Client, name) for name in ClientView.__struct_fields__
    ]
    return clients_seen(sight).with_only_columns(*columns).where(Client.id == CLIENT)


def _moves(sight: Sight) -> Question:
    row = StageEvent
    left = func.lead(row.moved_at).over(partition_by=row.client_id, order_by=(row.moved_at, row.id))
    stayed = func.extract("epoch", left - row.moved_at).cast(Integer)
    merged = select(Client.id).where(Client.agency_id == AGENCY, Client.merged_into == CLIENT)
    # Judged over all of them before a page is cut, else the first of a page would not know when it ended.
    moves = (
        select(
            row.id,
            row.client_id,
            row.from_stage,
            row.to_stage,
            row.moved_by,
            person_name(row.moved_by).label("mover"),
            row.moved_at,
            row.notes,
            stayed.label("stayed_seconds"),
        )
        .where(
            row.agency_id == AGENCY,
            _there(sight).exists(),
            or_(row.client_id == CLIENT, row.client_id.in_(merged)),
        )
        .subquery("moves")
    )
    return select(*moves.c)


def _there(sight: Sight) -> Question:
    return clients_seen(sight).with_only_columns(Client.id).where(Client.id == CLIENT)


def _merged(sight: Sight) -> Question:
    gone = aliased(Client)
    return (
        clients_seen(sight)
        .with_only_columns(Client.id)
        .join(gone, (gone.agency_id == Client.agency_id) & (gone.merged_into == Client.id))
        .where(gone.id == CLIENT)
    )


MERGED = Read(There, _merged)
THERE = Read(There, _there)
ONE = Read(ClientView, _client)
MOVES = Paged("moves", StageEventView, _moves, {"newest": (Key("moved_at", descending=True),)}, unique="id")


async def client_view(lane: Lane, client_id: UUID) -> ClientView:
    """One client. Raises `NotFound`, for a stranger's too."""
    found = await ONE.one(lane, {"client_id": client_id})
    if found is None:
        raise NotFound("client")
    return found


async def turned_out(lane: Lane, client_id: UUID) -> UUID | None:
    """The client into which this deleted one was merged, where the reader may see that; else None."""
    found = await MERGED.one(lane, {"client_id": client_id})
    return found.id if found else None


async def check_client(lane: Lane, client_id: UUID) -> None:
    """Raise `NotFound` unless the reader may see the client: what hangs from it may be an empty list."""
    if await THERE.one(lane, {"client_id": client_id}) is None:
        raise NotFound("client")
