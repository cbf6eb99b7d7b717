"""The lines of stages' checklists."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Text, any_, bindparam

from audienceos.clients.access import templates_seen
from audienceos.clients.models.checklists import TaskTemplate
from audienceos.clients.queries.columns import ROW, stage_place
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Key, Listed, Paged


class TemplateView(msgspec.Struct, frozen=True):
    """A line that clients get when they first enter the stage."""

    id: UUID
    stage: str
    name: str
    description: str | None
    due_after_days: int | None
    assign: Literal["nobody", "owner"]
    sort_order: int
    created_at: datetime
    updated_at: datetime
    version: int


class TemplateQuery(Listed, frozen=True, kw_only=True):
    """Of which stages; of all unless given."""

    stage: list[str] = []


def _templates(sight: Sight, *, of: Literal["all", "stages", "one"] = "all") -> Question:
    query = templates_seen(sight).with_only_columns(
        *(getattr(TaskTemplate, name) for name in TemplateView.__struct_fields__)
    )
    if of == "one":
        return query.where(TaskTemplate.id == ROW)
    if of == "stages":
        return query.where(TaskTemplate.stage == any_(bindparam("stage", type_=ARRAY(Text()))))
    return query


TEMPLATE = Read(TemplateView, _templates)
TEMPLATES = Paged(
    "task templates",
    TemplateView,
    _templates,
    {
        "position": (
            Key(stage_place(TaskTemplate.stage)),
            Key(TaskTemplate.sort_order),
            Key(TaskTemplate.created_at),
        )
    },
    unique=TaskTemplate.id,
)
"""By stage in the pipeline's order, then in their own."""


async def template_view(lane: Lane, template_id: UUID) -> TemplateView:
    """One line. Raises `NotFound`."""
    found = await TEMPLATE.one(lane, {"row_id": template_id}, of="one")
    if found is None:
        raise NotFound("template")
    return found
