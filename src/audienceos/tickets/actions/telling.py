"""What follows from every change of a ticket: its event, its client's signals, and when to look at it again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from audienceos.agency.access import agency_for
from audienceos.agency.hours import Hours
from audienceos.clients.actions.signals import Said, set_signals
from audienceos.platform import clock
from audienceos.platform.clock import today_in
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record
from audienceos.tickets.models import Ticket, TicketLimit
from audienceos.tickets.rules import CRITICAL_AFTER, LIMITS, Waiting, minutes_worked, next_look

SOURCE = "tickets"


class Ground(NamedTuple):
    """By what tickets are judged: the agency's hours, days and limits."""

    hours: Hours | None
    zone: ZoneInfo
    limits: dict[str, int]


async def ground_for(db: Db) -> Ground:
    """This agency's. Two statements."""
    agency = await agency_for(db)
    zone = ZoneInfo(agency.timezone)
    mine = await db.scalar(select(TicketLimit).where(TicketLimit.agency_id == db.actor.agency_id))
    limits = {name: limit if mine is None else int(getattr(mine, name)) for name, limit in LIMITS.items()}
    return Ground(Hours.of(agency.business_hours, zone), zone, limits)


async def tell(
    db: Db, name: str, ticket: Ticket, *, before: Json | None = None, of: UUID | None = None, **data: Any
) -> UUID:
    """Record an event about a ticket. `before` is for admins; `of` is its client, unless that is the present one."""
    return await record(
        db,
        name,
        "ticket",
        ticket.id,
        client_id=of or ticket.client_id,
        before=before,
        number=ticket.number,
        name=ticket.title,
        status=ticket.status,
        priority=ticket.priority,
        assignee_id=ticket.assignee_id and str(ticket.assignee_id),
        **data,
    )


async def settle(db: Db, ticket: Ticket, ground: Ground | None = None) -> None:
    """A ticket was changed: plan when to look at it again, and tell its client's signals what is so now.

    Whoever calls holds the client. What a person did ends the client's silence.
    """
    ground = ground or await ground_for(db)
    plan(ticket, ground)
    await tell_client(db, ticket.client_id, ground, by_person=db.actor.kind != "system")


def respond(ticket: Ticket, ground: Ground, now: datetime) -> None:
    """Somebody took it up; the first time counts."""
    if ticket.responded_at is None:
        ticket.responded_at = now
        ticket.response_minutes = minutes_worked(ground.hours, ticket.created_at, now)


def plan(ticket: Ticket, ground: Ground) -> None:
    """Say when time alone will change something about the ticket."""
    gone = ticket.deleted_at is not None
    limit = ground.limits[ticket.priority]
    ticket.look_at = (
        None if gone else next_look(waiting(ticket), ground.hours, limit, ground.zone, clock.now())
    )


def waiting(ticket: Ticket) -> Waiting:
    """What the rules about time want to know."""
    return Waiting(
        ticket.status,
        ticket.priority,
        ticket.created_at,
        ticket.status_since,
        ticket.due_date,
        ticket.escalated_at,
    )


async def tell_client(db: Db, client_id: UUID, ground: Ground, *, by_person: bool) -> None:
    """Set the client's signals to what its open tickets say."""
    await db.flush()
    signals = await _signals(db, client_id, today_in(ground.zone), clock.now())
    await set_signals(db, client_id, SOURCE, signals, by_person=by_person)


async def _signals(db: Db, client_id: UUID, today: date, now: datetime) -> dict[str, Said]:
    high, critical = Ticket.priority == "high", Ticket.priority == "critical"
    overdue = Ticket.due_date < today
    row = (
        await db.execute(
            select(
                func.count(),
                func.min(Ticket.created_at),
                func.count().filter(high),
                func.min(Ticket.created_at).filter(high),
                func.count().filter(critical),
                func.min(Ticket.created_at).filter(critical),
                func.count().filter(overdue),
                func.min(Ticket.due_date).filter(overdue),
            ).where(
                Ticket.agency_id == db.actor.agency_id,
                Ticket.client_id == client_id,
                Ticket.deleted_at.is_(None),
                Ticket.status != "resolved",
            )
        )
    ).one()
    return _said(*row, now=now)


def _said(
    count: int,
    since: datetime | None,
    high: int,
    high_since: datetime | None,
    critical: int,
    critical_since: datetime | None,
    overdue: int,
    first_due: date | None,
    *,
    now: datetime,
) -> dict[str, Said]:
    said: dict[str, Said] = {}
    if count:
        said["open"] = Said("ok", _many(count, "open"), count, since)
    if high:
        said["high"] = Said("watch", f"{_many(high, 'open')} of high priority", high, high_since)
    if critical and critical_since:
        late = now - critical_since >= CRITICAL_AFTER
        hours = int(CRITICAL_AFTER.total_seconds() // 3600)
        what = f"critical for more than {hours} hours" if late else "critical"
        reason = f"{_many(critical, 'open')}, {what}"
        said["critical"] = Said("risk" if late else "watch", reason, critical, critical_since)
    if overdue and first_due:
        said["overdue"] = Said("watch", f"{_many(overdue, 'overdue')}, since {first_due:%d %b}", overdue)
    return said


def _many(count: int, what: str) -> str:
    return f"1 ticket is {what}" if count == 1 else f"{count} tickets are {what}"
