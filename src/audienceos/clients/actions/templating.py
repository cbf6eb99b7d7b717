"""The agency says what each stage's checklist holds. For admins. Tasks that were given stay as they are."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from msgspec import UNSET, structs
from sqlalchemy import delete, func, select, update

from audienceos.agency.access import ground_for, require_admin
from audienceos.clients.access import template_for, templates_seen
from audienceos.clients.forms.tasks import TemplateIn, TemplateOrder, TemplatePatch
from audienceos.clients.models.checklists import StageChecklist, TaskTemplate
from audienceos.platform import clock
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.web.etags import check_version

LINES_AT_MOST = 50  # of one stage
WHAT = "say what a stage's checklist holds"


async def add_template(db: Db, data: TemplateIn) -> TaskTemplate:
    """Add a line at the end of the stage's checklist. Clients who are or were in the stage don't get it.

    Raises `Forbidden`, `Invalid` for a stage that the agency doesn't have, `Conflict` beyond the limit.
    """
    require_admin(db.actor, WHAT)
    await _check_stage(db, data.stage)
    template = TaskTemplate(**structs.asdict(data) | {"description": data.description or None})
    template.sort_order = await _next_place(db, data.stage)
    db.add(template)
    await db.flush()
    await _tell(db, "task_template.created", template)
    return template


async def edit_template(db: Db, template_id: UUID, patch: TemplatePatch, version: int) -> TaskTemplate:
    """Lay the given fields over the line; in another stage it goes to the end.

    Raises `Forbidden`, `NotFound`, `Stale`, else as `add_template`.
    """
    require_admin(db.actor, WHAT)
    template = await template_for(db, template_id, lock=True)
    check_version(template, version)
    given = {name: value for name, value in structs.asdict(patch).items() if value is not UNSET}
    if "description" in given:
        given["description"] = given["description"] or None
    changes = {name: value for name, value in given.items() if getattr(template, name) != value}
    if not changes:
        return template
    if "stage" in changes:
        await _check_stage(db, changes["stage"])
        template.sort_order = await _next_place(db, changes["stage"])
    before = {name: getattr(template, name) for name in changes}
    for name, value in changes.items():
        setattr(template, name, value)
    template.version += 1
    await _tell(db, "task_template.changed", template, before, changes)
    return template


async def remove_template(db: Db, template_id: UUID) -> None:
    """Take the line off the checklist; tasks that it has made stay. Raises `Forbidden`, `NotFound`."""
    require_admin(db.actor, WHAT)
    template = await template_for(db, template_id, lock=True)
    template.deleted_at = clock.now()
    template.version += 1
    await _tell(db, "task_template.removed", template)


async def order_templates(db: Db, data: TemplateOrder) -> None:
    """Put a stage's lines in this order, which names each of them once.

    Raises `Forbidden`; `Invalid` for one that is named twice; `Conflict` where they aren't the stage's lines.
    """
    require_admin(db.actor, WHAT)
    if len(set(data.template_ids)) < len(data.template_ids):
        raise Invalid.at("template_ids", "A line is named twice")
    query = templates_seen().where(TaskTemplate.stage == data.stage).with_for_update()
    there = {one.id: one for one in await db.scalars(query.params(agency_id=db.actor.agency_id))}
    if there.keys() != set(data.template_ids):
        raise Conflict(
            "These aren't the stage's lines: somebody added or removed one.",
            code="templates_changed",
            extra={"template_ids": [str(template_id) for template_id in there]},
        )
    for place, template_id in enumerate(data.template_ids, start=1):
        there[template_id].sort_order = place
    await record(db, "task_template.ordered", "task_template", None, stage=data.stage)


async def shift_template(db: Db, template_id: UUID, to: Literal["up", "down"]) -> None:
    """Put a line one place up or down in its stage; the first stays where it is, and so does the last.

    Raises `Forbidden`, `NotFound`.
    """
    require_admin(db.actor, WHAT)
    stage = (await template_for(db, template_id)).stage
    query = templates_seen().where(TaskTemplate.stage == stage)
    ordered = query.order_by(TaskTemplate.sort_order, TaskTemplate.created_at, TaskTemplate.id)
    there = [one.id for one in await db.scalars(ordered.params(agency_id=db.actor.agency_id))]
    shifted = stepped(there, template_id, to)
    if shifted != there:
        await order_templates(db, TemplateOrder(stage=stage, template_ids=shifted))


def stepped(order: list[UUID], moved: UUID, to: Literal["up", "down"]) -> list[UUID]:
    """The same with one of them a place further up or down, as far as there is one."""
    at = order.index(moved)
    other = at - 1 if to == "up" else at + 1
    if not 0 <= other < len(order):
        return order
    kept = list(order)
    kept[at], kept[other] = kept[other], kept[at]
    return kept


async def rename_checklist(db: Db, old: str, new: str) -> None:
    """A stage has another name: its lines and what was given follow. What a past stage of that name left goes."""
    mine = StageChecklist.agency_id == db.actor.agency_id
    left = delete(StageChecklist).where(mine, StageChecklist.stage == new)
    given = update(StageChecklist).where(mine, StageChecklist.stage == old).values(stage=new)
    lines = update(TaskTemplate).where(
        TaskTemplate.agency_id == db.actor.agency_id,
        TaskTemplate.stage == old,
        TaskTemplate.deleted_at.is_(None),
    )
    for statement in (left, given, lines.values(stage=new)):
        await db.execute(statement.execution_options(synchronize_session=False))


async def remove_checklist(db: Db, stage: str) -> None:
    """A stage is gone: so is its checklist. One that is called the same later is another stage."""
    given = delete(StageChecklist).where(
        StageChecklist.agency_id == db.actor.agency_id, StageChecklist.stage == stage
    )
    lines = update(TaskTemplate).where(
        TaskTemplate.agency_id == db.actor.agency_id,
        TaskTemplate.stage == stage,
        TaskTemplate.deleted_at.is_(None),
    )
    for statement in (given, lines.values(deleted_at=clock.now())):
        await db.execute(statement.execution_options(synchronize_session=False))


async def _check_stage(db: Db, stage: str) -> None:
    stages = (await ground_for(db, "share")).pipeline.stages
    if stage not in stages:
        raise Invalid.at("stage", f"There is no stage {stage!r}; choose one of {', '.join(stages)}")


async def _next_place(db: Db, stage: str) -> int:
    mine = (TaskTemplate.agency_id == db.actor.agency_id, TaskTemplate.deleted_at.is_(None))
    row = await db.execute(
        select(func.count(), func.max(TaskTemplate.sort_order)).where(*mine, TaskTemplate.stage == stage)
    )
    count, last = row.one()
    if count >= LINES_AT_MOST:
        raise Conflict(f"A stage's checklist has at most {LINES_AT_MOST} lines.", code="too_many")
    return (last or 0) + 1


async def _tell(
    db: Db, name: str, template: TaskTemplate, before: Json | None = None, after: Json | None = None
) -> None:
    await record(
        db,
        name,
        "task_template",
        template.id,
        before=before,
        after=after,
        name=template.name,
        stage=template.stage,
    )
