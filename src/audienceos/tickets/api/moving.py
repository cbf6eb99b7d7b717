"""`/v1/tickets/{number}/…`: transitions, the resolution, reopenings."""

from __future__ import annotations

from litestar import Response, post
from litestar.params import JSONBody

from audienceos.platform.web.requests import Transaction
from audienceos.tickets.actions.moving import move_ticket, reopen_ticket, resolve_ticket
from audienceos.tickets.api.tickets import Number, answer
from audienceos.tickets.forms import ReopeningIn, ResolutionIn, TransitionIn
from audienceos.tickets.queries.listing import TicketView


@post("/v1/tickets/{number:int}/transitions", status_code=200)
async def create_transition(
    db: Transaction, number: Number, data: JSONBody[TransitionIn]
) -> Response[TicketView]:
    """Give an open ticket another status. 409 with `allowed` where the rules refuse; the same status changes nothing."""
    await move_ticket(db, number, data.to_status)
    return await answer(db, number)


@post("/v1/tickets/{number:int}/resolution", status_code=200)
async def create_ticket_resolution(
    db: Transaction, number: Number, data: JSONBody[ResolutionIn]
) -> Response[TicketView]:
    """Resolve a ticket with a final note. 409 for a new one, and for one that is resolved."""
    await resolve_ticket(db, number, data)
    return await answer(db, number)


@post("/v1/tickets/{number:int}/reopenings", status_code=200)
async def create_reopening(
    db: Transaction, number: Number, data: JSONBody[ReopeningIn]
) -> Response[TicketView]:
    """Take a resolved ticket up again. More than 30 days after it was resolved only for admins."""
    await reopen_ticket(db, number, data)
    return await answer(db, number)


HANDLERS = [create_transition, create_ticket_resolution, create_reopening]
