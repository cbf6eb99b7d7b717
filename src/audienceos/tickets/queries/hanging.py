"""What hangs from a ticket: its log, and the time spent on it, a page at a time."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import Integer, bindparam

from audienceos.clients.queries.columns import ROW, person_name
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import Question, Read
from audienceos.platform.web.paging import Key, Paged
from audienceos.tickets.access import hanging_seen
from audienceos.tickets.models import Ticket, TicketNote, TicketTime

NUMBER = bindparam("number", type_=Integer())


class TicketNoteView(msgspec.Struct, frozen=True):
    """One entry of the log. Only what isn't internal is meant for the client's eyes."""

    id: UUID
    content: str
    is_internal: bool
    added_by: UUID
    author: str
    created_at: datetime
    edited_at: datetime | None
    version: int


class TimeView(msgspec.Struct, frozen=True):
    """Time that somebody spent on one of the agency's days."""

    id: UUID
    user_id: UUID
    user_name: str
    day: date
    minutes: int
    note: str | None
    created_at: datetime


def _notes(sight: Sight, *, one: bool = False) -> Question:
    row = TicketNote
    author = person_name(row.added_by).label("author")
    query = (
        hanging_seen(row, sight)
        .where(Ticket.number == NUMBER)
        .with_only_columns(
            row.id,
            row.content,
            row.is_internal,
            row.added_by,
            author,
            row.created_at,
            row.edited_at,
            row.version,
        )
    )
    return query.where(row.id == ROW) if one else query


def _times(sight: Sight, *, one: bool = False) -> Question:
    row = TicketTime
    name = person_name(row.user_id).label("user_name")
    query = (
        hanging_seen(row, sight)
        .where(Ticket.number == NUMBER)
        .with_only_columns(row.id, row.user_id, name, row.day, row.minutes, row.note, row.created_at)
    )
    return query.where(row.id == ROW) if one else query


NOTE = Read(TicketNoteView, _notes)
NOTES = Paged(
    "ticket notes", TicketNoteView, _notes, {"oldest": (Key(TicketNote.created_at),)}, unique=TicketNote.id
)
"""In the order in which they were written."""

TIME = Read(TimeView, _times)
TIMES = Paged(
    "ticket times",
    TimeView,
    _times,
    {"latest": (Key(TicketTime.day, descending=True), Key(TicketTime.created_at, descending=True))},
    unique=TicketTime.id,
)
