"""`/v1/archive-imports`: a mailbox or a workspace's export comes in, is looked through, and is taken in. For admins."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.params import FromQuery, JSONBody

from audienceos.agency.access import require_admin
from audienceos.inbox.actions.archives import correct_archive, remove_archive, start_archive
from audienceos.inbox.archives.forms import ArchivePatch, ArchiveSummary, ArchiveView
from audienceos.inbox.archives.kept import MAY
from audienceos.inbox.archives.receiving import ADVICE, MOST_BYTES, receive
from audienceos.inbox.queries.archives import archive_view, archives_page
from audienceos.platform.web.etags import expected_version, with_etag
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, acting, lane_of, reading
from audienceos.platform.web.scopes import check_scope
from audienceos.platform.web.uploads import STREAMED, uploaded

Asked = Request[Any, Any, Any]

_BINARY = {"type": "string", "format": "binary"}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _BINARY}}
BODY: dict[str, Any] = {
    "required": True,
    "description": "The file itself, mbox or Slack's zip, of at most 2 GB, or a form with it as `file`.",
    "content": {
        "application/octet-stream": {"schema": _BINARY},
        "multipart/form-data": {"schema": _FORM},
    },
}


@get("/v1/archive-imports", opt={"query": Listed})
async def list_archives(request: Asked) -> Page[ArchiveSummary]:
    """The archives of messages that were brought, the latest first."""
    async with reading(request) as lane:
        return await archives_page(lane, filters_from(request, Listed))


@post("/v1/archive-imports", opt={**STREAMED, "request_body": BODY}, request_max_body_size=None)
async def add_archive(request: Asked, file_name: FromQuery[str] = "") -> Response[ArchiveView]:
    """Bring a mailbox (mbox) or a Slack export (zip). It is kept for 7 days and looked through; nothing is taken in yet.

    What the worker finds is told by the archive once its status is `looked`. A file that is neither is refused with a
    sentence that says what to do, and nothing of it is kept.
    """
    async with reading(request) as lane:
        require_admin(lane.actor, MAY)
        check_scope(lane.actor, request.method)
    async with uploaded(request, most_bytes=MOST_BYTES, name=file_name, advice=ADVICE) as upload:
        archive_id = await receive(
            lambda: reading(request), lambda: acting(request), upload.path, upload.name
        )
    async with reading(request) as lane:
        return _shown(await archive_view(lane, archive_id), 201)


@get("/v1/archive-imports/{archive_id:uuid}")
async def show_archive(request: Asked, archive_id: Id) -> Response[ArchiveView]:
    """One archive: what was found in it, how far it got, and what came of it."""
    async with reading(request) as lane:
        return _shown(await archive_view(lane, archive_id))


@patch("/v1/archive-imports/{archive_id:uuid}")
async def update_archive(
    request: Asked, db: Transaction, archive_id: Id, data: JSONBody[ArchivePatch]
) -> Response[ArchiveView]:
    """Say whose mailbox it is, or which channel is which client's, before it starts."""
    await correct_archive(db, archive_id, data, expected_version(request))
    return _shown(await archive_view(await lane_of(db), archive_id))


@delete("/v1/archive-imports/{archive_id:uuid}")
async def delete_archive(db: Transaction, archive_id: Id) -> None:
    """Forget an archive and its file. Messages that came by it stay."""
    await remove_archive(db, archive_id)


@post("/v1/archive-imports/{archive_id:uuid}/run", status_code=202)
async def add_archive_run(db: Transaction, archive_id: Id) -> Response[ArchiveView]:
    """Start taking its messages in. One that failed goes on where it ended; twice is no error, and doubles nothing."""
    await start_archive(db, archive_id)
    return _shown(await archive_view(await lane_of(db), archive_id), 202)


def _shown(view: ArchiveView, status: int = 200) -> Response[ArchiveView]:
    return with_etag(view, view.version, status=status)


HANDLERS = [list_archives, add_archive, show_archive, update_archive, delete_archive, add_archive_run]
