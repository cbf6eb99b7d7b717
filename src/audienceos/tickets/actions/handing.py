"""Give a ticket that was opened for the wrong client to another one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Invalid
from audienceos.tickets.actions.telling import ground_for, tell, tell_client
from audienceos.tickets.models import Ticket, TicketNote, TicketSummary


async def check_unseen(db: Db, ticket: Ticket) -> None:
    """Raises `Invalid` where its client could see something of it: another one mustn't find that in its log."""
    mine = (TicketNote.agency_id == db.actor.agency_id, TicketNote.ticket_id == ticket.id)
    said = select(TicketNote.id).where(*mine, TicketNote.is_internal.is_(False)).limit(1)
    if await db.scalar(said) is not None:
        raise _refused("It has notes that its client can see.")
    sent = (TicketSummary.agency_id == db.actor.agency_id, TicketSummary.ticket_id == ticket.id)
    if await db.scalar(select(TicketSummary.id).where(*sent).limit(1)) is not None:
        raise _refused("A summary of it was sent to its client.")


async def tell_both(db: Db, ticket: Ticket, was: UUID) -> None:
    """Record at each client what became of it, and set the signals of the one that it left.

    Neither event names the other client but to admins: who sees one client needn't see the other. The caller settles
    the ticket, and so its new client.
    """
    named = {"client_id": str(was)}
    await tell(db, "ticket.came", ticket, before=named)
    await tell(db, "ticket.left", ticket, before=named, of=was)
    await tell_client(db, was, await ground_for(db), by_person=db.actor.kind != "system")


def _refused(why: str) -> Invalid:
    return Invalid.at("client_id", f"{why} Open a new ticket for the other client.")
