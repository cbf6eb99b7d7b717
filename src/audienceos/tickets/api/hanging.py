"""`/v1/tickets/{number}/notes` and `/time-entries`: the log, and time spent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post
from litestar.params import JSONBody

from audienceos.platform.db.database import Lane
from audienceos.platform.errors import NotFound
from audienceos.platform.web.etags import expected_version, with_etag
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading
from audienceos.tickets.actions.notes import add_ticket_note, edit_ticket_note
from audienceos.tickets.actions.timing import log_time, remove_time
from audienceos.tickets.api.tickets import Number
from audienceos.tickets.forms import TicketNoteIn, TicketNotePatch, TicketTimeIn
from audienceos.tickets.queries.hanging import NOTE, NOTES, TIME, TIMES, TicketNoteView, TimeView
from audienceos.tickets.queries.listing import ticket_view

Asked = Request[Any, Any, Any]


@get("/v1/tickets/{number:int}/notes", opt={"query": Listed})
async def list_ticket_notes(request: Asked, number: Number) -> Page[TicketNoteView]:
    """The log, in the order in which it was written."""
    async with reading(request) as lane:
        await ticket_view(lane, number)
        return await NOTES.page(lane, filters_from(request, Listed), sort="oldest", binds={"number": number})


@get("/v1/tickets/{number:int}/notes/{ticket_note_id:uuid}")
async def show_ticket_note(request: Asked, number: Number, ticket_note_id: Id) -> Response[TicketNoteView]:
    """One entry."""
    async with reading(request) as lane:
        note = await _note(lane, number, ticket_note_id)
        return with_etag(note, note.version)


@post("/v1/tickets/{number:int}/notes")
async def create_ticket_note(
    db: Transaction, number: Number, data: JSONBody[TicketNoteIn]
) -> Response[TicketNoteView]:
    """Write an entry, in one's own name: internal, unless it says that the client can see it."""
    written = await add_ticket_note(db, number, data)
    note = await _note(await lane_of(db), number, written.id)
    return with_etag(note, note.version, status=201)


@patch("/v1/tickets/{number:int}/notes/{ticket_note_id:uuid}")
async def update_ticket_note(
    request: Asked, db: Transaction, number: Number, ticket_note_id: Id, data: JSONBody[TicketNotePatch]
) -> Response[TicketNoteView]:
    """Change an entry of one's own, within a day of writing it."""
    await edit_ticket_note(db, number, ticket_note_id, data, expected_version(request))
    note = await _note(await lane_of(db), number, ticket_note_id)
    return with_etag(note, note.version)


@get("/v1/tickets/{number:int}/time-entries", opt={"query": Listed})
async def list_times(request: Asked, number: Number) -> Page[TimeView]:
    """Time spent, the latest day first."""
    async with reading(request) as lane:
        await ticket_view(lane, number)
        return await TIMES.page(lane, filters_from(request, Listed), sort="latest", binds={"number": number})


@get("/v1/tickets/{number:int}/time-entries/{time_entry_id:uuid}")
async def show_time(request: Asked, number: Number, time_entry_id: Id) -> TimeView:
    """One entry of time."""
    async with reading(request) as lane:
        return await _time(lane, number, time_entry_id)


@post("/v1/tickets/{number:int}/time-entries")
async def create_time(db: Transaction, number: Number, data: JSONBody[TicketTimeIn]) -> TimeView:
    """Log whole minutes that one spent. The ticket's `time_spent_minutes` is their sum."""
    entry = await log_time(db, number, data)
    return await _time(await lane_of(db), number, entry.id)


@delete("/v1/tickets/{number:int}/time-entries/{time_entry_id:uuid}")
async def delete_time(db: Transaction, number: Number, time_entry_id: Id) -> None:
    """Take an entry back: one's own, or as an admin anyone's."""
    await remove_time(db, number, time_entry_id)


async def _note(lane: Lane, number: int, note_id: UUID) -> TicketNoteView:
    await ticket_view(lane, number)
    found = await NOTE.one(lane, {"number": number, "row_id": note_id}, one=True)
    if found is None:
        raise NotFound("note")
    return found


async def _time(lane: Lane, number: int, entry_id: UUID) -> TimeView:
    await ticket_view(lane, number)
    found = await TIME.one(lane, {"number": number, "row_id": entry_id}, one=True)
    if found is None:
        raise NotFound("time entry")
    return found


HANDLERS = [
    list_ticket_notes,
    show_ticket_note,
    create_ticket_note,
    update_ticket_note,
    list_times,
    show_time,
    create_time,
    delete_time,
]
