"""Judge anew those clients whose health time alone may have changed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from audienceos.clients.actions.judging import rejudge_all
from audienceos.clients.models import Client
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db

BATCH = 200  # clients of a transaction: short enough that nobody who edits one of them waits for long


async def rejudge_due(db: Db) -> int:
    """Judge the agency's clients that are due, at most a batch, those that nobody is just changing.

    Gives their number; a full batch means that more may be due.
    """
    clients = await db.scalars(
        select(Client)
        .where(Client.agency_id == db.actor.agency_id, Client.health_due_at <= clock.now())
        .order_by(Client.health_due_at, Client.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    due = clients.all()
    await rejudge_all(db, due)
    return len(due)


async def agencies_due(db: Db) -> list[UUID]:
    """Agencies with a client that is due. The service login's, which may see no more of clients than this."""
    due = select(Client.agency_id).where(Client.health_due_at <= clock.now()).distinct()
    return list(await db.scalars(due))
