"""Time spent on a ticket: entries, whose sum the ticket shows, written in the same transaction."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from audienceos.platform.clock import today_in
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid
from audienceos.tickets.access import held_for, may_remove_time, ticket_for
from audienceos.tickets.actions.opening import YEARS
from audienceos.tickets.actions.telling import ground_for, settle, tell
from audienceos.tickets.forms import TicketTimeIn
from audienceos.tickets.models import Ticket, TicketTime

MOST_MINUTES = 2**31 - 1  # what the ticket's own column holds


async def log_time(db: Db, number: int, data: TicketTimeIn) -> TicketTime:
    """Note minutes that the actor spent, today unless another day is named; never a day to come.

    Raises `NotFound`, `Invalid` at the day.
    """
    ticket = await ticket_for(db, number, to="change")
    ground = await ground_for(db)
    today = today_in(ground.zone)
    day = data.day or today
    if day > today or day.year not in YEARS:
        raise Invalid.at("day", "Give a day that has come")
    entry = await log_minutes(db, ticket, data.minutes, day, data.note or None)
    await settle(db, ticket, ground)
    return entry


async def log_minutes(db: Db, ticket: Ticket, minutes: int, day: date, note: str | None) -> TicketTime:
    """An entry for a ticket that the caller holds and settles. Raises `Conflict` beyond what a ticket can hold."""
    if (ticket.time_spent_minutes or 0) + minutes > MOST_MINUTES:
        raise Conflict("That is more time than a ticket can hold.", code="too_many")
    entry = TicketTime(ticket_id=ticket.id, user_id=db.actor.person, day=day, minutes=minutes, note=note)
    db.add(entry)
    await _sum(db, ticket)
    await tell(db, "ticket.time_logged", ticket, minutes=minutes, day=day.isoformat())
    return entry


async def remove_time(db: Db, number: int, entry_id: UUID) -> None:
    """Take an entry back: one's own, or as an admin anyone's. Raises `NotFound`, `Forbidden`."""
    ticket, entry = await held_for(db, number, TicketTime, entry_id, "time entry")
    may_remove_time(db.actor, entry)
    before = {"minutes": entry.minutes, "day": entry.day.isoformat(), "note": entry.note}
    await db.delete(entry)
    await _sum(db, ticket)
    await tell(db, "ticket.time_removed", ticket, before=before, minutes=entry.minutes)
    await settle(db, ticket)


async def _sum(db: Db, ticket: Ticket) -> None:
    await db.flush()
    mine = (TicketTime.agency_id == db.actor.agency_id, TicketTime.ticket_id == ticket.id)
    ticket.time_spent_minutes = await db.scalar(
        select(func.coalesce(func.sum(TicketTime.minutes), 0)).where(*mine)
    )
