"""`/v1/client-imports`: a file comes in, its columns are corrected, it is looked at, run, and undone. Only for admins."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.params import FromQuery, JSONBody

from audienceos.agency.access import require_admin
from audienceos.clients.actions.imports import correct_import, remove_import, start_import, undo_import
from audienceos.clients.importing.forms import ImportPatch, ImportSummary, ImportView, Preview, RowView
from audienceos.clients.importing.previewing import SLOW, preview
from audienceos.clients.importing.receiving import MOST_BYTES, receive
from audienceos.clients.queries.imports import (
    ImportQuery,
    RowQuery,
    import_view,
    imports_page,
    rows_page,
)
from audienceos.platform.web.etags import expected_version, with_etag
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, acting, lane_of, reading
from audienceos.platform.web.scopes import check_scope
from audienceos.platform.web.uploads import STREAMED, uploaded

Asked = Request[Any, Any, Any]

_BINARY = {"type": "string", "format": "binary"}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _BINARY}}
BODY: dict[str, Any] = {
    "required": True,
    "description": "The file itself, CSV or .xlsx of at most 50 MB and 50,000 rows, or a form with it as `file`.",
    "content": {
        "application/octet-stream": {"schema": _BINARY},
        "multipart/form-data": {"schema": _FORM},
    },
}


@get("/v1/client-imports", opt={"query": ImportQuery})
async def list_imports(request: Asked) -> Page[ImportSummary]:
    """The agency's imports, the latest first."""
    async with reading(request) as lane:
        return await imports_page(lane, filters_from(request, ImportQuery))


@post("/v1/client-imports", opt={**STREAMED, "request_body": BODY}, request_max_body_size=None)
async def add_import(request: Asked, file_name: FromQuery[str] = "") -> Response[ImportView]:
    """Bring a file. It is read once and kept for 7 days; what its columns are is guessed, for you to correct.

    A file that is no list is refused with a sentence that says what to do, and nothing of it is kept. No client
    is touched before the import is run.
    """
    async with reading(request) as lane:
        require_admin(lane.actor, "import clients")
        check_scope(lane.actor, request.method)
    async with uploaded(request, most_bytes=MOST_BYTES, name=file_name) as upload:
        import_id = await receive(lambda: reading(request), lambda: acting(request), upload.path, upload.name)
    async with reading(request) as lane:
        view = await import_view(lane, import_id)
        return with_etag(view, view.version, status=201)


@get("/v1/client-imports/{import_id:uuid}")
async def show_import(request: Asked, import_id: Id) -> Response[ImportView]:
    """One import: what its columns are taken for, what is still to be said, how far it got."""
    async with reading(request) as lane:
        view = await import_view(lane, import_id)
        return with_etag(view, view.version)


@patch("/v1/client-imports/{import_id:uuid}")
async def update_import(
    request: Asked, db: Transaction, import_id: Id, data: JSONBody[ImportPatch]
) -> Response[ImportView]:
    """Correct what the columns are taken for, until the import starts. Columns are named by their headers."""
    await correct_import(db, import_id, data, expected_version(request))
    view = await import_view(await lane_of(db), import_id)
    return with_etag(view, view.version)


@delete("/v1/client-imports/{import_id:uuid}")
async def delete_import(db: Transaction, import_id: Id) -> None:
    """Forget an import and its file. Clients who came by it stay; it can be undone no more."""
    await remove_import(db, import_id)


@get("/v1/client-imports/{import_id:uuid}/preview", opt=SLOW)
async def show_preview(request: Asked, import_id: Id) -> Preview:
    """What the import would do now: counts, differences to clients who are here, and the rows that will fail.

    Read anew from the stored file at each call, so it takes seconds for a large one.
    """
    return await preview(lambda: reading(request), import_id)


@post("/v1/client-imports/{import_id:uuid}/run", status_code=202)
async def add_run(db: Transaction, import_id: Id) -> Response[ImportView]:
    """Start the import; the worker brings the rows in. One that failed goes on where it ended; twice is no error."""
    await start_import(db, import_id)
    return with_etag(*_versioned(await import_view(await lane_of(db), import_id)), status=202)


@post("/v1/client-imports/{import_id:uuid}/undo", status_code=202)
async def add_undo(db: Transaction, import_id: Id) -> Response[ImportView]:
    """Take the import back: clients whom nobody has worked on since go, changed fields get their old values.

    What somebody worked on stays and is told by its row (`outcome=kept`). Twice is no error.
    """
    await undo_import(db, import_id)
    return with_etag(*_versioned(await import_view(await lane_of(db), import_id)), status=202)


@get("/v1/client-imports/{import_id:uuid}/rows", opt={"query": RowQuery})
async def list_rows(request: Asked, import_id: Id) -> Page[RowView]:
    """What became of each row, in the file's order; by `outcome` those that failed or were kept."""
    async with reading(request) as lane:
        return await rows_page(lane, import_id, filters_from(request, RowQuery))


def _versioned(view: ImportView) -> tuple[ImportView, int]:
    return view, view.version


HANDLERS = [
    list_imports,
    add_import,
    show_import,
    update_import,
    delete_import,
    show_preview,
    add_run,
    add_undo,
    list_rows,
]
