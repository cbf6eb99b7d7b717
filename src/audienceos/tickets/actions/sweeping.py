"""Look again at tickets about which time alone has changed something: overdue, critical for too long, waited too long."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from audienceos.clients.access import client_itself
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.tickets.access import locked
from audienceos.tickets.actions.telling import Ground, ground_for, plan, tell, tell_client, waiting
from audienceos.tickets.models import Ticket
from audienceos.tickets.rules import escalates_at

BATCH = 20  # clients of a transaction, whose rows it holds: short enough that nobody waits for long


async def look_at_due(db: Db) -> int:
    """Escalate the agency's tickets that have waited too long, and tell their clients' signals what is so now.

    A batch of clients with tickets that are due; gives their number. A full batch means that more may be due.
    """
    ground = await ground_for(db)
    mine = (Ticket.agency_id == db.actor.agency_id, Ticket.look_at <= clock.now())
    query = select(Ticket.client_id).where(*mine).distinct().order_by(Ticket.client_id).limit(BATCH)
    clients = list(await db.scalars(query))
    for client_id in clients:
        await _look(db, client_id, ground)
    return len(clients)


async def agencies_due(db: Db) -> list[UUID]:
    """Agencies with a ticket that is due. The service login's, which may see no more of tickets than this."""
    return list(await db.scalars(select(Ticket.agency_id).where(Ticket.look_at <= clock.now()).distinct()))


async def _look(db: Db, client_id: UUID, ground: Ground) -> None:
    await client_itself(db, client_id)  # before its tickets, as everybody who changes one does
    mine = (Ticket.agency_id == db.actor.agency_id, Ticket.client_id == client_id)
    due = await db.scalars(select(Ticket.id).where(*mine, Ticket.look_at <= clock.now()).order_by(Ticket.id))
    for ticket_id in due.all():
        ticket = await locked(db, ticket_id)
        await _escalate(db, ticket, ground)
        plan(ticket, ground)
    await tell_client(db, client_id, ground, by_person=False)


async def _escalate(db: Db, ticket: Ticket, ground: Ground) -> None:
    """Say once that it has waited too long in its present status."""
    limit = ground.limits[ticket.priority]
    escalates = escalates_at(waiting(ticket), ground.hours, limit)
    if escalates is not None and escalates <= clock.now() and ticket.deleted_at is None:
        ticket.escalated_at = clock.now()
        await tell(db, "ticket.escalated", ticket, hours=limit, since=ticket.status_since.isoformat())
