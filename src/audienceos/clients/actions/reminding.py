"""Reminders of tasks: whoever is to be reminded is told when the time has come, once.

Whoever tells it holds the client and the task, and clears `remind_due_at`: sweeping twice tells nothing twice.
"""

from __future__ import annotations

from uuid import UUID

from audienceos.clients.actions.falling_due import agencies_with_tasks_due, tasks_due
from audienceos.clients.models import Task
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record


def plan_reminder(task: Task) -> None:
    """Note when its reminder is to be told: never of a task that is done."""
    task.remind_due_at = None if task.is_completed else task.remind_at


async def remind_due(db: Db) -> int:
    """Tell of each of the agency's reminders whose time has come, at most a batch; gives how many there were.

    Of an archived or deleted client's tasks nobody is reminded.
    """
    rows = await tasks_due(db, Task.remind_due_at)
    for task, client in rows:
        task.remind_due_at = None
        if client.is_active and client.deleted_at is None and not task.is_completed:
            said: Json = {"name": task.name, "assigned_to": task.assigned_to}
            await record(db, "task.reminded", "task", task.id, client_id=client.id, **said)
    return len(rows)


async def agencies_with_reminders_due(db: Db) -> list[UUID]:
    """Agencies with a reminder that is due."""
    return await agencies_with_tasks_due(db, Task.remind_due_at)
