"""`/v1/custom-fields`: what the agency adds to its clients. Everyone reads them, admins write."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post
from litestar.params import JSONBody

from audienceos.clients.actions.defining import define_field, edit_field, remove_field
from audienceos.clients.forms import FieldIn, FieldPatch
from audienceos.clients.queries.fields import FIELD_PAGES, FieldView, field_view
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.etags import expected_version, shown, with_etag
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/custom-fields", opt={"query": Listed})
async def list_fields(request: Asked) -> Page[FieldView]:
    """The agency's own fields, in their order."""
    async with reading(request) as lane:
        return await FIELD_PAGES.page(lane, filters_from(request, Listed), sort="place")


@get("/v1/custom-fields/{field_id:uuid}")
async def show_field(request: Asked, field_id: Id) -> Response[FieldView]:
    """One of them."""
    async with reading(request) as lane:
        field = await field_view(lane, field_id)
        return shown(request, field, field.version)


@post("/v1/custom-fields")
async def create_field(db: Transaction, data: JSONBody[FieldIn]) -> Response[FieldView]:
    """Add a field; a removed one of this name and kind comes back with its values. Only for admins."""
    field = await define_field(db, data)
    return await _answer(db, field.id, status=201)


@patch("/v1/custom-fields/{field_id:uuid}")
async def update_field(
    request: Asked, db: Transaction, field_id: Id, data: JSONBody[FieldPatch]
) -> Response[FieldView]:
    """Rename it, change its choices or its place. Only for admins."""
    await edit_field(db, field_id, data, expected_version(request))
    return await _answer(db, field_id)


@delete("/v1/custom-fields/{field_id:uuid}")
async def delete_field(db: Transaction, field_id: Id) -> None:
    """Hide it; its values stay until it comes back. Only for admins."""
    await remove_field(db, field_id)


async def _answer(db: Db, field_id: UUID, status: int = 200) -> Response[FieldView]:
    field = await field_view(await lane_of(db), field_id)
    return with_etag(field, field.version, status=status)


HANDLERS = [list_fields, show_field, create_field, update_field, delete_field]
