"""`/v1/clients/{id}/notes`: the running log. Entries are added and removed, never rewritten."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, delete, get, post
from litestar.params import JSONBody

from audienceos.clients.actions.notes import add_note, remove_note
from audienceos.clients.forms import NoteIn
from audienceos.clients.queries.one import check_client
from audienceos.clients.queries.people import NOTE, NOTES, NoteView
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/clients/{client_id:uuid}/notes", opt={"query": Listed})
async def list_notes(request: Asked, client_id: Id) -> Page[NoteView]:
    """The log, newest first."""
    async with reading(request) as lane:
        await check_client(lane, client_id)
        asked = filters_from(request, Listed)
        return await NOTES.page(lane, asked, sort="newest", binds={"client_id": client_id})


@get("/v1/clients/{client_id:uuid}/notes/{note_id:uuid}")
async def show_note(request: Asked, client_id: Id, note_id: Id) -> NoteView:
    """One entry."""
    async with reading(request) as lane:
        return await _note(lane, client_id, note_id)


@post("/v1/clients/{client_id:uuid}/notes")
async def create_note(db: Transaction, client_id: Id, data: JSONBody[NoteIn]) -> NoteView:
    """Write an entry, in one's own name."""
    note = await add_note(db, client_id, data)
    return await _note(await lane_of(db), client_id, note.id)


@delete("/v1/clients/{client_id:uuid}/notes/{note_id:uuid}")
async def delete_note(db: Transaction, client_id: Id, note_id: Id) -> None:
    """Remove an entry: one's own, or as an admin anyone's."""
    await remove_note(db, client_id, note_id)


async def _note(lane: Lane, client_id: UUID, note_id: UUID) -> NoteView:
    found = await NOTE.one(lane, {"client_id": client_id, "row_id": note_id}, one=True)
    if found is None:
        raise NotFound("note")
    return found


HANDLERS = [list_notes, show_note, create_note, delete_note]
