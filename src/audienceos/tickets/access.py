"""The only door to a ticket and to all that hangs from one.

A ticket hangs from its client: who doesn't see the client isn't told of the ticket.
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar
from uuid import UUID

from sqlalchemy import Select, Subquery, select

from audienceos.agency.access import may_edit, require_admin
from audienceos.clients.access import client_for, clients_beside
from audienceos.platform.actor import Actor, Sight
from audienceos.platform.db.read import AGENCY
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Forbidden, NotFound
from audienceos.tickets.models import Ticket, TicketLimit, TicketNote, TicketSummary, TicketTime

Intent = Literal["read", "change"]
NUMBERS = range(1, 2**31)
"""Whatever else stands in an address is nobody's number."""
Hanging = TypeVar("Hanging", TicketNote, TicketTime, TicketSummary)


def tickets_beside(client: Subquery, *, deleted: bool = False) -> Select[Ticket]:
    """Every ticket of those clients (`clients_beside`); deleted ones only, or only those that aren't. Binds
    :agency_id, :user_id."""
    there = Ticket.deleted_at.is_not(None) if deleted else Ticket.deleted_at.is_(None)
    of_client = (client.c.agency_id == Ticket.agency_id) & (client.c.id == Ticket.client_id)
    return select(Ticket).join(client, of_client).where(Ticket.agency_id == AGENCY, there)


def tickets_seen(sight: Sight) -> Select[Ticket]:
    """Every ticket that the reader may see, deleted ones never. Binds :agency_id, :user_id."""
    return tickets_beside(clients_beside(sight))


def hanging_seen(row: type[Hanging], sight: Sight) -> Select[Hanging]:
    """Every row of a table that hangs from a ticket that the reader may see."""
    client = clients_beside(sight)
    return (
        select(row)
        .join(Ticket, (Ticket.agency_id == row.agency_id) & (Ticket.id == row.ticket_id))
        .join(client, (client.c.agency_id == Ticket.agency_id) & (client.c.id == Ticket.client_id))
        .where(row.agency_id == AGENCY, Ticket.agency_id == AGENCY, Ticket.deleted_at.is_(None))
    )


async def ticket_for(db: Db, number: int, *, to: Intent = "read") -> Ticket:
    """One ticket by its number. To be changed it is locked, its client before it, so that no two cross.

    Raises `NotFound`.
    """
    query = tickets_seen(db.actor.sight).where(Ticket.number == number).params(**binds_of(db.actor))
    found = query.execution_options(populate_existing=True)
    ticket = await db.scalar(found) if number in NUMBERS else None
    if ticket is None:
        raise NotFound("ticket")
    if to == "read":
        return ticket
    await client_for(db, ticket.client_id, to="change")
    return await locked(db, ticket.id)


async def ticket_for_both(db: Db, number: int, client_id: UUID) -> Ticket:
    """One ticket to be given to that client: both clients are locked, in the order of their ids, and then the ticket.

    Raises `NotFound` unless the actor sees both; `Conflict` where somebody else gave it to another client meanwhile.
    """
    found = await ticket_for(db, number)
    was = found.client_id
    for one in sorted({was, client_id}):
        await client_for(db, one, to="change")
    ticket = await locked(db, found.id)
    if ticket.client_id != was:
        raise Conflict("Somebody gave it to another client meanwhile.", code="client_changed")
    return ticket


async def deleted_ticket_for(db: Db, number: int) -> Ticket:
    """A ticket, deleted or not, locked to bring it back. Raises `NotFound`; `Forbidden` unless for an admin."""
    require_admin(db.actor, "restore a ticket")
    found = select(Ticket).where(Ticket.agency_id == db.actor.agency_id, Ticket.number == number)
    ticket = await db.scalar(found) if number in NUMBERS else None
    if ticket is None:
        raise NotFound("ticket")
    await client_for(db, ticket.client_id, to="change")
    return await locked(db, ticket.id)


async def locked(db: Db, ticket_id: UUID) -> Ticket:
    """The ticket's row, locked and as it is now. Who calls holds its client. Raises `NotFound`."""
    mine = (Ticket.agency_id == db.actor.agency_id, Ticket.id == ticket_id)
    query = select(Ticket).where(*mine).with_for_update().execution_options(populate_existing=True)
    ticket = await db.scalar(query)
    if ticket is None:
        raise NotFound("ticket")
    return ticket


async def held_for(
    db: Db, number: int, row: type[Hanging], row_id: UUID, noun: str
) -> tuple[Ticket, Hanging]:
    """A ticket, locked, and one row that hangs from it. Raises `NotFound` with the row's noun."""
    ticket = await ticket_for(db, number, to="change")
    mine = (row.agency_id == db.actor.agency_id, row.ticket_id == ticket.id, row.id == row_id)
    found = await db.scalar(select(row).where(*mine).execution_options(populate_existing=True))
    if found is None:
        raise NotFound(noun)
    return ticket, found


def limits_seen(sight: Sight = "all") -> Select[TicketLimit]:
    """The agency's own limits, where an admin has set any. Binds :agency_id."""
    return select(TicketLimit).where(TicketLimit.agency_id == AGENCY)


def may_edit_note(actor: Actor, note: TicketNote) -> None:
    """A note is its author's to edit, for a day. Raises `Forbidden`."""
    may_edit(actor, note.added_by, note.created_at, "note")


def may_remove_time(actor: Actor, entry: TicketTime) -> None:
    """A time entry is its author's to remove, or an admin's. Raises `Forbidden`."""
    if entry.user_id != actor.user_id and not actor.is_admin:
        raise Forbidden("Only whoever logged it or an admin removes a time entry.")


def binds_of(actor: Actor) -> dict[str, Any]:
    """What every select above binds."""
    return {"agency_id": actor.agency_id, "user_id": actor.user_id}
