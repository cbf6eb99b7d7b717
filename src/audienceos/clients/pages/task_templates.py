"""The page of stages' checklists. For admins."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from audienceos.agency.access import require_admin
from audienceos.agency.queries import here, shell
from audienceos.clients.actions.templating import (
    WHAT,
    add_template,
    edit_template,
    remove_template,
    shift_template,
)
from audienceos.clients.forms.tasks import Step, TemplateIn, TemplatePatch
from audienceos.clients.queries.templates import TEMPLATES, TemplateView, template_view
from audienceos.platform.errors import Conflict, Invalid, Stale
from audienceos.platform.web.edits import Refusal, draft, version_in
from audienceos.platform.web.forms import Form, from_form, from_values, typed
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]

FIELDS = ("stage", "name", "description", "due_after_days", "assign")
CLEARED = ("description", "due_after_days")
ALL = 1000  # stages times lines is at most that


class Looking(msgspec.Struct, frozen=True, kw_only=True):
    """For which stage the form stands ready."""

    stage: Annotated[str, msgspec.Meta(max_length=50)] | None = None


class Nothing(Form):
    """A form that is only a button."""


@get("/{slug:str}/task-templates", name="task-templates", include_in_schema=False, opt={"query": Looking})
async def show_templates(request: Asked) -> Response[str]:
    """Every stage with its lines, and the form that adds one."""
    stage = filters_from(request, Looking).stage
    return await _list(request, {"stage": stage} if stage else {})


@post("/{slug:str}/task-templates", name="task-template-create", include_in_schema=False)
async def create(request: Asked) -> Response[Any]:
    """Add a line; the form then stands ready for another of the same stage."""
    try:
        data = await from_form(request, TemplateIn)
        async with acting(request) as db:
            template = await add_template(db, data)
    except Invalid as wrong:
        return await _list(request, await typed(request), wrong.by_field, 422)
    except Conflict as wrong:
        return await _list(request, await typed(request), {"": wrong.detail}, 409)
    return _to_list(request, template.id)


@get("/{slug:str}/task-templates/{template_id:uuid}/edit", name="task-template-edit", include_in_schema=False)
async def edit_form(request: Asked, template_id: Id) -> Response[str]:
    """The form with what is there now."""
    return await _form(request, template_id)


@post(
    "/{slug:str}/task-templates/{template_id:uuid}/edit", name="task-template-update", include_in_schema=False
)
async def update(request: Asked, template_id: Id) -> Response[Any]:
    """Save it; where somebody saved first, the form comes back with both."""
    given = await typed(request)
    try:
        changes = {name: given[name] or (None if name in CLEARED else "") for name in FIELDS if name in given}
        patch = from_values(TemplatePatch, changes, strict=False)
        async with acting(request) as db:
            await edit_template(db, template_id, patch, version_in(given))
    except Invalid as wrong:
        return await _form(request, template_id, Refusal(given, wrong.by_field))
    except Conflict as wrong:
        return await _form(request, template_id, Refusal(given, {"stage": wrong.detail}))
    except Stale:
        return await _form(request, template_id, Refusal(given))
    return _to_list(request, template_id)


@post(
    "/{slug:str}/task-templates/{template_id:uuid}/place", name="task-template-place", include_in_schema=False
)
async def place(request: Asked, template_id: Id) -> Response[Any]:
    """Put a line one place up or down in its stage."""
    step = await from_form(request, Step)
    async with acting(request) as db:
        await shift_template(db, template_id, step.to)
    return _to_list(request, template_id)


@post(
    "/{slug:str}/task-templates/{template_id:uuid}/removal",
    name="task-template-removal",
    include_in_schema=False,
)
async def remove(request: Asked, template_id: Id) -> Response[Any]:
    """Take a line off."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await remove_template(db, template_id)
    return _to_list(request)


def shown(template: TemplateView) -> dict[str, str]:
    """The line as the form's texts."""
    return {name: str(value) for name in FIELDS if (value := getattr(template, name)) is not None}


def _to_list(request: Asked, template_id: UUID | None = None) -> Response[Any]:
    to = request.app.route_reverse("task-templates", slug=request.path_params["slug"])
    at = f"{to}#line-{template_id}" if template_id else to
    return Response(None, status_code=303, headers={"Location": at})


async def _list(
    request: Asked, values: dict[str, str], faults: dict[str, str] | None = None, status: int = 200
) -> Response[str]:
    async with reading(request) as lane:
        require_admin(lane.actor, WHAT)
        at = await here(lane)
        stages = list(at.pipeline.stages)
        lines = await TEMPLATES.page(lane, Listed(limit=ALL), sort="position", binds={"stages": stages})
        return page(
            request,
            "clients/task_templates.html",
            status=status,
            lines={stage: [one for one in lines.items if one.stage == stage] for stage in stages},
            values=values,
            faults=faults or {},
            here="task-templates",
            done="",
            **await shell(lane, "settings", at),
        )


async def _form(request: Asked, template_id: UUID, refusal: Refusal | None = None) -> Response[str]:
    async with reading(request) as lane:
        require_admin(lane.actor, WHAT)
        at = await here(lane)
        template = await template_view(lane, template_id)
        form = draft(shown(template), template.version, refusal)
        return page(
            request,
            "clients/task_template.html",
            status=form.status,
            line=template,
            form=form,
            stages=list(at.pipeline.stages),
            here="task-templates",
            done="",
            **await shell(lane, "settings", at),
        )


HANDLERS = [show_templates, create, edit_form, update, place, remove]
