"""Reminders of tasks: whoever is to be reminded is told when the time has come, once.

Whoever tells it holds the client and the task, and clears `remind_due_at`: sweeping twice tells nothing twice.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from audienceos.clients.models import Client, Task
from audienceos.platform import clock
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record

BATCH = 200  # tasks of a transaction: short enough that nobody who edits one of them waits for long


def plan_reminder(task: Task) -> None:
    """Note when its reminder is to be told: never of a task that is done."""
    task.remind_due_at = None if task.is_completed else task.remind_at


async def remind_due(db: Db) -> int:
    """Tell of each of the agency's reminders whose time has come, at most a batch; gives how many there were.

    Of an archived or deleted client's tasks nobody is reminded.
    """
    due = await db.execute(
        select(Task, Client)
        .join(Client, (Client.agency_id == Task.agency_id) & (Client.id == Task.client_id))
        .where(Task.agency_id == db.actor.agency_id, Task.remind_due_at <= clock.now())
        .order_by(Task.remind_due_at, Task.id)
        .limit(BATCH)
        .with_for_update(of=[Client, Task], skip_locked=True)
    )
    rows = due.all()
    for task, client in rows:
        task.remind_due_at = None
        if client.is_active and client.deleted_at is None and not task.is_completed:
            said: Json = {"name": task.name, "assigned_to": task.assigned_to}
            await record(db, "task.reminded", "task", task.id, client_id=client.id, **said)
    return len(rows)


async def agencies_with_reminders_due(db: Db) -> list[UUID]:
    """Agencies with a reminder that is due. The service login's, which sees no more of tasks than this."""
    return list(await db.scalars(select(Task.agency_id).where(Task.remind_due_at <= clock.now()).distinct()))
