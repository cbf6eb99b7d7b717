"""The page of answers that are given often. Everybody reads it, admins write it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from audienceos.agency.access import require_admin
from audienceos.agency.queries import shell
from audienceos.inbox.actions.templating import WHAT, add_template, edit_template, remove_template
from audienceos.inbox.filling import VARIABLES
from audienceos.inbox.forms import AnswerTemplateIn, AnswerTemplatePatch
from audienceos.inbox.pages.listing import Asked
from audienceos.inbox.queries.templates import TEMPLATES, AnswerTemplateView, template_view
from audienceos.platform.errors import AppError, Conflict, Invalid, Stale
from audienceos.platform.web.edits import Refusal, draft, settled, version_in
from audienceos.platform.web.forms import from_form, from_values, typed
from audienceos.platform.web.paging import LONGEST_PAGE, Listed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.sent import Nothing, Sent, refused
from audienceos.platform.web.templating import page, told
from audienceos.platform.web.toasts import Toast

FIELDS = ("name", "used_for", "content")
USES = (("both", "Mail and Slack"), ("mail", "Mail"), ("slack", "Slack"))
LIST = {"query": Listed}


@get("/{slug:str}/answer-templates", name="answer-templates", include_in_schema=False, opt=LIST)
async def show_templates(request: Asked) -> Response[str]:
    """The templates, and for admins the form that adds one."""
    return await _list(request)


@post("/{slug:str}/answer-templates", name="answer-template-create", include_in_schema=False)
async def create(request: Asked) -> Response[Any]:
    """Write one down."""
    try:
        data = await from_form(request, AnswerTemplateIn)
        async with acting(request) as db:
            template = await add_template(db, data)
    except (Invalid, Conflict) as wrong:
        return await _list(request, await _refused(request, wrong))
    return told(request, _to_list(request, template.id), Toast(f"“{data.name}” can be used"))


@get(
    "/{slug:str}/answer-templates/{answer_template_id:uuid}/edit",
    name="answer-template-edit",
    include_in_schema=False,
)
async def edit_form(request: Asked, answer_template_id: Id) -> Response[str]:
    """The form with what is there now."""
    return await _form(request, answer_template_id)


@post(
    "/{slug:str}/answer-templates/{answer_template_id:uuid}/edit",
    name="answer-template-update",
    include_in_schema=False,
)
async def update(request: Asked, answer_template_id: Id) -> Response[Any]:
    """Save it; where somebody saved first, the form comes back with both."""
    given = await typed(request)
    try:
        settled_now = settled(given)
        changes = {name: settled_now[name] for name in FIELDS if name in settled_now}
        patch = from_values(AnswerTemplatePatch, changes, strict=False)
        async with acting(request) as db:
            await edit_template(db, answer_template_id, patch, version_in(given))
    except Invalid as wrong:
        return await _form(request, answer_template_id, Refusal(given, wrong.by_field))
    except Conflict as wrong:
        return await _form(request, answer_template_id, Refusal(given, {"name": wrong.detail}))
    except Stale:
        return await _form(request, answer_template_id, Refusal(given))
    return _to_list(request, answer_template_id)


@post(
    "/{slug:str}/answer-templates/{answer_template_id:uuid}/removal",
    name="answer-template-removal",
    include_in_schema=False,
)
async def remove(request: Asked, answer_template_id: Id) -> Response[Any]:
    """Offer it no longer."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await remove_template(db, answer_template_id)
    return told(request, _to_list(request), Toast("The template is gone"))


async def _refused(request: Asked, wrong: AppError) -> Sent:
    said = await refused(request, "template", wrong)
    taken_name = wrong.code == "name_taken"
    return Sent(said.form, said.values, {"name": wrong.detail}, said.status) if taken_name else said


def shown(template: AnswerTemplateView) -> dict[str, str]:
    """The template as the form's texts."""
    return {name: getattr(template, name) for name in FIELDS}


def _to_list(request: Asked, template_id: UUID | None = None) -> Response[Any]:
    to = request.app.route_reverse("answer-templates", slug=request.path_params["slug"])
    at = f"{to}#template-{template_id}" if template_id else to
    return Response(None, status_code=303, headers={"Location": at})


async def _list(request: Asked, sent: Sent | None = None) -> Response[str]:
    sent = sent or Sent()
    asked = Listed(limit=LONGEST_PAGE) if sent.form else filters_from(request, Listed)
    async with reading(request) as lane:
        found = await TEMPLATES.page(lane, Listed(limit=LONGEST_PAGE, cursor=asked.cursor), sort="name")
        return page(
            request,
            "inbox/answer_templates.html",
            status=sent.status,
            templates=found.items,
            next_cursor=found.next_cursor,
            sent=sent,
            uses=USES,
            variables=VARIABLES,
            here="answer-templates",
            done="",
            **await shell(lane, "settings"),
        )


async def _form(request: Asked, template_id: UUID, refusal: Refusal | None = None) -> Response[str]:
    async with reading(request) as lane:
        require_admin(lane.actor, WHAT)
        template = await template_view(lane, template_id)
        form = draft(shown(template), template.version, refusal)
        return page(
            request,
            "inbox/answer_template.html",
            status=form.status,
            one=template,
            form=form,
            uses=USES,
            variables=VARIABLES,
            here="answer-templates",
            done="",
            **await shell(lane, "settings"),
        )


HANDLERS = [show_templates, create, edit_form, update, remove]
