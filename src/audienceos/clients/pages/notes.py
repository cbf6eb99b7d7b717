"""The log on the client's page."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post

from audienceos.clients.actions.notes import add_note, remove_note
from audienceos.clients.forms import NoteIn
from audienceos.clients.pages.client import take
from audienceos.platform.web.requests import Id
from audienceos.platform.web.sent import Nothing

Asked = Request[Any, Any, Any]


@post("/{slug:str}/clients/{client_id:uuid}/notes", name="client-notes", include_in_schema=False)
async def add(request: Asked, client_id: Id) -> Response[Any]:
    """Write an entry."""
    return await take(request, client_id, "log", NoteIn, lambda db, data: add_note(db, client_id, data))


@post(
    "/{slug:str}/clients/{client_id:uuid}/notes/{note_id:uuid}/removal",
    name="note-removal",
    include_in_schema=False,
)
async def remove(request: Asked, client_id: Id, note_id: Id) -> Response[Any]:
    """Take an entry out."""
    return await take(request, client_id, "log", Nothing, lambda db, _: remove_note(db, client_id, note_id))


HANDLERS = [add, remove]
