"""Where a ticket stands: moved, resolved, reopened. What may follow what is `rules.TRANSITIONS`."""

from __future__ import annotations

from datetime import datetime

from audienceos.platform import clock
from audienceos.platform.clock import today_in
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Forbidden, Invalid
from audienceos.tickets.access import ticket_for
from audienceos.tickets.actions.notes import write_note
from audienceos.tickets.actions.telling import Ground, ground_for, respond, settle, tell
from audienceos.tickets.actions.timing import log_minutes
from audienceos.tickets.forms import ReopeningIn, ResolutionIn, Status
from audienceos.tickets.models import Ticket
from audienceos.tickets.rules import REOPENED_BY_ANYONE, TRANSITIONS, may_reopen, minutes_worked, refusal


async def move_ticket(db: Db, number: int, to: Status) -> Ticket:
    """Give an open ticket another status; the one that it has is no error.

    Raises `NotFound`, and `Conflict` with the statuses allowed for a move that the rules refuse.
    """
    ticket = await ticket_for(db, number, to="change")
    why = refusal(ticket.status, to)
    if why is not None:
        raise refused(ticket, why)
    if ticket.status != to:
        ground = await ground_for(db)
        came = ticket.status
        _enter(ticket, to, ground)
        await tell(db, "ticket.moved", ticket, was=came, now=to)
        await settle(db, ticket, ground)
    return ticket


async def resolve_ticket(db: Db, number: int, data: ResolutionIn) -> Ticket:
    """Resolve it with a final note, and log the time that it took for today, if any is said.

    Raises `NotFound`, and `Conflict` for a new ticket and one that is resolved already.
    """
    ticket = await ticket_for(db, number, to="change")
    if "resolved" not in TRANSITIONS[ticket.status]:
        already = "It is resolved already." if ticket.status == "resolved" else None
        raise refused(ticket, already or str(refusal(ticket.status, "resolved")))
    ground = await ground_for(db)
    came = ticket.status
    _enter(ticket, "resolved", ground)
    ticket.resolution_notes = data.final_note
    ticket.resolved_at, ticket.resolved_by = ticket.status_since, db.actor.person
    ticket.resolution_minutes = minutes_worked(ground.hours, ticket.created_at, ticket.status_since)
    await tell(db, "ticket.resolved", ticket, was=came, now="resolved")
    if data.time_spent_minutes:
        await log_minutes(db, ticket, data.time_spent_minutes, today_in(ground.zone), None)
    await settle(db, ticket, ground)
    return ticket


async def reopen_ticket(db: Db, number: int, data: ReopeningIn) -> Ticket:
    """Take a resolved ticket up again. Its final note stays and is kept in the log too, as is the reason.

    Raises `NotFound`; `Conflict` for one that is open; `Forbidden` for who is no admin once 30 days have passed.
    """
    ticket = await ticket_for(db, number, to="change")
    if ticket.status != "resolved" or ticket.resolved_at is None:
        raise refused(ticket, "It is open already.")
    if not may_reopen(db.actor, ticket.resolved_at, clock.now()):
        raise too_late(ticket.resolved_at)
    ground = await ground_for(db)
    resolved_at = ticket.resolved_at
    _enter(ticket, "in_progress", ground)
    ticket.resolved_at = ticket.resolved_by = ticket.resolution_minutes = None
    ticket.reopened_count += 1
    day = resolved_at.astimezone(ground.zone)
    await write_note(db, ticket, f"Resolved on {day:%-d %B %Y} with:\n{ticket.resolution_notes}"[:10_000])
    if data.reason:
        await write_note(db, ticket, f"Reopened: {data.reason}")
    await tell(db, "ticket.reopened", ticket, was="resolved", now="in_progress", reason=data.reason)
    await settle(db, ticket, ground)
    return ticket


async def change_status(db: Db, number: int, to: Status, final_note: str | None) -> Ticket:
    """Whatever leads to that status: a move, a resolution, a reopening; for many tickets at once.

    Raises what they raise, and `Invalid` where a final note is missing.
    """
    ticket = await ticket_for(db, number)
    if to == "resolved" and ticket.status != "resolved":
        if not final_note:
            raise Invalid.at("final_note", "Say what was done")
        return await resolve_ticket(db, number, ResolutionIn(final_note=final_note))
    if ticket.status == "resolved" and to == "in_progress":
        return await reopen_ticket(db, number, ReopeningIn(reason=final_note))
    return await move_ticket(db, number, to)


def refused(ticket: Ticket, why: str) -> Conflict:
    """A move that the rules refuse, with those that they allow."""
    allowed = list(TRANSITIONS[ticket.status])
    return Conflict(why, code="transition_refused", extra={"status": ticket.status, "allowed": allowed})


def too_late(resolved_at: datetime) -> Forbidden:
    """A reopening that only an admin could still do, and what anybody can do instead."""
    why = (
        f"It was resolved more than {REOPENED_BY_ANYONE.days} days ago, so only an admin reopens it."
        " Ask one, or open a new ticket that follows it."
    )
    return Forbidden(why, code="resolved_too_long_ago", extra={"resolved_at": resolved_at.isoformat()})


def _enter(ticket: Ticket, to: Status, ground: Ground) -> None:
    """It has that status from now on, and waits anew; leaving New is a first response."""
    now = clock.now()
    respond(ticket, ground, now)
    ticket.status, ticket.status_since, ticket.escalated_at = to, now, None
    ticket.version += 1
