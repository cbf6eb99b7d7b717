"""What is done to a ticket by forms: moved, resolved, reopened, noted, timed."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from msgspec import Meta

from audienceos.agency.queries import shell
from audienceos.clients.queries.naming import nameable
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Forbidden, Invalid, NotFound
from audienceos.platform.web.edits import Refusal, draft, refusal_of
from audienceos.platform.web.forms import Form, from_form, from_values, typed
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import page, wants_fragment
from audienceos.platform.web.toasts import Toast
from audienceos.tickets.actions.moving import change_status, reopen_ticket, resolve_ticket
from audienceos.tickets.actions.notes import add_ticket_note, edit_ticket_note
from audienceos.tickets.actions.timing import log_time, remove_time
from audienceos.tickets.forms import (
    ReopeningIn,
    ResolutionIn,
    TicketNoteIn,
    TicketNotePatch,
    TicketTimeIn,
)
from audienceos.tickets.models import Ticket
from audienceos.tickets.pages.ticket import Number, take, to_ticket
from audienceos.tickets.pages.words import BY_WORDS
from audienceos.tickets.queries.hanging import NOTE
from audienceos.tickets.queries.listing import ticket_view
from audienceos.tickets.rules import WORDS

Asked = Request[Any, Any, Any]


class Carried(Form):
    """Another status, by what its lane on the board is called; `notes` is what is said about it."""

    to_stage: str
    from_stage: str = ""
    notes: Annotated[str, Meta(max_length=10_000)] | None = None
    undo: bool = False


@post("/{slug:str}/tickets/{number:int}/transitions", name="ticket-transitions", include_in_schema=False)
async def move(request: Asked, number: Number) -> Response[Any]:
    """Give it another status. The board's script hears 204, or why not; a form goes back to the ticket's page."""

    async def act(db: Db, data: Carried) -> Toast:
        status = BY_WORDS.get(data.to_stage)
        if status is None:
            raise Invalid.at("to_stage", "There is no such status")
        return _now(await change_status(db, number, status, data.notes))

    if not wants_fragment(request):
        return await take(request, number, "status", Carried, act)
    data = await from_form(request, Carried)
    async with acting(request) as db:
        await act(db, data)
    return Response(None, status_code=204)


@post("/{slug:str}/tickets/{number:int}/resolution", name="ticket-resolution", include_in_schema=False)
async def resolve(request: Asked, number: Number) -> Response[Any]:
    """Resolve it with a final note."""

    async def act(db: Db, data: ResolutionIn) -> Toast:
        return _now(await resolve_ticket(db, number, data))

    return await take(request, number, "resolve", ResolutionIn, act)


@post("/{slug:str}/tickets/{number:int}/reopenings", name="ticket-reopenings", include_in_schema=False)
async def reopen(request: Asked, number: Number) -> Response[Any]:
    """Take it up again."""

    async def act(db: Db, data: ReopeningIn) -> Toast:
        return _now(await reopen_ticket(db, number, data))

    return await take(request, number, "reopen", ReopeningIn, act)


@post("/{slug:str}/tickets/{number:int}/notes", name="ticket-notes", include_in_schema=False)
async def add_note(request: Asked, number: Number) -> Response[Any]:
    """Write an entry into its log."""
    return await take(
        request, number, "log", TicketNoteIn, lambda db, data: add_ticket_note(db, number, data)
    )


@get("/{slug:str}/tickets/{number:int}/names", name="ticket-names", include_in_schema=False)
async def show_names(request: Asked, number: Number) -> Response[str]:
    """Whom an entry can name after an @, as a field offers them."""
    async with reading(request) as lane:
        ticket = await ticket_view(lane, number)
        return page(request, "clients/_names.html", names=await nameable(lane, ticket.client_id))


@get(
    "/{slug:str}/tickets/{number:int}/notes/{ticket_note_id:uuid}/edit",
    name="ticket-note",
    include_in_schema=False,
)
async def note_form(request: Asked, number: Number, ticket_note_id: Id) -> Response[str]:
    """An entry of one's own, to be changed."""
    return await _note(request, number, ticket_note_id)


@post(
    "/{slug:str}/tickets/{number:int}/notes/{ticket_note_id:uuid}/edit",
    name="ticket-note-update",
    include_in_schema=False,
)
async def edit_note(request: Asked, number: Number, ticket_note_id: Id) -> Response[Any]:
    """Save it. Where it was saved elsewhere first, the form comes back with both; after a day, with what was typed."""
    given = await typed(request)

    async def save(version: int) -> None:
        changes = {name: given[name] for name in ("content", "is_internal") if name in given}
        patch = from_values(TicketNotePatch, changes, strict=False)
        async with acting(request) as db:
            await edit_ticket_note(db, number, ticket_note_id, patch, version)

    try:
        refusal = await refusal_of(given, save)
    except Forbidden as late:
        return await _note(request, number, ticket_note_id, Refusal(given, {"": late.detail}), late.status)
    if refusal:
        return await _note(request, number, ticket_note_id, refusal)
    return to_ticket(request, number, f"note-{ticket_note_id}")


@post("/{slug:str}/tickets/{number:int}/time", name="ticket-times", include_in_schema=False)
async def add_time(request: Asked, number: Number) -> Response[Any]:
    """Log minutes spent on it."""
    return await take(request, number, "time", TicketTimeIn, lambda db, data: log_time(db, number, data))


@post(
    "/{slug:str}/tickets/{number:int}/time/{time_entry_id:uuid}/removal",
    name="ticket-time-removal",
    include_in_schema=False,
)
async def delete_time(request: Asked, number: Number, time_entry_id: Id) -> Response[Any]:
    """Take an entry of time back."""
    return await take(request, number, "time", Nothing, lambda db, _: remove_time(db, number, time_entry_id))


async def _note(
    request: Asked, number: int, note_id: Id, refusal: Refusal | None = None, status: int | None = None
) -> Response[str]:
    async with reading(request) as lane:
        ticket = await ticket_view(lane, number)
        note = await NOTE.one(lane, {"number": number, "row_id": note_id}, one=True)
        if note is None:
            raise NotFound("note")
        now = {"content": note.content, "is_internal": str(note.is_internal).lower()}
        form = draft(now, note.version, refusal)
        frame = await shell(lane, "tickets")
        parts = {"ticket": ticket, "note": note, "form": form}
        return page(request, "tickets/note.html", status=status or form.status, **parts, **frame)


def _now(ticket: Ticket) -> Toast:
    return Toast(f"Ticket #{ticket.number} is now {WORDS[ticket.status]}")


HANDLERS = [move, resolve, reopen, add_note, show_names, note_form, edit_note, add_time, delete_time]
