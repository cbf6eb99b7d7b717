"""What somebody has to do across clients, by when it is due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

import msgspec

from audienceos.clients.queries.tasks import TASKS, TaskView
from audienceos.platform import clock
from audienceos.platform.db.database import Lane
from audienceos.platform.web.paging import From, Listed

Whose = Literal["mine", "unassigned", "everyone"]
AT_ONCE = 200
REMINDERS_SHOWN = 100


class WorkQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of one's work can be asked."""

    whose: Whose = "mine"
    stage: list[str] = []
    overdue: bool = False
    cursor: From | None = None

    @property
    def in_address(self) -> dict[str, object]:
        """What was asked, but for the place in the list, as the address says it."""
        whose = self.whose if self.whose != "mine" else None
        return {"whose": whose, "stage": self.stage, "overdue": "true" if self.overdue else None}

    @property
    def form(self) -> frozenset[str]:
        """The shape of the statement: only open tasks, of clients that are worked for."""
        used = {"open", "active"} | ({self.whose} if self.whose != "everyone" else set[str]())
        used |= {"stage"} if self.stage else set[str]()
        return frozenset(used | ({"overdue"} if self.overdue else set[str]()))


class Part(msgspec.Struct, frozen=True):
    """Some tasks under one heading."""

    key: str
    words: str
    tasks: list[TaskView]


class Work(msgspec.Struct, frozen=True):
    """The parts that hold something, the most pressing first."""

    parts: list[Part]
    next_cursor: str | None

    @property
    def count(self) -> int:
        """How many tasks are shown."""
        return sum(len(part.tasks) for part in self.parts)


async def work(lane: Lane, asked: WorkQuery, stages: list[str], today: date) -> Work:
    """One page of it, by day; on the first one's own reminders whose time has come stand above. Two statements.

    Raises `BadQuery` for a cursor that isn't of this list.
    """
    binds: dict[str, Any] = {"stages": stages, "stage": asked.stage, "now": clock.now()}
    listed = Listed(limit=AT_ONCE, cursor=asked.cursor)
    found = await TASKS.page(lane, listed, sort="due_date", binds=binds, form=asked.form)
    reminders: list[TaskView] = []
    if asked.whose == "mine" and asked.cursor is None:
        form = asked.form | {"reminded"}
        few = Listed(limit=REMINDERS_SHOWN)
        reminders = (await TASKS.page(lane, few, sort="due_date", binds=binds, form=form)).items
    return Work(parted(found.items, reminders, today), found.next_cursor)


def parted(tasks: list[TaskView], reminders: list[TaskView], today: date) -> list[Part]:
    """The tasks under their headings, in the order given, each once. A week ends with its Sunday."""
    sunday = today + timedelta(days=6 - today.weekday())
    above = {task.id for task in reminders}
    parts = {
        "reminders": Part("reminders", "Remind me", reminders),
        "overdue": Part("overdue", "Overdue", []),
        "today": Part("today", "Today", []),
        "week": Part("week", "This week", []),
        "later": Part("later", "Later", []),
        "none": Part("none", "Without a day", []),
    }
    for task in tasks:
        if task.id not in above:
            parts[_part(task.due_date, today, sunday)].tasks.append(task)
    return [part for part in parts.values() if part.tasks]


def _part(due: date | None, today: date, sunday: date) -> str:
    if due is None:
        return "none"
    if due <= today:
        return "overdue" if due < today else "today"
    return "week" if due <= sunday else "later"
