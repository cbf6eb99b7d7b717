"""Tasks that come back: the next one is made once, when one is done or its day has come, whichever is first.

Whoever makes the next holds the client and the task, and notes it in `followed_at`: reopening a task, ticking it
twice or sweeping twice makes no second one. Days are the agency's.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from audienceos.agency.access import ground_for
from audienceos.clients.actions.falling_due import agencies_with_tasks_due, tasks_due
from audienceos.clients.actions.judging import rejudge_all
from audienceos.clients.actions.reminding import plan_reminder
from audienceos.clients.models import Client, Task
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record

_PLAN = """
update task set repeat_due_at = due_date::timestamp at time zone $2
 where agency_id = $1 and repeats is not null and due_date is not null and not is_completed and followed_at is null
   and ($3::uuid is null or client_id = $3)
"""


def next_day(repeats: str, day: date, not_before: date, day_of_month: int | None = None) -> date:
    """The first day after `day` on which it comes back that isn't before `not_before`: missed ones are left out.

    `day_of_month` is what a monthly task means; a shorter month has its last day instead.
    """
    if repeats == "daily":
        return max(day + timedelta(days=1), not_before)
    if repeats == "weekly":
        weeks = max(1, -((day - not_before).days // 7))
        return day + timedelta(weeks=weeks)
    wanted = day_of_month or day.day
    months = max(1, (not_before.year - day.year) * 12 + not_before.month - day.month)
    found = _in_month(day, months, wanted)
    return found if found >= not_before else _in_month(day, months + 1, wanted)


def plan(task: Task, zone: ZoneInfo) -> None:
    """Note when the task's next one is to be made though it isn't done: on the morning of its day."""
    waits = task.repeats and task.due_date and not task.is_completed and task.followed_at is None
    task.repeat_due_at = (
        datetime.combine(task.due_date, time(), tzinfo=zone) if waits and task.due_date else None
    )


async def replan(db: Db, zone: ZoneInfo, client_id: UUID | None = None) -> None:
    """Note it anew for all tasks, or a client's: another zone has other mornings, and who comes back goes on."""
    await db.flush()
    await (await db.raw()).execute(_PLAN, db.actor.agency_id, str(zone), client_id)


async def follow(db: Db, task: Task, zone: ZoneInfo) -> Task | None:
    """Make the task's next one, unless there is none to make or it was made. The caller holds the client."""
    if task.repeats is None or task.followed_at is not None:
        return None
    now = clock.now()
    today = now.astimezone(zone).date()
    due = next_day(task.repeats, task.due_date or today, today, task.repeat_day)
    task.followed_at, task.repeat_due_at = now, None
    following = Task(
        client_id=task.client_id,
        name=task.name,
        description=task.description,
        stage=task.stage,
        assigned_to=task.assigned_to,
        due_date=due,
        repeats=task.repeats,
        repeat_day=task.repeat_day,
        remind_at=_moved(task.remind_at, due - (task.due_date or today), zone),
        sort_order=await last_place(db, task.client_id, task.stage) + 1,
    )
    plan(following, zone)
    plan_reminder(following)
    db.add(following)
    await db.flush()
    await record(
        db, "task.repeated", "task", following.id, client_id=task.client_id, name=task.name, due_date=due.isoformat()
    )  # fmt: skip
    return following


async def repeat_due(db: Db) -> int:
    """Make the next of each of the agency's tasks whose day has come, at most a batch; gives how many were due.

    Tasks of archived and deleted clients rest until those come back.
    """
    ground = await ground_for(db)
    rows = await tasks_due(db, Task.repeat_due_at)
    clients = dict[UUID, Client]()
    for task, client in rows:
        if client.is_active and client.deleted_at is None:
            await follow(db, task, ground.zone)
            clients[client.id] = client
        task.repeat_due_at = None
    await rejudge_all(db, list(clients.values()), ground)
    return len(rows)


async def agencies_with_repeats_due(db: Db) -> list[UUID]:
    """Agencies with a task whose next one is due."""
    return await agencies_with_tasks_due(db, Task.repeat_due_at)


async def last_place(db: Db, client_id: UUID, stage: str | None) -> int:
    """The place of the client's last task in a stage; 0 where there is none."""
    mine = (Task.agency_id == db.actor.agency_id, Task.client_id == client_id)
    there = Task.stage.is_(None) if stage is None else Task.stage == stage
    return await db.scalar(select(func.max(Task.sort_order)).where(*mine, there)) or 0


def _in_month(day: date, months: int, wanted: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(wanted, monthrange(year, month)[1]))


def _moved(moment: datetime | None, by: timedelta, zone: ZoneInfo) -> datetime | None:
    """The same time of day, so many days later on that zone's wall."""
    return moment and (moment.astimezone(zone).replace(tzinfo=None) + by).replace(tzinfo=zone)
