"""Every open ticket of an agency at once, for the rooms that watch over clients."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from audienceos.clients.access import clients_beside
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import Question, Read
from audienceos.tickets.access import tickets_beside
from audienceos.tickets.models import Ticket
from audienceos.tickets.queries.filters import is_open


class OpenTicket(msgspec.Struct, frozen=True):
    """A ticket that isn't resolved, of a client that is worked for."""

    id: UUID
    number: int
    client_id: UUID
    client_name: str
    title: str
    priority: str
    created_at: datetime
    due_date: date | None


def _open(sight: Sight) -> Question:
    client = clients_beside(sight)
    columns = (
        Ticket.id,
        Ticket.number,
        Ticket.client_id,
        client.c.name.label("client_name"),
        Ticket.title,
        Ticket.priority,
        Ticket.created_at,
        Ticket.due_date,
    )
    return tickets_beside(client).where(is_open(), client.c.is_active.is_(True)).with_only_columns(*columns)


OPEN_TICKETS = Read(OpenTicket, _open)
