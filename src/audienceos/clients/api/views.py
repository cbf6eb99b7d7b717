"""`/v1/saved-views`: the board and the list under names, one's own and the agency's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post
from litestar.params import JSONBody

from audienceos.clients.actions.viewing import edit_view, remove_view, save_view
from audienceos.clients.forms.bulk import SavedViewView, ViewIn, ViewPatch
from audienceos.clients.queries.views import ViewQuery, view_view, views_page
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.etags import expected_version, with_etag
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/saved-views", opt={"query": ViewQuery})
async def list_views(request: Asked) -> Page[SavedViewView]:
    """One's own views and those shown to the agency, by name."""
    async with reading(request) as lane:
        return await views_page(lane, filters_from(request, ViewQuery))


@get("/v1/saved-views/{view_id:uuid}")
async def show_view(request: Asked, view_id: Id) -> Response[SavedViewView]:
    """One of them."""
    async with reading(request) as lane:
        view = await view_view(lane, view_id)
        return with_etag(view, view.version)


@post("/v1/saved-views")
async def create_view(db: Transaction, data: JSONBody[ViewIn]) -> Response[SavedViewView]:
    """Keep a view in one's own name, for oneself or shown to the agency."""
    view = await save_view(db, data)
    return await _answer(db, view.id, status=201)


@patch("/v1/saved-views/{view_id:uuid}")
async def update_view(
    request: Asked, db: Transaction, view_id: Id, data: JSONBody[ViewPatch]
) -> Response[SavedViewView]:
    """Change one's own view, or as an admin a shared one."""
    await edit_view(db, view_id, data, expected_version(request))
    return await _answer(db, view_id)


@delete("/v1/saved-views/{view_id:uuid}")
async def delete_view(db: Transaction, view_id: Id) -> None:
    """Remove one's own view, or as an admin a shared one."""
    await remove_view(db, view_id)


async def _answer(db: Db, view_id: UUID, status: int = 200) -> Response[SavedViewView]:
    view = await view_view(await lane_of(db), view_id)
    return with_etag(view, view.version, status=status)


HANDLERS = [list_views, show_view, create_view, update_view, delete_view]
