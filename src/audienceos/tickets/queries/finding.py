"""Tickets by their number, or by words of their texts, for the palette."""

from __future__ import annotations

from audienceos.platform.db.database import Lane
from audienceos.platform.web.finding import Finding, Found
from audienceos.platform.web.paging import Listed
from audienceos.tickets.queries.filters import TicketFilters
from audienceos.tickets.queries.listing import NEWEST, TICKETS
from audienceos.tickets.rules import WORDS


async def find_tickets(lane: Lane, sought: str, most: int) -> list[Found]:
    """Tickets that the reader may see, the newest first; one whose number was said before all others."""
    asked = TicketFilters(q=sought)
    found = await TICKETS.page(lane, Listed(limit=most), sort=NEWEST, binds=asked.binds, form=asked.form)
    rows = sorted(found.items, key=lambda row: str(row.number) != sought.strip().lstrip("#"))
    return [
        Found(
            name=f"#{row.number} {row.title}",
            route="ticket",
            parts={"number": str(row.number)},
            beside=f"{row.client_name}, {WORDS[row.status]}",
        )
        for row in rows
    ]


FINDING = Finding("Tickets", "ticket", find_tickets)
