"""What may come in about tasks: lines of a stage's checklist, and the order of both."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from audienceos.clients.forms import Notes, Stage, TaskName
from audienceos.platform.web.forms import Form

Assign = Literal["nobody", "owner"]
Days = Annotated[int, Meta(ge=0, le=365)]


class TemplateIn(Form):
    """A line that clients get when they first enter the stage, due so many days later and given to its owner or nobody."""

    stage: Stage
    name: TaskName
    description: Notes | None = None
    due_after_days: Days | None = None
    assign: Assign = "nobody"


class TemplatePatch(Form):
    """A change of such a line: what is absent stays, null clears. Tasks that it has made stay as they are."""

    stage: Stage | UnsetType = UNSET
    name: TaskName | UnsetType = UNSET
    description: Notes | UnsetType | None = UNSET
    due_after_days: Days | UnsetType | None = UNSET
    assign: Assign | UnsetType = UNSET


class TemplateOrder(Form):
    """All lines of one stage's checklist, each once, in their order."""

    stage: Stage
    template_ids: Annotated[list[UUID], Meta(max_length=100)]


class Step(Form):
    """One place up or down, as a button says it."""

    to: Literal["up", "down"] = "down"


class OpenOrder(Form):
    """A client's open tasks, each once, in the order in which a hand has dragged them."""

    task_ids: Annotated[list[UUID], Meta(max_length=1000)] = []


Taken = Literal["name", "domain", "lifetime_value", "total_spend", "install_date", "notes"]


class MergeIn(Form):
    """Which other client turned out to be this one, and which of its fields are right. `custom` values and tags come
    along where this one has none of their own."""

    other_id: UUID
    take: list[Taken] = []
