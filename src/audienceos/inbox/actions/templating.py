"""Answers that are given often: admins write them, everybody uses them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec import UNSET, structs
from sqlalchemy import func, select

from audienceos.agency.access import require_admin
from audienceos.inbox.access import template_for
from audienceos.inbox.filling import VARIABLES, unknown_in
from audienceos.inbox.forms import AnswerTemplateIn, AnswerTemplatePatch
from audienceos.inbox.models.templates import AnswerTemplate
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.terms import name_key
from audienceos.platform.web.etags import check_version

TEMPLATES_AT_MOST = 500
WHAT = "write templates of answers"


async def add_template(db: Db, data: AnswerTemplateIn) -> AnswerTemplate:
    """Write one down. Raises `Forbidden`; `Invalid` for a variable that isn't there; `Conflict` for a name that is
    taken, and beyond the number that an agency may have.
    """
    require_admin(db.actor, WHAT)
    check_variables(data.content)
    await _check_free(db, data.name)
    mine = AnswerTemplate.agency_id == db.actor.agency_id
    if (await db.scalar(select(func.count()).where(mine)) or 0) >= TEMPLATES_AT_MOST:
        raise Conflict(
            f"There are {TEMPLATES_AT_MOST} templates. Remove one first.", code="too_many_templates"
        )
    made: dict[str, Any] = structs.asdict(data)
    template = AnswerTemplate(**made, name_key=name_key(data.name), created_by=db.actor.person)
    db.add(template)
    await db.flush()
    await _tell(db, "answer_template.created", template)
    return template


async def edit_template(
    db: Db, template_id: UUID, patch: AnswerTemplatePatch, version: int
) -> AnswerTemplate:
    """Lay the given fields over it. Raises `NotFound`, `Stale`, else as `add_template`."""
    require_admin(db.actor, WHAT)
    template = await template_for(db, template_id)
    check_version(template, version)
    given = {name: value for name, value in structs.asdict(patch).items() if value is not UNSET}
    changes = {name: value for name, value in given.items() if getattr(template, name) != value}
    if not changes:
        return template
    if "content" in changes:
        check_variables(changes["content"])
    if "name" in changes and name_key(changes["name"]) != template.name_key:
        await _check_free(db, changes["name"])
    before = {name: getattr(template, name) for name in changes}
    for name, value in changes.items():
        setattr(template, name, value)
    template.name_key = name_key(template.name)
    template.version += 1
    await _tell(db, "answer_template.changed", template, before=before, after=changes)
    return template


async def remove_template(db: Db, template_id: UUID) -> None:
    """Offer it no longer; answers that were written with it stay. Raises `Forbidden`, `NotFound`."""
    require_admin(db.actor, WHAT)
    template = await template_for(db, template_id)
    await db.delete(template)
    await _tell(db, "answer_template.removed", template, before={"content": template.content})


def check_variables(text: str) -> None:
    """Raises `Invalid` at `content` where it names a variable that isn't there."""
    unknown = unknown_in(text)
    if unknown:
        named = ", ".join(f"{{{{{name}}}}}" for name in unknown)
        known = ", ".join(f"{{{{{name}}}}}" for name in VARIABLES)
        raise Invalid.at("content", f"There is no {named}. There are {known}.")


async def _check_free(db: Db, name: str) -> None:
    same = select(AnswerTemplate.id).where(
        AnswerTemplate.agency_id == db.actor.agency_id, AnswerTemplate.name_key == name_key(name)
    )
    if await db.scalar(same) is not None:
        raise Conflict("There is a template of this name already.", code="name_taken")


async def _tell(db: Db, event: str, template: AnswerTemplate, **data: Any) -> None:
    await record(db, event, "answer_template", template.id, name=template.name, **data)
