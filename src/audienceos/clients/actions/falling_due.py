"""Tasks of which something falls due by time: what the sweeps over them have in common."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import InstrumentedAttribute

from audienceos.clients.models import Client, Task
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db

BATCH = 200  # tasks of a transaction: short enough that nobody who edits one of their clients waits for long

Due = InstrumentedAttribute[datetime | None]
"""The moment of a task that is asked about."""


async def tasks_due(db: Db, moment: Due) -> Sequence[Row[Task, Client]]:
    """The agency's tasks for which it has come, each with its client, at most a batch; both are held.

    Those of archived and deleted clients too, and those that somebody else holds left out.
    """
    due = await db.execute(
        select(Task, Client)
        .join(Client, (Client.agency_id == Task.agency_id) & (Client.id == Task.client_id))
        .where(Task.agency_id == db.actor.agency_id, moment <= clock.now())
        .order_by(moment, Task.id)
        .limit(BATCH)
        .with_for_update(of=[Client, Task], skip_locked=True)
    )
    return due.all()


async def agencies_with_tasks_due(db: Db, moment: Due) -> list[UUID]:
    """Agencies with such a task. The service login's, which sees no more of tasks than this."""
    return list(await db.scalars(select(Task.agency_id).where(moment <= clock.now()).distinct()))
