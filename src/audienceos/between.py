"""Rooms of one floor, put together: what one of them knows or can do for another, neither knowing of the other.

For the web process and for the worker alike; nothing is decided here.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from audienceos.alerts.actions.forgetting import forget_words
from audienceos.alerts.ports import Facts, Ground, Rule, answer_doing, answer_facts, answer_past, register
from audienceos.clients.access import client_for
from audienceos.clients.ports import export_clients, on_merge
from audienceos.clients.queries.names import NAMES
from audienceos.connections.answers import come_along, exported
from audienceos.connections.ports import ClientName, answer_clients
from audienceos.connections.queries import LOST
from audienceos.inbox.actions.quoting import on_words_gone
from audienceos.inbox.detectors import broken_promises, unanswered
from audienceos.inbox.queries.quoting import quoted
from audienceos.inbox.queries.watched import OPEN_PROMISES, kept_waiting
from audienceos.notifications.ports import answer_tickets
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.tickets.access import ticket_for
from audienceos.tickets.actions.opening import create_ticket
from audienceos.tickets.forms import Priority, TicketIn
from audienceos.tickets.ports import Begun, answer_messages
from audienceos.tickets.queries.history import tickets_at
from audienceos.tickets.queries.watched import OPEN_TICKETS


async def ticket_of(db: Db, number: int) -> tuple[UUID, UUID]:
    """A ticket's client and its id, as whoever acts sees it. Raises `NotFound`."""
    ticket = await ticket_for(db, number)
    return ticket.client_id, ticket.id


def introduce() -> None:
    """Tell alerts of tickets: those that are open, and how one is opened; and notifications how one is found; tell
    tickets of messages. Tell alerts of connections that were lost, and connections of clients. Once a process.
    """
    answer_facts("grants", lost_grants)
    answer_clients(name_of_client, names_of_clients)
    export_clients(exported)
    on_merge(come_along)
    answer_facts("tickets", open_tickets)
    answer_facts("conversations", waiting_conversations)
    answer_facts("promises", open_promises)
    register(UNANSWERED, BROKEN_PROMISES)
    on_words_gone(forget_words)
    answer_past("tickets", past_tickets)
    answer_doing("open_ticket", open_ticket)
    answer_tickets(ticket_of)
    answer_messages(ticket_from)


async def ticket_from(lane: Lane, message_id: UUID) -> Begun:
    """With what a ticket about a message begins. Raises `NotFound`."""
    said = await quoted(lane, message_id)
    return Begun(said.client_id, said.title, said.text)


async def open_tickets(lane: Lane, ground: Ground) -> Facts:
    """Every open ticket of the agency's clients."""
    return await OPEN_TICKETS.all(lane)


async def past_tickets(lane: Lane, ground: Ground) -> Facts:
    """Every ticket that was open then."""
    return await tickets_at(lane, ground.now)


async def waiting_conversations(lane: Lane, ground: Ground) -> Facts:
    """Every conversation of the agency's clients that needs a reply."""
    return await kept_waiting(lane, ground.now)


async def open_promises(lane: Lane, ground: Ground) -> Facts:
    """All that the agency promised its clients by a day, and hasn't done."""
    return await OPEN_PROMISES.all(lane)


UNANSWERED = Rule(
    name="unanswered",
    words="Unanswered",
    meaning="A client has waited for as many business hours as the inbox allows; from the second limit on it is high.",
    type="risk_detected",
    facts="conversations",
    look=lambda facts, ground: unanswered(facts),
    restates="inbox.waiting",
)
BROKEN_PROMISES = Rule(
    name="broken_promises",
    words="Promise not kept",
    meaning="Somebody of the agency promised a client something by a day that has passed; from 3 days late on it is high.",
    type="risk_detected",
    facts="promises",
    look=lambda facts, ground: broken_promises(facts, ground.today),
)
"""Rules of the inbox, whose room knows nothing of alerts."""


async def lost_grants(lane: Lane, ground: Ground) -> Facts:
    """Every connection of the agency that its service ended."""
    return await LOST.all(lane)


async def name_of_client(db: Db, client_id: UUID) -> str:
    """A client's name, as whoever acts sees it. Raises `NotFound`."""
    return (await client_for(db, client_id)).name


async def names_of_clients(lane: Lane) -> list[ClientName]:
    """The clients that the reader sees, by name."""
    return [ClientName(one.id, one.name) for one in await NAMES.all(lane)]


async def open_ticket(db: Db, client_id: UUID, params: dict[str, str]) -> dict[str, str]:
    """Open a ticket for the client, as whoever acts. Raises what opening one raises."""
    asked = TicketIn(
        client_id=client_id,
        title=params["title"],
        description=params.get("description"),
        category="escalation" if params.get("category") == "escalation" else "general",
        priority=_priority(params.get("priority")),
        assignee_id=UUID(params["assignee_id"]) if params.get("assignee_id") else None,
    )
    ticket = await create_ticket(db, asked)
    return {"ticket": str(ticket.number)}


def _priority(said: str | None) -> Priority:
    return msgspec.convert(said or "medium", Priority)
