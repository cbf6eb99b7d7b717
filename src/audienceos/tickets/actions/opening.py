"""Open a ticket, delete it softly, bring it back."""

from __future__ import annotations

from datetime import date

from audienceos.agency.access import assignable, require_admin
from audienceos.clients.access import client_for
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Invalid
from audienceos.tickets.access import deleted_ticket_for, ticket_for
from audienceos.tickets.actions.telling import settle, tell
from audienceos.tickets.actions.words import also_found_by
from audienceos.tickets.forms import TicketIn
from audienceos.tickets.models import Ticket

YEARS = range(1970, 3000)

_NEXT = """
insert into ticket_counter (agency_id, last_number) values ($1, 1)
on conflict (agency_id) do update set last_number = ticket_counter.last_number + 1
returning last_number"""


async def create_ticket(db: Db, data: TicketIn) -> Ticket:
    """Open a ticket for a client, with the agency's next number. A day in the past is allowed: it is overdue at once.

    Raises `NotFound` for a client that the actor doesn't see, `Invalid` for somebody who isn't active here or a day
    beyond reason.
    """
    client = await client_for(db, data.client_id, to="change")
    if data.assignee_id is not None:
        await assignable(db, data.assignee_id, "assignee_id")
    check_day(data.due_date)
    now = clock.now()
    ticket = Ticket(
        client_id=client.id,
        number=await _next_number(db),
        title=data.title,
        description=data.description or data.title,
        category=data.category,
        priority=data.priority,
        status="new",
        assignee_id=data.assignee_id,
        due_date=data.due_date,
        time_spent_minutes=0,
        created_by=db.actor.person,
        created_at=now,
        status_since=now,
        reopened_count=0,
    )
    db.add(ticket)
    await db.flush()
    await also_found_by(db, ticket.id, ticket.title, ticket.description)
    await tell(db, "ticket.created", ticket)
    await settle(db, ticket)
    return ticket


async def delete_ticket(db: Db, number: int) -> None:
    """Delete it softly: hidden everywhere, its number never given again. Raises `NotFound`, `Forbidden`."""
    ticket = await ticket_for(db, number)
    require_admin(db.actor, "delete a ticket")
    ticket = await ticket_for(db, number, to="change")
    ticket.deleted_at = clock.now()
    ticket.version += 1
    await tell(db, "ticket.deleted", ticket)
    await settle(db, ticket)


async def restore_ticket(db: Db, number: int) -> Ticket:
    """Bring a deleted ticket back as it was; one that isn't deleted stays as it is. Raises `NotFound`, `Forbidden`."""
    ticket = await deleted_ticket_for(db, number)
    if ticket.deleted_at is not None:
        ticket.deleted_at = None
        ticket.version += 1
        await tell(db, "ticket.restored", ticket)
        await settle(db, ticket)
    return ticket


def check_day(day: date | None) -> None:
    """Raises `Invalid` for a day that nobody can mean."""
    if day is not None and day.year not in YEARS:
        raise Invalid.at("due_date", f"Give a day between {YEARS.start} and {YEARS.stop - 1}")


async def _next_number(db: Db) -> int:
    """The agency's next number. Its counter stays locked until the commit; a rollback gives the number back."""
    await db.flush()
    return int(await (await db.raw()).fetchval(_NEXT, db.actor.agency_id))
