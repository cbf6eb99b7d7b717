"""`/v1/answer-templates`: answers that are given often, and what one says in a conversation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post
from litestar.params import JSONBody

from audienceos.inbox.actions.templating import add_template, edit_template, remove_template
from audienceos.inbox.filling import Filled
from audienceos.inbox.forms import AnswerTemplateIn, AnswerTemplatePatch
from audienceos.inbox.queries.templates import (
    TEMPLATES,
    AnswerTemplateQuery,
    AnswerTemplateView,
    filled_for,
    template_view,
    uses_of,
)
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.etags import expected_version, with_etag
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/answer-templates", opt={"query": AnswerTemplateQuery})
async def list_answer_templates(request: Asked) -> Page[AnswerTemplateView]:
    """Templates of answers, by name."""
    async with reading(request) as lane:
        asked = filters_from(request, AnswerTemplateQuery)
        binds, only = (uses_of(asked.platform), "those") if asked.platform else ({}, "all")
        return await TEMPLATES.page(lane, asked, sort="name", binds=binds, only=only)


@get("/v1/answer-templates/{answer_template_id:uuid}")
async def show_answer_template(request: Asked, answer_template_id: Id) -> Response[AnswerTemplateView]:
    """One template, as it was written."""
    async with reading(request) as lane:
        template = await template_view(lane, answer_template_id)
        return with_etag(template, template.version)


@post("/v1/answer-templates")
async def create_answer_template(
    db: Transaction, data: JSONBody[AnswerTemplateIn]
) -> Response[AnswerTemplateView]:
    """Write one down. In double braces stand variables: client.name, contact.name, contact.first_name, me.name,
    me.first_name, agency.name, conversation.subject. Only for admins."""
    template = await add_template(db, data)
    return await _answer(db, template.id, status=201)


@patch("/v1/answer-templates/{answer_template_id:uuid}")
async def update_answer_template(
    request: Asked, db: Transaction, answer_template_id: Id, data: JSONBody[AnswerTemplatePatch]
) -> Response[AnswerTemplateView]:
    """Change one: absent leaves. Answers that were written with it stay as they are. Only for admins."""
    await edit_template(db, answer_template_id, data, expected_version(request))
    return await _answer(db, answer_template_id)


@delete("/v1/answer-templates/{answer_template_id:uuid}")
async def delete_answer_template(db: Transaction, answer_template_id: Id) -> None:
    """Offer it no longer. Only for admins."""
    await remove_template(db, answer_template_id)


@get("/v1/conversations/{conversation_id:uuid}/answer-templates/{answer_template_id:uuid}")
async def show_filled_template(request: Asked, conversation_id: Id, answer_template_id: Id) -> Filled:
    """What the template says in that conversation, in one's own name: with each variable's value and whose it is."""
    async with reading(request) as lane:
        return await filled_for(lane, answer_template_id, conversation_id)


async def _answer(db: Db, template_id: UUID, status: int = 200) -> Response[AnswerTemplateView]:
    template = await template_view(await lane_of(db), template_id)
    return with_etag(template, template.version, status=status)


HANDLERS = [
    list_answer_templates,
    show_answer_template,
    create_answer_template,
    update_answer_template,
    delete_answer_template,
    show_filled_template,
]
