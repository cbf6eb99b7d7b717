"""What happened to one ticket: its events, in words, beside its log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, select

from audienceos.clients.queries.columns import person_name
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question
from audienceos.platform.events.models import Event
from audienceos.platform.web.paging import Key, Listed, Paged
from audienceos.tickets.access import tickets_seen
from audienceos.tickets.models import Ticket
from audienceos.tickets.queries.hanging import TicketNoteView
from audienceos.tickets.rules import WORDS


class TicketEvent(msgspec.Struct, frozen=True):
    """An event as it was written, without what only admins read."""

    id: UUID
    at: datetime
    name: str
    actor: str | None
    data: dict[str, Any]

    @property
    def said(self) -> str:
        """What happened, after whose name it stands."""
        return _SAID[self.name](self.data)


class Line(msgspec.Struct, frozen=True):
    """One line of a ticket's story: something that happened, or an entry of the log."""

    at: datetime
    event: TicketEvent | None = None
    note: TicketNoteView | None = None


def _moved(data: dict[str, Any]) -> str:
    return f"moved it from {WORDS.get(data['was'], '')} to {WORDS.get(data['now'], '')}"


def _changed(data: dict[str, Any]) -> str:
    return "changed " + ", ".join(name.replace("_", " ") for name in data.get("fields", []))


_SAID: dict[str, Callable[[dict[str, Any]], str]] = {
    "ticket.created": lambda _: "opened it",
    "ticket.changed": _changed,
    "ticket.assigned": lambda data: "gave it to somebody else" if data.get("assignee_id") else "gave it to nobody",
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


def _events(sight: Sight) -> Question:
    there = (
        tickets_seen(sight)
        .with_only_columns(Ticket.id)
        .where(Ticket.id == bindparam("ticket_id", type_=Uuid()))
    )
    actor = person_name(Event.actor_id).label("actor")
    return select(Event.id, Event.at, Event.name, actor, Event.data).where(
        Event.agency_id == AGENCY,
        Event.subject_id.in_(there),
        Event.name == any_(bindparam("names", type_=ARRAY(Text()))),
    )


EVENTS = Paged(
    "ticket events", TicketEvent, _events, {"newest": (Key(Event.at, descending=True),)}, unique=Event.id
)


async def events_of(lane: Lane, ticket_id: UUID, limit: int) -> list[TicketEvent]:
    """The last of what happened to it, the newest first."""
    asked = {"ticket_id": ticket_id, "names": NAMES}
    return (await EVENTS.page(lane, Listed(limit=limit), sort="newest", binds=asked)).items


def story(notes: list[TicketNoteView], events: list[TicketEvent]) -> list[Line]:
    """Both in the order in which they happened."""
    lines = [Line(note.created_at, note=note) for note in notes]
    lines += [Line(event.at, event=event) for event in events]
    return sorted(lines, key=lambda line: line.at)
