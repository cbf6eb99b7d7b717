"""A client's checklist: lines are added, changed, put in order and removed for good."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, Literal
from uuid import UUID

from msgspec import UNSET, structs
from sqlalchemy import func, select

from audienceos.agency.access import Ground, assignable, ground_for
from audienceos.clients.access import client_for, hanging_for, held_for
from audienceos.clients.actions.checklists import TASKS_AT_MOST
from audienceos.clients.actions.judging import acted
from audienceos.clients.actions.reminding import plan_reminder
from audienceos.clients.actions.repeating import follow, last_place, plan
from audienceos.clients.actions.templating import stepped
from audienceos.clients.forms import TaskIn, TaskPatch
from audienceos.clients.models import Client, Task
from audienceos.platform import clock
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.web.etags import check_version

YEARS = range(1970, 3000)


async def add_task(db: Db, client_id: UUID, data: TaskIn) -> Task:
    """Add a line at the end of its stage. A day in the past is allowed: the task is overdue at once.

    Raises `NotFound`; `Invalid` for a stage that the agency doesn't have, somebody who isn't active here, or a
    day beyond reason; `Conflict` beyond the limit.
    """
    ground = await ground_for(db, "share")
    client = await client_for(db, client_id, to="change")
    if await _count(db, client) >= TASKS_AT_MOST:
        raise Conflict(f"A client has at most {TASKS_AT_MOST:,} tasks. Remove old ones.", code="too_many")
    given = structs.asdict(data)
    await _check(db, ground, given)
    task = Task(client_id=client.id, **{name: value or None for name, value in given.items()})
    task.sort_order = await last_place(db, client.id, task.stage) + 1
    _plan(task, ground)
    plan_reminder(task)
    db.add(task)
    await db.flush()
    await _tell(db, "task.created", task)
    await acted(db, client, ground)
    return task


async def edit_task(db: Db, task_id: UUID, patch: TaskPatch, version: int) -> Task:
    """Lay the given fields over the task; in another stage it goes to the end. Raises `Stale`, else as `add_task`."""
    ground = await ground_for(db, "share")
    client, task = await held_for(db, Task, task_id, "task")
    check_version(task, version)
    given = {name: value or None for name, value in structs.asdict(patch).items() if value is not UNSET}
    changes = {name: value for name, value in given.items() if getattr(task, name) != value}
    if not changes:
        return task
    await _check(db, ground, changes)
    if "stage" in changes:
        task.sort_order = await last_place(db, client.id, changes["stage"]) + 1
    before = {name: getattr(task, name) for name in changes}
    for name, value in changes.items():
        setattr(task, name, value)
    if changes.keys() & {"due_date", "repeats"}:
        _plan(task, ground)
    if "remind_at" in changes:
        plan_reminder(task)
    task.version += 1
    await _tell(db, "task.changed", task, before=_plain(before), after=_plain(changes))
    await acted(db, client, ground)
    return task


async def complete_task(db: Db, task_id: UUID) -> Task:
    """Tick it: when and by whom is noted here, and one that repeats is followed by its next. Ticking twice changes
    nothing. Raises `NotFound`."""
    client, task = await held_for(db, Task, task_id, "task")
    if not task.is_completed:
        ground = await ground_for(db)
        task.is_completed, task.completed_at, task.completed_by = True, clock.now(), db.actor.person
        plan_reminder(task)
        task.version += 1
        await _tell(db, "task.completed", task)
        await follow(db, task, ground.zone)
        await acted(db, client, ground)
    return task


async def reopen_task(db: Db, task_id: UUID) -> Task:
    """Untick it. An open task stays as it is. Raises `NotFound`."""
    client, task = await held_for(db, Task, task_id, "task")
    if task.is_completed:
        task.is_completed, task.completed_at, task.completed_by = False, None, None
        if task.remind_at is not None and task.remind_at > clock.now():
            plan_reminder(task)
        task.version += 1
        await _tell(db, "task.reopened", task)
        await acted(db, client)
    return task


async def forget_reminder(db: Db, task_id: UUID) -> Task:
    """Remind of it no more; without a reminder nothing changes. Raises `NotFound`."""
    client, task = await held_for(db, Task, task_id, "task")
    if task.remind_at is not None:
        before = {"remind_at": task.remind_at.isoformat()}
        task.remind_at = task.remind_due_at = None
        task.version += 1
        await _tell(db, "task.changed", task, before=before, after={"remind_at": None})
        await acted(db, client)
    return task


async def remove_task(db: Db, task_id: UUID) -> UUID:
    """Remove it for good; gives its client's id. Raises `NotFound`."""
    client, task = await held_for(db, Task, task_id, "task")
    await db.delete(task)
    await _tell(db, "task.removed", task)
    await acted(db, client)
    return client.id


