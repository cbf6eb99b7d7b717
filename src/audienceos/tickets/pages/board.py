"""Tickets as a board and as a list."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from audienceos.agency.queries import PEOPLE, shell
from audienceos.clients.queries.names import chosen_of
from audienceos.clients.queries.views import links_of
from audienceos.platform.db.database import Lane
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page, wants_fragment
from audienceos.tickets.pages.words import CATEGORIES, COLUMNS, PRIORITIES, STATUSES
from audienceos.tickets.queries.board import (
    CARDS_A_COLUMN,
    DEEPER_BY,
    DEEPEST,
    TicketBoardQuery,
    ticket_board,
)
from audienceos.tickets.queries.counting import new_tickets
from audienceos.tickets.queries.filters import TicketFilters
from audienceos.tickets.queries.listing import COUNT, TICKETS, TicketQuery, zoned

Asked = Request[Any, Any, Any]


@get("/{slug:str}/tickets", name="tickets", include_in_schema=False, opt={"query": TicketBoardQuery})
async def show_board(request: Asked) -> Response[str]:
    """Every status with its first cards; the board alone where a live update asks."""
    asked = filters_from(request, TicketBoardQuery)
    async with reading(request) as lane:
        asked = zoned(lane, asked)
        found = await ticket_board(lane, asked)
        context: dict[str, Any] = {
            "filters": asked,
            "columns": found.columns,
            "chip_counts": found.chips,
            "total": sum(column.count for column in found.columns if column.status != "resolved"),
            "as_drawn": {"deep": asked.deep if asked.deep > CARDS_A_COLUMN else None},
            "deeper": min(asked.deep + DEEPER_BY, DEEPEST) if asked.deep < DEEPEST else None,
            "zone": lane.actor.zone,
        }
        if wants_fragment(request):
            return page(request, "tickets/_board.html", **context)
        context |= await _choices(lane, asked)
        context["views"] = await links_of(lane, "ticket_board", asked.address)
        return page(request, "tickets/board.html", **context, **await _frame(lane))


@get("/{slug:str}/tickets/list", name="ticket-list", include_in_schema=False, opt={"query": TicketQuery})
async def show_list(request: Asked) -> Response[str]:
    """Every ticket that matches, a page at a time."""
    asked = filters_from(request, TicketQuery)
    async with reading(request) as lane:
        asked = zoned(lane, asked)
        rows = await TICKETS.page(lane, asked, sort=asked.sort, binds=asked.binds, form=asked.form)
        counts = (await COUNT.all(lane, asked.binds, form=asked.form))[0]
        names = ("open", "mine", "unassigned", "overdue")
        return page(
            request,
            "tickets/list.html",
            rows=rows.items,
            next_cursor=rows.next_cursor,
            filters=asked,
            total=counts.count,
            chip_counts={name: getattr(counts, name) for name in names},
            columns=COLUMNS,
            views=await links_of(lane, "ticket_list", asked.address),
            zone=lane.actor.zone,
            **await _choices(lane, asked),
            **await _frame(lane),
        )


@get("/{slug:str}/tickets/badge", name="tickets-badge", include_in_schema=False)
async def show_badge(request: Asked) -> Response[str]:
    """How many tickets are new, as the sidebar shows it."""
    async with reading(request) as lane:
        return page(request, "web/_badge.html", route="tickets", count=await new_tickets(lane))


async def _choices(lane: Lane, asked: TicketFilters) -> dict[str, Any]:
    """What the menus beside the chips offer."""
    return {
        "people": await PEOPLE.all(lane),
        "chosen_clients": await chosen_of(lane, asked.client),
        "statuses": STATUSES,
        "priorities": PRIORITIES,
        "categories": CATEGORIES,
    }


async def _frame(lane: Lane) -> dict[str, Any]:
    frame = await shell(lane, "tickets")
    return {name: value for name, value in frame.items() if name != "zone"}


HANDLERS = [show_board, show_list, show_badge]
