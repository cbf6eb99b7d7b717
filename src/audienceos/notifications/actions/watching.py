"""Watch a client, or one ticket of it, and no longer."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, delete
from sqlalchemy.dialects.postgresql import insert

from audienceos.clients.access import client_for
from audienceos.notifications.models import Watch
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record


async def watch(db: Db, client_id: UUID, ticket_id: UUID | None = None) -> None:
    """Have the acting person told of it; as they watch it already, nothing changes. Raises `NotFound`."""
    client = await client_for(db, client_id)
    row = {
        "agency_id": db.actor.agency_id,
        "id": uuid7(),
        "user_id": db.actor.person,
        "client_id": client.id,
        "ticket_id": ticket_id,
        "created_at": clock.now(),
    }
    statement = insert(Watch).values(row).on_conflict_do_nothing().returning(Watch.id)
    added = await db.scalar(statement)
    if added is not None:
        await record(db, "watch.added", *_subject(client_id, ticket_id), client_id=client.id)


async def unwatch(db: Db, client_id: UUID, ticket_id: UUID | None = None) -> None:
    """Have the acting person told of it no more for watching it; as they don't, nothing changes. Raises `NotFound`."""
    client = await client_for(db, client_id)
    mine = (Watch.agency_id == db.actor.agency_id, Watch.user_id == db.actor.person)
    gone = delete(Watch).where(*mine, Watch.client_id == client.id, _is(ticket_id)).returning(Watch.id)
    if (await db.scalars(gone)).all():
        await record(db, "watch.removed", *_subject(client_id, ticket_id), client_id=client.id)


def _is(ticket_id: UUID | None) -> ColumnElement[bool]:
    return Watch.ticket_id.is_(None) if ticket_id is None else Watch.ticket_id == ticket_id


def _subject(client_id: UUID, ticket_id: UUID | None) -> tuple[str, UUID]:
    return ("client", client_id) if ticket_id is None else ("ticket", ticket_id)
