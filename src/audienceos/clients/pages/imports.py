"""Bringing clients in, page by page: the file, what it would do, how it goes, what came of it. For admins.

The columns have a module of their own (`import_columns`). Every step is a form that works without a script.
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Stream

from audienceos.agency.access import require_admin
from audienceos.agency.queries import shell
from audienceos.clients.actions.imports import remove_import, start_import, undo_import
from audienceos.clients.importing.failures import failures_file
from audienceos.clients.importing.previewing import SLOW, preview
from audienceos.clients.importing.receiving import MOST_BYTES, receive
from audienceos.clients.pages import import_columns
from audienceos.clients.pages.import_columns import columns_page, to
from audienceos.clients.queries.imports import ImportQuery, RowQuery, import_view, imports_page, rows_page
from audienceos.platform.errors import AppError, BadRequest, Conflict, Invalid, TooLarge
from audienceos.platform.web.downloads import csv_file
from audienceos.platform.web.forms import from_form
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import page
from audienceos.platform.web.uploads import STREAMED, uploaded

Asked = Request[Any, Any, Any]

OUTCOMES = {
    "created": "New",
    "updated": "Changed",
    "unchanged": "Unchanged",
    "failed": "Failed",
    "undone": "Undone",
    "kept": "Kept",
}
STATUSES = {
    "uploaded": "Not started",
    "running": "Running",
    "done": "Done",
    "failed": "Stopped",
    "undoing": "Being undone",
    "undone": "Undone",
}


@get("/{slug:str}/imports", name="imports", include_in_schema=False, opt={"query": ImportQuery})
async def show_imports(request: Asked) -> Response[str]:
    """The form for a file, and the imports so far."""
    return await _list(request)


@post(
    "/{slug:str}/imports",
    name="import-create",
    include_in_schema=False,
    opt=STREAMED,
    request_max_body_size=None,
)
async def create(request: Asked) -> Response[Any]:
    """Take the file in and go to its columns; a file that is no list comes back with what to do about it."""
    async with reading(request) as lane:
        require_admin(lane.actor, "import clients")
    try:
        async with uploaded(request, most_bytes=MOST_BYTES) as upload:
            import_id = await receive(
                lambda: reading(request), lambda: acting(request), upload.path, upload.name
            )
    except (Invalid, TooLarge, BadRequest) as wrong:
        return await _list(request, _told(wrong), wrong.status)
    return to(request, "import", import_id)


@get("/{slug:str}/imports/{import_id:uuid}", name="import", include_in_schema=False, opt={"query": RowQuery})
async def show_import(request: Asked, import_id: Id) -> Response[Any]:
    """Its columns until it starts; then how far it got and what became of each row."""
    async with reading(request) as lane:
        view = await import_view(lane, import_id)
        if view.status == "uploaded":
            return await columns_page(request, lane, view)
        asked = filters_from(request, RowQuery)
        rows = await rows_page(lane, import_id, asked)
        return page(
            request,
            "clients/import_result.html",
            view=view,
            rows=rows.items,
            next_cursor=rows.next_cursor,
            asked=asked,
            outcomes=OUTCOMES,
            statuses=STATUSES,
            **await shell(lane, "import"),
        )


@get("/{slug:str}/imports/{import_id:uuid}/preview", name="import-preview", include_in_schema=False, opt=SLOW)
async def show_preview(request: Asked, import_id: Id) -> Response[Any]:
    """What it would do now."""
    try:
        told = await preview(lambda: reading(request), import_id)
    except (Invalid, Conflict):  # something is still to be said, or it runs already: its own page tells
        return to(request, "import", import_id)
    async with reading(request) as lane:
        view = await import_view(lane, import_id)
        return page(
            request,
            "clients/import_preview.html",
            view=view,
            told=told,
            **await shell(lane, "import"),
        )


@post("/{slug:str}/imports/{import_id:uuid}/run", name="import-run", include_in_schema=False)
async def run(request: Asked, import_id: Id) -> Response[Any]:
    """Start it."""
    await from_form(request, Nothing)
    try:
        async with acting(request) as db:
            await start_import(db, import_id)
    except Invalid:
        return to(request, "import", import_id)
    return to(request, "import", import_id)


@post("/{slug:str}/imports/{import_id:uuid}/undo", name="import-undo", include_in_schema=False)
async def undo(request: Asked, import_id: Id) -> Response[Any]:
    """Take it back."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await undo_import(db, import_id)
    return to(request, "import", import_id)


@post("/{slug:str}/imports/{import_id:uuid}/removal", name="import-removal", include_in_schema=False)
async def remove(request: Asked, import_id: Id) -> Response[Any]:
    """Forget it and its file."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await remove_import(db, import_id)
    return to(request, "imports")


@get("/{slug:str}/imports/{import_id:uuid}/failures", name="import-failures", include_in_schema=False)
async def show_failures(request: Asked, import_id: Id) -> Stream:
    """Every row that failed, and why, as a file."""
    return await csv_file("failed-rows.csv", failures_file(lambda: reading(request), import_id))


async def _list(request: Asked, fault: str = "", status: int = 200) -> Response[str]:
    async with reading(request) as lane:
        found = await imports_page(lane, filters_from(request, ImportQuery))
        return page(
            request,
            "clients/imports.html",
            status=status,
            imports=found.items,
            next_cursor=found.next_cursor,
            fault=fault,
            statuses=STATUSES,
            **await shell(lane, "import"),
        )


def _told(wrong: AppError) -> str:
    return " ".join(fault.message for fault in wrong.faults) or wrong.detail


HANDLERS = [
    show_imports,
    create,
    show_import,
    show_preview,
    run,
    undo,
    remove,
    show_failures,
    *import_columns.HANDLERS,
]
