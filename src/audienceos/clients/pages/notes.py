"""The log on the client's page."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from audienceos.clients.actions.notes import add_note, remove_note
from audienceos.clients.forms import NoteIn
from audienceos.clients.pages.client import take
from audienceos.clients.queries.naming import nameable
from audienceos.platform.web.requests import Id, reading
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]


@post("/{slug:str}/clients/{client_id:uuid}/notes", name="client-notes", include_in_schema=False)
async def add(request: Asked, client_id: Id) -> Response[Any]:
    """Write an entry."""
    return await take(request, client_id, "log", NoteIn, lambda db, data: add_note(db, client_id, data))


@get("/{slug:str}/clients/{client_id:uuid}/names", name="client-names", include_in_schema=False)
async def show_names(request: Asked, client_id: Id) -> Response[str]:
    """Whom an entry can name after an @, as a field offers them."""
    async with reading(request) as lane:
        return page(request, "clients/_names.html", names=await nameable(lane, client_id))


@post(
    "/{slug:str}/clients/{client_id:uuid}/notes/{note_id:uuid}/removal",
    name="note-removal",
    include_in_schema=False,
)
async def remove(request: Asked, client_id: Id, note_id: Id) -> Response[Any]:
    """Take an entry out."""
    return await take(request, client_id, "log", Nothing, lambda db, _: remove_note(db, client_id, note_id))


HANDLERS = [add, show_names, remove]
