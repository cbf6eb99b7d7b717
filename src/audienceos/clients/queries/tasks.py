"""Tasks: of one client, or across all that the reader may see."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, ColumnElement, DateTime, Text, Uuid, any_, bindparam, case

from audienceos.clients.access import hanging_seen
from audienceos.clients.models import Client, Task
from audienceos.clients.queries.columns import CLIENT, ROW, person_name, stage_place
from audienceos.clients.queries.filters import Activity
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import PERSON, TODAY, Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Key, Listed, Paged

TaskSort = Literal["position", "due_date", "-due_date", "created_at", "-created_at", "name", "-name"]


class TaskView(msgspec.Struct, frozen=True):
    """A line of a client's checklist."""

    id: UUID
    client_id: UUID
    client_name: str
    name: str
    description: str | None
    stage: str | None
    assigned_to: UUID | None
    assignee: str | None
    due_date: date | None
    is_completed: bool
    completed_at: datetime | None
    completed_by: UUID | None
    sort_order: int
    repeats: Literal["daily", "weekly", "monthly"] | None
    remind_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class TaskFilters(Listed, frozen=True, kw_only=True):
    """Which tasks. Conditions of different kinds all hold; values of one kind are alternatives."""

    completed: bool | None = None
    assignee: list[UUID] = []
    unassigned: bool = False
    mine: bool = False
    """Assigned to the reader."""
    stage: list[str] = []
    overdue: bool = False
    """Not done, and due before today in the agency's zone."""

    @property
    def form(self) -> frozenset[str]:
        """The kinds of condition in use: the shape of the statement."""
        used = {
            name for name in ("assignee", "unassigned", "mine", "stage", "overdue") if getattr(self, name)
        }
        if self.completed is not None:
            used.add("done" if self.completed else "open")
        return frozenset(used)

    @property
    def binds(self) -> dict[str, Any]:
        """Their values."""
        return {"assignee": self.assignee, "stage": self.stage}


class ClientTaskQuery(TaskFilters, frozen=True, kw_only=True):
    """What one client's tasks can be asked."""

    sort: TaskSort = "position"
    """`position`: by stage in the pipeline's order, then as people put them."""


class TaskQuery(TaskFilters, frozen=True, kw_only=True):
    """What all tasks can be asked."""

    client: list[UUID] = []
    activity: Activity = "active"
    """Of which clients: archived ones only when asked for."""
    sort: TaskSort = "due_date"

    @property
    def form(self) -> frozenset[str]:
        """With the conditions on the client."""
        more = [self.activity, *(["client"] if self.client else [])]
        return super().form.union(more)

    @property
    def binds(self) -> dict[str, Any]:
        """With the clients."""
        return super().binds | {"client": self.client}


def _ids(name: str) -> Any:
    return any_(bindparam(name, type_=ARRAY(Uuid())))


_CONDITIONS: dict[str, Any] = {
    "done": lambda: Task.is_completed.is_(True),
    "open": lambda: Task.is_completed.is_(False),
    "assignee": lambda: Task.assigned_to == _ids("assignee"),
    "unassigned": lambda: Task.assigned_to.is_(None),
    "mine": lambda: Task.assigned_to == PERSON,
    "stage": lambda: Task.stage == any_(bindparam("stage", type_=ARRAY(Text()))),
    "overdue": lambda: Task.is_completed.is_(False) & (Task.due_date < TODAY),
    "reminded": lambda: Task.remind_at <= bindparam("now", type_=DateTime(timezone=True)),
    "client": lambda: Task.client_id == _ids("client"),
    "of_client": lambda: Task.client_id == CLIENT,
    "one": lambda: Task.id == ROW,
    "active": lambda: Client.is_active.is_(True),
    "archived": lambda: Client.is_active.is_(False),
    "all": lambda: None,
}


def _tasks(sight: Sight, *, form: frozenset[str]) -> Question:
    computed: dict[str, ColumnElement[Any]] = {
        "client_name": Client.name.label("client_name"),
        "assignee": person_name(Task.assigned_to).label("assignee"),
    }
    columns = [
        computed[name] if name in computed else getattr(Task, name) for name in TaskView.__struct_fields__
    ]
    query = hanging_seen(Task, sight).with_only_columns(*columns)
    conditions = [_CONDITIONS[kind]() for kind in sorted(form)]
    return query.where(*(condition for condition in conditions if condition is not None))


def _orders() -> dict[str, tuple[Key, ...]]:
    orders: dict[str, tuple[Key, ...]] = {
        "position": (Key(_place()), Key(Task.sort_order), Key(Task.created_at))
    }
    for name, column in (("due_date", Task.due_date), ("created_at", Task.created_at), ("name", Task.name)):
        nullable = name == "due_date"
        orders[name] = (Key(column, nullable=nullable),)
        orders[f"-{name}"] = (Key(column, descending=True, nullable=nullable),)
    return orders


def _place() -> ColumnElement[int]:
    """Tasks of no stage come first: they are of every stage."""
    return case((Task.stage.is_(None), 0), else_=stage_place(Task.stage))


TASK = Read(TaskView, _tasks)
TASKS = Paged("tasks", TaskView, _tasks, _orders(), unique=Task.id)

ONE, OF_CLIENT = frozenset({"one"}), frozenset({"of_client"})


async def task_view(lane: Lane, task_id: UUID) -> TaskView:
    """One task. Raises `NotFound`, for a stranger's too."""
    found = await TASK.one(lane, {"row_id": task_id}, form=ONE)
    if found is None:
        raise NotFound("task")
    return found
