"""The running log about a client: entries are added and removed, never rewritten."""

from __future__ import annotations

from uuid import UUID

from audienceos.agency.queries import mentioned_in
from audienceos.clients.access import client_for, held_for, may_remove_note
from audienceos.clients.actions.judging import acted
from audienceos.clients.forms import NoteIn
from audienceos.clients.models import ClientNote
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record


async def add_note(db: Db, client_id: UUID, data: NoteIn) -> ClientNote:
    """Write an entry into the log, in the actor's name. Raises `NotFound`."""
    client = await client_for(db, client_id, to="change")
    note = ClientNote(client_id=client.id, content=data.content, added_by=db.actor.person)
    db.add(note)
    await db.flush()
    meant = await mentioned_in(Lane(await db.raw(), db.actor), data.content)
    said: Json = {"name": client.name, "mentions": [str(user_id) for user_id in meant]}
    await record(db, "client.note_added", "note", note.id, client_id=client.id, **said)
    await acted(db, client)
    return note


async def remove_note(db: Db, client_id: UUID, note_id: UUID) -> None:
    """Take an entry out of the log: its author or an admin. Raises `NotFound`, `Forbidden`."""
    client, note = await held_for(db, ClientNote, note_id, "note", client_id)
    may_remove_note(db.actor, note)
    await db.delete(note)
    before = {"content": note.content, "added_by": str(note.added_by)}
    await record(
        db, "client.note_removed", "note", note.id, client_id=client.id, before=before, name=client.name
    )
    await acted(db, client)
