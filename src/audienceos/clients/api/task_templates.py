"""`/v1/task-templates`: the lines of stages' checklists; `/v1/task-template-order`: their order in a stage."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post, put
from litestar.params import JSONBody

from audienceos.agency.queries import here
from audienceos.clients.actions.templating import (
    add_template,
    edit_template,
    order_templates,
    remove_template,
)
from audienceos.clients.forms.tasks import TemplateIn, TemplateOrder, TemplatePatch
from audienceos.clients.queries.templates import TEMPLATES, TemplateQuery, TemplateView, template_view
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.etags import expected_version, with_etag
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/task-templates", opt={"query": TemplateQuery})
async def list_templates(request: Asked) -> Page[TemplateView]:
    """The lines of stages' checklists, by stage in the pipeline's order."""
    async with reading(request) as lane:
        asked = filters_from(request, TemplateQuery)
        stages = list((await here(lane)).pipeline.stages)
        binds = {"stages": stages, "stage": asked.stage}
        of = "stages" if asked.stage else "all"
        return await TEMPLATES.page(lane, asked, sort="position", binds=binds, of=of)


@get("/v1/task-templates/{template_id:uuid}")
async def show_template(request: Asked, template_id: Id) -> Response[TemplateView]:
    """One line."""
    async with reading(request) as lane:
        template = await template_view(lane, template_id)
        return with_etag(template, template.version)


@post("/v1/task-templates")
async def create_template(db: Transaction, data: JSONBody[TemplateIn]) -> Response[TemplateView]:
    """Add a line: clients get it when they first enter the stage from now on. Only for admins."""
    template = await add_template(db, data)
    return await _answer(db, template.id, status=201)


@patch("/v1/task-templates/{template_id:uuid}")
async def update_template(
    request: Asked, db: Transaction, template_id: Id, data: JSONBody[TemplatePatch]
) -> Response[TemplateView]:
    """Change a line: absent leaves, null clears. Tasks that it has made stay as they are. Only for admins."""
    await edit_template(db, template_id, data, expected_version(request))
    return await _answer(db, template_id)


@delete("/v1/task-templates/{template_id:uuid}")
async def delete_template(db: Transaction, template_id: Id) -> None:
    """Take a line off its checklist; tasks that it has made stay. Only for admins."""
    await remove_template(db, template_id)


@put("/v1/task-template-order")
async def update_template_order(db: Transaction, data: JSONBody[TemplateOrder]) -> TemplateOrder:
    """Put one stage's lines in order: all of them, each once. Only for admins. 409 where they differ."""
    await order_templates(db, data)
    return data


async def _answer(db: Db, template_id: UUID, status: int = 200) -> Response[TemplateView]:
    template = await template_view(await lane_of(db), template_id)
    return with_etag(template, template.version, status=status)


HANDLERS = [
    list_templates,
    show_template,
    create_template,
    update_template,
    delete_template,
    update_template_order,
]
