"""One verb on many tickets: each by the action that does it to one, and what came of each."""

from __future__ import annotations

from msgspec import UNSET
from sqlalchemy import select

from audienceos.agency.access import assignable
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import AppError, Invalid
from audienceos.tickets.actions.editing import edit_ticket
from audienceos.tickets.actions.moving import change_status
from audienceos.tickets.forms import TicketChangeIn, TicketOutcome, TicketPatch
from audienceos.tickets.models import Ticket


async def change_tickets(db: Db, data: TicketChangeIn) -> list[TicketOutcome]:
    """Do it to each, in the order in which they were named; what the rules refuse stays as it was and says why.

    Raises `Invalid` where the verb lacks something or names somebody who isn't active here.
    """
    await _check(db, data)
    outcomes = {number: await _change(db, number, data) for number in await _in_order(db, data.numbers)}
    return [outcomes[number] for number in dict.fromkeys(data.numbers)]


async def _check(db: Db, data: TicketChangeIn) -> None:
    missing = {"priority": data.priority is None, "status": data.to_status is None}
    if missing.get(data.kind):
        raise Invalid.at("priority" if data.kind == "priority" else "to_status", "Choose one")
    if data.kind == "status" and data.to_status == "resolved" and not data.final_note:
        raise Invalid.at("final_note", "Say what was done")
    if data.kind == "assign" and data.assignee_id is not None:
        await assignable(db, data.assignee_id, "assignee_id")


async def _in_order(db: Db, numbers: list[int]) -> list[int]:
    """The numbers as their clients are locked: two who change the same tickets at once never wait for each other."""
    found = await db.execute(
        select(Ticket.number, Ticket.client_id).where(
            Ticket.agency_id == db.actor.agency_id, Ticket.number.in_(numbers)
        )
    )
    place = {number: str(client_id) for number, client_id in found}
    return sorted(dict.fromkeys(numbers), key=lambda number: (place.get(number, ""), number))


async def _change(db: Db, number: int, data: TicketChangeIn) -> TicketOutcome:
    """Each action refuses before it writes, so a refusal leaves nothing of itself behind."""
    try:
        changed = await _act(db, number, data)
    except AppError as refused:
        why = refused.faults[0].message if isinstance(refused, Invalid) else refused.detail
        return TicketOutcome(number, "refused", why)
    return TicketOutcome(number, "changed" if changed else "unchanged")


async def _act(db: Db, number: int, data: TicketChangeIn) -> bool:
    """Whether anything became different."""
    before = await _version(db, number)
    if data.kind == "status":
        assert data.to_status is not None
        ticket = await change_status(db, number, data.to_status, data.final_note)
    elif data.kind == "priority":
        ticket = await edit_ticket(db, number, TicketPatch(priority=data.priority or UNSET))
    else:
        ticket = await edit_ticket(db, number, TicketPatch(assignee_id=data.assignee_id))
    return ticket.version != before


async def _version(db: Db, number: int) -> int | None:
    mine = (Ticket.agency_id == db.actor.agency_id, Ticket.number == number)
    return await db.scalar(select(Ticket.version).where(*mine))
