"""Bringing messages in, page by page: the archive, what is in it, how it goes, what came of it. For admins.

Every step is a form that works without a script.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from audienceos.agency.access import require_admin
from audienceos.agency.queries import shell
from audienceos.clients.queries.names import NAMES
from audienceos.inbox.actions.archives import correct_archive, remove_archive, start_archive
from audienceos.inbox.archives.forms import ArchivePatch, ArchiveView
from audienceos.inbox.archives.kept import MAY
from audienceos.inbox.archives.receiving import ADVICE, MOST_BYTES, receive
from audienceos.inbox.queries.archives import archive_view, archives_page
from audienceos.platform.errors import AppError, BadRequest, Conflict, Invalid, Stale, TooLarge
from audienceos.platform.web.edits import version_in
from audienceos.platform.web.forms import form_of, from_form, from_values
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import page
from audienceos.platform.web.uploads import STREAMED, uploaded

Asked = Request[Any, Any, Any]

STATUSES = {
    "uploaded": "Being looked through",
    "looking": "Being looked through",
    "looked": "Not started",
    "running": "Coming in",
    "done": "Done",
    "failed": "Stopped",
}
KINDS = {"mbox": "Mailbox", "slack_export": "Slack export"}
PASSED = {
    "spam": "Spam",
    "bin": "In the bin",
    "draft": "Drafts",
    "chat": "Chats",
    "direct": "Direct messages",
    "notice": "Notices: who joined, what was renamed",
}
"""What is left where it is, by why."""


@get("/{slug:str}/archives", name="archives", include_in_schema=False, opt={"query": Listed})
async def show_archives(request: Asked) -> Response[str]:
    """The form for an archive, and those so far."""
    return await _list(request)


@post(
    "/{slug:str}/archives",
    name="archive-create",
    include_in_schema=False,
    opt=STREAMED,
    request_max_body_size=None,
)
async def create(request: Asked) -> Response[Any]:
    """Take the file in and go to its page; a file that is no archive comes back with what to do about it."""
    async with reading(request) as lane:
        require_admin(lane.actor, MAY)
    try:
        async with uploaded(request, most_bytes=MOST_BYTES, advice=ADVICE) as upload:
            archive_id = await receive(
                lambda: reading(request), lambda: acting(request), upload.path, upload.name
            )
    except (Invalid, TooLarge, BadRequest) as wrong:
        return await _list(request, _told(wrong), wrong.status)
    return _to(request, "archive", archive_id)


@get("/{slug:str}/archives/{archive_id:uuid}", name="archive", include_in_schema=False)
async def show_archive(request: Asked, archive_id: Id) -> Response[str]:
    """What is in it, until it starts; then how far it got and what came of it."""
    return await _one(request, archive_id)


@post("/{slug:str}/archives/{archive_id:uuid}", name="archive-update", include_in_schema=False)
async def update(request: Asked, archive_id: Id) -> Response[Any]:
    """Say whose mailbox it is, or whose its channels are; started right away where the button says so."""
    form = await form_of(request)
    async with reading(request) as lane:
        view = await archive_view(lane, archive_id)
    try:
        patch = _patch_of({name: str(form[name]) for name in form}, view)
        async with acting(request) as db:
            if patch is not None:
                await correct_archive(db, archive_id, patch, version_in({"version": form.get("version", "")}))
            if form.get("then") == "run" and (patch is None or patch.own_address is msgspec.UNSET):
                await start_archive(db, archive_id)
    except Stale:
        return await _one(
            request, archive_id, "Somebody else has changed this meanwhile. This is how it is now.", 412
        )
    except (Invalid, Conflict) as wrong:
        return await _one(request, archive_id, _told(wrong), wrong.status)
    return _to(request, "archive", archive_id)


@post("/{slug:str}/archives/{archive_id:uuid}/run", name="archive-run", include_in_schema=False)
async def run(request: Asked, archive_id: Id) -> Response[Any]:
    """Start it, or go on with it."""
    await from_form(request, Nothing)
    try:
        async with acting(request) as db:
            await start_archive(db, archive_id)
    except (Invalid, Conflict) as wrong:
        return await _one(request, archive_id, _told(wrong), wrong.status)
    return _to(request, "archive", archive_id)


@post("/{slug:str}/archives/{archive_id:uuid}/removal", name="archive-removal", include_in_schema=False)
async def remove(request: Asked, archive_id: Id) -> Response[Any]:
    """Forget it and its file."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await remove_archive(db, archive_id)
    return _to(request, "archives")


def _patch_of(given: dict[str, str], view: ArchiveView) -> ArchivePatch | None:
    """What the form changes; None where it leaves everything as it is. Raises `Invalid`."""
    said: dict[str, Any] = {}
    if view.kind == "mbox" and given.get("own_address", "").strip() != (view.own_address or ""):
        said["own_address"] = given.get("own_address", "")
    rooms = view.found.rooms if view.found else []
    chosen = {room.place: given.get(f"client-{n}") for n, room in enumerate(rooms)}
    channels = [
        {"place": place, "client_id": client or None}
        for place, client in chosen.items()
        if client is not None and client != str(view.channels.get(place) or "")
    ]
    if channels:
        said["channels"] = channels
    return from_values(ArchivePatch, said, strict=False) if said else None


async def _one(request: Asked, archive_id: UUID, fault: str = "", status: int = 200) -> Response[str]:
    async with reading(request) as lane:
        view = await archive_view(lane, archive_id)
        clients = await NAMES.all(lane)
        return page(
            request,
            "inbox/archive.html",
            status=status,
            view=view,
            fault=fault,
            clients=clients,
            names={one.id: one.name for one in clients},
            statuses=STATUSES,
            kinds=KINDS,
            passed=PASSED,
            **await shell(lane, "import"),
        )


async def _list(request: Asked, fault: str = "", status: int = 200) -> Response[str]:
    async with reading(request) as lane:
        found = await archives_page(lane, filters_from(request, Listed))
        return page(
            request,
            "inbox/archives.html",
            status=status,
            archives=found.items,
            next_cursor=found.next_cursor,
            fault=fault,
            statuses=STATUSES,
            kinds=KINDS,
            **await shell(lane, "import"),
        )


def _to(request: Asked, name: str, archive_id: UUID | None = None) -> Response[Any]:
    parts = {} if archive_id is None else {"archive_id": str(archive_id)}
    back = request.app.route_reverse(name, slug=request.path_params["slug"], **parts)
    return Response(None, status_code=303, headers={"Location": back})


def _told(wrong: AppError) -> str:
    return " ".join(fault.message for fault in wrong.faults) or wrong.detail


HANDLERS = [show_archives, create, show_archive, update, run, remove]
