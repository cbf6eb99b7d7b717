"""Tickets that are late, critical for too long, or too many: pure functions over what the tickets' room tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from audienceos.alerts.detectors.words import SHOWN, cut, many
from audienceos.alerts.ports import Ground, OpenTicket
from audienceos.platform.findings import Detection, Evidence, Suggestion, by_client

LATE_LONG = 7
"""From so many days late on, a missed deadline is a high risk."""
CRITICAL_FOR = timedelta(hours=4)
"""By the clock: an outage keeps no office hours."""
BACKLOG = 5
"""More open tickets than these of one client are a backlog; more than twice as many a high risk."""

RUSH, RUSH_WITHIN = 20, timedelta(hours=1)
"""More tickets than these, opened within an hour, are a rush; more than twice as many a high risk."""


def overdue_tickets(tickets: Sequence[OpenTicket], ground: Ground) -> list[Detection]:
    """Clients whose open tickets were due before today."""
    late = [ticket for ticket in tickets if ticket.due_date is not None and ticket.due_date < ground.today]
    return [_late_tickets(client_id, mine, ground) for client_id, mine in by_client(late)]


def critical_tickets(tickets: Sequence[OpenTicket], ground: Ground) -> list[Detection]:
    """Clients with a critical ticket that has been open for more than four hours."""
    urgent = [
        ticket
        for ticket in tickets
        if ticket.priority == "critical" and ground.now - ticket.created_at > CRITICAL_FOR
    ]
    return [_critical(client_id, mine, ground) for client_id, mine in by_client(urgent)]


def backlogs(tickets: Sequence[OpenTicket], ground: Ground) -> list[Detection]:
    """Clients with more open tickets than an agency should let wait."""
    return [_backlog(client_id, mine) for client_id, mine in by_client(tickets) if len(mine) > BACKLOG]


def rushes(tickets: Sequence[OpenTicket], ground: Ground) -> list[Detection]:
    """The agency's own: more tickets came within the last hour than it can take in, whoever's they are."""
    new = [ticket for ticket in tickets if timedelta() <= ground.now - ticket.created_at < RUSH_WITHIN]
    if len(new) <= RUSH:
        return []
    clients = len({ticket.client_id for ticket in new})
    return [
        Detection(
            key="ticket_rush",
            client_id=None,
            title=f"{len(new)} new tickets within an hour",
            reason=f"They are from {many(clients, 'client')}; more than {RUSH} in an hour are a rush.",
            severity="high" if len(new) > 2 * RUSH else "medium",
            confidence=Decimal("0.90"),
            evidence=_tickets(new),
            numbers={"new tickets": len(new), "clients": clients, "limit": RUSH},
        )
    ]


def _late_tickets(client_id: UUID, tickets: list[OpenTicket], ground: Ground) -> Detection:
    first = min(ticket.due_date for ticket in tickets if ticket.due_date)
    days = (ground.today - first).days
    return Detection(
        key=f"overdue_tickets:{client_id}",
        client_id=client_id,
        title=f"{many(len(tickets), 'ticket')} overdue",
        reason=f"{many(len(tickets), 'open ticket')} of {tickets[0].client_name}, due since {first:%-d %B}.",
        severity="high" if days >= LATE_LONG else "medium",
        confidence=Decimal("0.95"),
        evidence=_tickets(tickets),
        numbers={"overdue tickets": len(tickets), "days late": days},
        suggestions=(_task(f"Bring the late tickets of {tickets[0].client_name} up to date"),),
    )


def _critical(client_id: UUID, tickets: list[OpenTicket], ground: Ground) -> Detection:
    hours = int((ground.now - min(ticket.created_at for ticket in tickets)).total_seconds() // 3600)
    limit = int(CRITICAL_FOR.total_seconds() // 3600)
    return Detection(
        key=f"critical_tickets:{client_id}",
        client_id=client_id,
        title=f"{many(len(tickets), 'critical ticket')} open for {hours} h",
        reason=f"{tickets[0].client_name} waits: critical tickets should be resolved within {limit} hours.",
        severity="critical",
        confidence=Decimal("0.95"),
        evidence=_tickets(tickets),
        numbers={"critical tickets": len(tickets), "hours open": hours},
        suggestions=(_task(f"Tell {tickets[0].client_name} how it stands"),),
    )


def _backlog(client_id: UUID, tickets: list[OpenTicket]) -> Detection:
    return Detection(
        key=f"backlog:{client_id}",
        client_id=client_id,
        title=f"{len(tickets)} tickets open at once",
        reason=f"{tickets[0].client_name} has {len(tickets)} open tickets; more than {BACKLOG} are a backlog.",
        severity="high" if len(tickets) > 2 * BACKLOG else "medium",
        confidence=Decimal("0.80"),
        doubt="Several tickets may be one piece of work.",
        evidence=_tickets(tickets),
        numbers={"open tickets": len(tickets), "limit": BACKLOG},
        suggestions=(_task(f"Go through the tickets of {tickets[0].client_name} with them"),),
    )


def _tickets(tickets: list[OpenTicket]) -> tuple[Evidence, ...]:
    rows = sorted(tickets, key=lambda ticket: ticket.number)[:SHOWN]
    return tuple(
        Evidence(
            kind="ticket",
            id=str(ticket.id),
            said=f"#{ticket.number} {ticket.title}",
            numbers={"number": ticket.number, "priority": ticket.priority},
        )
        for ticket in rows
    )


def _task(name: str) -> Suggestion:
    return Suggestion(kind="create_task", words="Add a task for it", params={"name": cut(name)})
