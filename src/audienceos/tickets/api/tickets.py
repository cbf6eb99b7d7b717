"""`/v1/tickets`: list, show, create, update, remove, restore_deleted_ticket, count."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from audienceos.agency.access import require_admin
from audienceos.platform.db.sessions import Db
from audienceos.platform.web.etags import expected_version, with_etag
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Transaction, lane_of, reading
from audienceos.tickets.actions.editing import edit_ticket
from audienceos.tickets.actions.opening import create_ticket, delete_ticket, restore_ticket
from audienceos.tickets.forms import TicketIn, TicketPatch
from audienceos.tickets.queries.filters import TicketFilters
from audienceos.tickets.queries.listing import (
    COUNT,
    NEWEST,
    TICKETS,
    TicketCount,
    TicketQuery,
    TicketRow,
    TicketView,
    ticket_view,
    zoned,
)

Asked = Request[Any, Any, Any]
Number = FromPath[int]
NO_CONDITION: frozenset[str] = frozenset()


@get("/v1/tickets", opt={"query": TicketQuery})
async def list_tickets(request: Asked) -> Page[TicketRow]:
    """Tickets that match, the newest first unless another order is asked for."""
    async with reading(request) as lane:
        asked = zoned(lane, filters_from(request, TicketQuery))
        return await TICKETS.page(lane, asked, sort=asked.sort, binds=asked.binds, form=asked.form)


@post("/v1/tickets")
async def add_ticket(db: Transaction, data: JSONBody[TicketIn]) -> Response[TicketView]:
    """Open a ticket for a client. It takes the agency's next number."""
    ticket = await create_ticket(db, data)
    return await answer(db, ticket.number, status=201)


@get("/v1/tickets/{number:int}")
async def show_ticket(request: Asked, number: Number) -> Response[TicketView]:
    """One ticket, by its number."""
    async with reading(request) as lane:
        ticket = await ticket_view(lane, number)
        return with_etag(ticket, ticket.version)


@patch("/v1/tickets/{number:int}")
async def update_ticket(
    request: Asked, db: Transaction, number: Number, data: JSONBody[TicketPatch]
) -> Response[TicketView]:
    """Change a ticket's own fields: absent leaves, null clears. Its status changes by nouns of its own."""
    await edit_ticket(db, number, data, expected_version(request))
    return await answer(db, number)


@delete("/v1/tickets/{number:int}")
async def remove_ticket(db: Transaction, number: Number) -> None:
    """Delete a ticket softly; an admin can restore it. Only for admins."""
    await delete_ticket(db, number)


@post("/v1/tickets/{number:int}/restoration", status_code=200)
async def restore_deleted_ticket(db: Transaction, number: Number) -> Response[TicketView]:
    """Bring a deleted ticket back. Only for admins."""
    await restore_ticket(db, number)
    return await answer(db, number)


@get("/v1/deleted-tickets", opt={"query": Listed})
async def list_deleted_tickets(request: Asked) -> Page[TicketRow]:
    """Deleted tickets, the newest first, to bring one back. Only for admins."""
    async with reading(request) as lane:
        require_admin(lane.actor, "see deleted tickets")
        asked = filters_from(request, Listed)
        return await TICKETS.page(lane, asked, sort=NEWEST, form=NO_CONDITION, deleted=True)


@get("/v1/ticket-counts", opt={"query": TicketFilters})
async def show_ticket_counts(request: Asked) -> TicketCount:
    """How many tickets match, and how many open ones are new, one's own, nobody's and overdue."""
    async with reading(request) as lane:
        asked = zoned(lane, filters_from(request, TicketFilters))
        return (await COUNT.all(lane, asked.binds, form=asked.form))[0]


async def answer(db: Db, number: int, status: int = 200) -> Response[TicketView]:
    """The ticket as it now stands in this transaction."""
    ticket = await ticket_view(await lane_of(db), number)
    return with_etag(ticket, ticket.version, status=status)


HANDLERS = [
    list_tickets,
    add_ticket,
    show_ticket,
    update_ticket,
    remove_ticket,
    restore_deleted_ticket,
    list_deleted_tickets,
    show_ticket_counts,
]