async def order_tasks(db: Db, client_id: UUID, task_ids: list[UUID]) -> None:
    """Put the client's tasks in the order of `task_ids`, which names each of them once; stages stay apart.

    Raises `NotFound`, `Invalid` for one that is named twice, `Conflict` where they aren't the client's tasks.
    """
    client = await client_for(db, client_id, to="change")
    if len(set(task_ids)) < len(task_ids):
        raise Invalid.at("task_ids", "A task is named twice")
    mine = (Task.agency_id == client.agency_id, Task.client_id == client.id)
    tasks = {task.id: task for task in await db.scalars(select(Task).where(*mine).with_for_update())}
    if tasks.keys() != set(task_ids):
        raise Conflict(
            "These aren't the client's tasks: somebody added or removed one.",
            code="tasks_changed",
            extra={"task_ids": [str(task_id) for task_id in tasks]},
        )
    place = defaultdict[str | None, int](int)
    for task in (tasks[task_id] for task_id in task_ids):
        place[task.stage] += 1
        task.sort_order = place[task.stage]
    await record(db, "task.ordered", "client", client.id, client_id=client.id)
    await acted(db, client)


async def order_open_tasks(db: Db, client_id: UUID, task_ids: list[UUID]) -> None:
    """As `order_tasks`, with the open ones alone: those that are done follow. Raises as it does."""
    client = await client_for(db, client_id, to="change")
    done = await db.scalars(
        select(Task.id)
        .where(Task.agency_id == client.agency_id, Task.client_id == client.id, Task.is_completed)
        .order_by(Task.sort_order, Task.created_at)
    )
    named = set(task_ids)
    await order_tasks(db, client_id, [*task_ids, *(one for one in done if one not in named)])


async def shift_task(db: Db, task_id: UUID, to: Literal["up", "down"]) -> Task:
    """Put an open task one place up or down among those of its stage; the first and the last stay.

    Raises `NotFound`.
    """
    client, task = await held_for(db, Task, task_id, "task")
    rows = await db.scalars(
        select(Task)
        .where(Task.agency_id == client.agency_id, Task.client_id == client.id)
        .order_by(Task.is_completed, Task.sort_order, Task.created_at, Task.id)
    )
    tasks = list(rows)
    mine = [one.id for one in tasks if one.stage == task.stage and one.is_completed == task.is_completed]
    shifted = stepped(mine, task.id, to)
    if shifted != mine:
        await order_tasks(db, client.id, [*shifted, *(one.id for one in tasks if one.id not in set(mine))])
    return task


async def task_for(db: Db, task_id: UUID) -> Task:
    """One task of a client whom the actor may see. Raises `NotFound`."""
    return await hanging_for(db, Task, task_id, "task")


async def _check(db: Db, ground: Ground, given: Json) -> None:
    stage, day, person = given.get("stage"), given.get("due_date"), given.get("assigned_to")
    stages = ground.pipeline.stages
    if stage is not None and stage not in stages:
        raise Invalid.at("stage", f"There is no stage {stage!r}; choose one of {', '.join(stages)}")
    if day is not None and day.year not in YEARS:
        raise Invalid.at("due_date", f"Give a day between {YEARS.start} and {YEARS.stop - 1}")
    if (moment := given.get("remind_at")) is not None and moment.year not in YEARS:
        raise Invalid.at("remind_at", f"Give a day between {YEARS.start} and {YEARS.stop - 1}")
    if person is not None:
        await assignable(db, person, "assigned_to")


async def _count(db: Db, client: Client) -> int:
    mine = (Task.agency_id == client.agency_id, Task.client_id == client.id)
    return await db.scalar(select(func.count()).where(*mine)) or 0


def _plan(task: Task, ground: Ground) -> None:
    """A person set its day or how it repeats."""
    task.repeat_day = task.due_date.day if task.repeats == "monthly" and task.due_date else None
    plan(task, ground.zone)


async def _tell(db: Db, name: str, task: Task, **more: Any) -> None:
    await record(
        db,
        name,
        "task",
        task.id,
        client_id=task.client_id,
        name=task.name,
        assigned_to=task.assigned_to,
        due_date=task.due_date and task.due_date.isoformat(),
        **more,
    )


def _plain(values: Json) -> Json:
    return {name: str(value) if isinstance(value, (UUID, date)) else value for name, value in values.items()}
