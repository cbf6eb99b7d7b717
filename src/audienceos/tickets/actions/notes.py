"""A ticket's log: for the team, unless an entry says that the client can see it."""

from __future__ import annotations

from uuid import UUID

from msgspec import UNSET

from audienceos.agency.queries import mentioned_in
from audienceos.platform import clock
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.etags import check_version
from audienceos.tickets.access import held_for, may_edit_note, ticket_for
from audienceos.tickets.actions.telling import ground_for, respond, settle, tell
from audienceos.tickets.actions.words import also_found_by, found_anew
from audienceos.tickets.forms import TicketNoteIn, TicketNotePatch
from audienceos.tickets.models import Ticket, TicketNote


async def add_ticket_note(db: Db, number: int, data: TicketNoteIn) -> TicketNote:
    """Write an entry, in the actor's name. The first that the client can see is a response. Raises `NotFound`."""
    ticket = await ticket_for(db, number, to="change")
    ground = await ground_for(db)
    if not data.is_internal:
        respond(ticket, ground, clock.now())
    note = await write_note(db, ticket, data.content, is_internal=data.is_internal)
    await settle(db, ticket, ground)
    return note


async def write_note(db: Db, ticket: Ticket, content: str, *, is_internal: bool = True) -> TicketNote:
    """An entry in the log of a ticket that the caller holds and settles."""
    note = TicketNote(ticket_id=ticket.id, content=content, is_internal=is_internal, added_by=db.actor.person)
    db.add(note)
    await db.flush()
    await also_found_by(db, ticket.id, content)
    meant = await mentioned_in(Lane(await db.raw(), db.actor), content)
    said: Json = {
        "note_id": str(note.id),
        "is_internal": is_internal,
        "mentions": [str(one) for one in meant],
    }
    await tell(db, "ticket.note_added", ticket, **said)
    return note


async def edit_ticket_note(
    db: Db, number: int, note_id: UUID, patch: TicketNotePatch, version: int
) -> TicketNote:
    """Change an entry of one's own within a day of writing it; what it was stays in the event.

    Raises `NotFound`, `Forbidden`, `Stale`.
    """
    ticket, note = await held_for(db, number, TicketNote, note_id, "note")
    may_edit_note(db.actor, note)
    check_version(note, version)
    content = note.content if patch.content is UNSET else patch.content
    is_internal = note.is_internal if patch.is_internal is UNSET else patch.is_internal
    if (content, is_internal) == (note.content, note.is_internal):
        return note
    before: Json = {"content": note.content, "is_internal": note.is_internal}
    note.content, note.is_internal, note.edited_at = content, is_internal, clock.now()
    note.version += 1
    await found_anew(db, ticket)
    await tell(
        db, "ticket.note_changed", ticket, before=before, note_id=str(note.id), is_internal=is_internal
    )
    await settle(db, ticket)
    return note
