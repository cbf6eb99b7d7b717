"""What happened to one ticket: its events, in words, beside its log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Boolean, DateTime, Text, any_, bindparam, cast, null, select, text, union_all
from sqlalchemy.dialects.postgresql import JSONB

from audienceos.clients.queries.columns import person_name
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question
from audienceos.platform.events.models import Event
from audienceos.platform.web.paging import From, Key, Paged
from audienceos.tickets.access import hanging_seen, tickets_seen
from audienceos.tickets.models import Ticket, TicketNote
from audienceos.tickets.queries.hanging import NUMBER
from audienceos.tickets.rules import WORDS


class Line(msgspec.Struct, frozen=True):
    """One line of a ticket's story: an event without what only admins read, or, without a name, an entry of the log."""

    id: UUID
    at: datetime
    name: str | None
    person_id: UUID | None
    person: str | None
    data: dict[str, Any]
    content: str | None
    is_internal: bool | None
    edited_at: datetime | None

    @property
    def said(self) -> str:
        """What happened, after whose name it stands."""
        return _SAID[self.name](self.data) if self.name else ""


class StoryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which parts of a ticket's story and of the time spent on it its page shows: their ends, or what came before."""

    earlier: From | None = None
    earlier_time: From | None = None

    @property
    def address(self) -> dict[str, str | None]:
        """The same as parameters of an address."""
        return {"earlier": self.earlier, "earlier_time": self.earlier_time}


class _Part(msgspec.Struct, frozen=True):
    """A page of it (`paging.Asking`)."""

    limit: int
    cursor: str | None


class Story(msgspec.Struct, frozen=True):
    """A part of it in the order in which it happened, where it begins, and where an earlier part does."""

    lines: list[Line]
    since: str | None
    earlier: str | None


def _moved(data: dict[str, Any]) -> str:
    return f"moved it from {WORDS.get(data['was'], '')} to {WORDS.get(data['now'], '')}"


def _changed(data: dict[str, Any]) -> str:
    return "changed " + ", ".join(name.replace("_", " ") for name in data.get("fields", []))


_SAID: dict[str, Callable[[dict[str, Any]], str]] = {
    "ticket.created": lambda _: "opened it",
    "ticket.changed": _changed,
    "ticket.assigned": lambda data: "gave it to somebody else" if data.get("assignee_id") else "gave it to nobody",
    "ticket.came": lambda _: "moved it here from another client",
    "ticket.moved": _moved,
    "ticket.resolved": lambda _: "resolved it",
    "ticket.reopened": lambda _: "reopened it",
    "ticket.time_logged": lambda data: f"logged {data.get('minutes')} min",
    "ticket.time_removed": lambda data: f"took back {data.get('minutes')} min",
    "ticket.escalated": lambda data: f"Waited for more than {data.get('hours')} business hours",
    "ticket.summary_sent": lambda data: f"sent a summary to {data.get('to')}",
    "ticket.restored": lambda _: "restored it",
}  # fmt: skip
NAMES = list(_SAID)


def _story(sight: Sight) -> Question:
    there = tickets_seen(sight).where(Ticket.number == NUMBER).with_only_columns(Ticket.id)
    events = select(
        Event.id,
        Event.at,
        Event.name,
        Event.actor_id.label("person_id"),
        person_name(Event.actor_id).label("person"),
        Event.data,
        cast(null(), Text()).label("content"),
        cast(null(), Boolean()).label("is_internal"),
        cast(null(), DateTime(timezone=True)).label("edited_at"),
    ).where(
        Event.agency_id == AGENCY,
        Event.subject_id.in_(there),
        Event.name == any_(bindparam("names", type_=ARRAY(Text()))),
    )
    note = TicketNote
    notes = (
        hanging_seen(note, sight)
        .where(Ticket.number == NUMBER)
        .with_only_columns(
            note.id,
            note.created_at.label("at"),
            cast(null(), Text()).label("name"),
            note.added_by.label("person_id"),
            person_name(note.added_by).label("person"),
            cast(text("'{}'"), JSONB()).label("data"),
            note.content,
            note.is_internal,
            note.edited_at,
        )
    )
    return select(*union_all(events, notes).subquery("line").c)


STORY = Paged("ticket story", Line, _story, {"newest": (Key("at", descending=True),)}, unique="id")


async def story_of(lane: Lane, number: int, limit: int, since: str | None = None) -> Story:
    """The last lines of what happened to a ticket and was noted about it, or the last before a cursor. One statement.

    Raises `BadQuery` for a cursor that isn't of a story.
    """
    asked = {"number": number, "names": NAMES}
    page = await STORY.page(lane, _Part(limit, since), sort="newest", binds=asked)
    return Story(page.items[::-1], since, page.next_cursor)
