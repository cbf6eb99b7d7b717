"""`/v1/ticket-changes` and `/v1/ticket-exports`: many tickets at once, and as a file."""

from __future__ import annotations

from typing import Any

from litestar import Request, post
from litestar.params import JSONBody
from litestar.response import Stream

from audienceos.platform.web.idempotency import OFF
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Transaction
from audienceos.tickets.actions.changing import change_tickets
from audienceos.tickets.exporting import exported
from audienceos.tickets.forms import TicketChangeIn, TicketChangeView, summed
from audienceos.tickets.queries.listing import SortedTickets

Asked = Request[Any, Any, Any]


@post("/v1/ticket-changes", status_code=200)
async def create_ticket_change(db: Transaction, data: JSONBody[TicketChangeIn]) -> TicketChangeView:
    """Assign up to a hundred tickets, or give them a priority or a status: what the rules refuse says why."""
    return summed(await change_tickets(db, data))


@post(
    "/v1/ticket-exports",
    status_code=200,
    media_type="text/csv",
    opt={"query": SortedTickets, "people_only": True, OFF: True},
)
async def create_ticket_export(request: Asked) -> Stream:
    """The tickets that match, as CSV (UTF-8, guarded against formulas). Of a scoped member: those they see."""
    return await exported(request, filters_from(request, SortedTickets))


HANDLERS = [create_ticket_change, create_ticket_export]
