"""The tab of a client's page with their tickets."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from audienceos.agency.queries import PEOPLE, faces_of, here, shell
from audienceos.clients.ports import ClientTab, add_tab
from audienceos.clients.queries.frame import client_frame
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.requests import Id, reading
from audienceos.platform.web.sent import Sent
from audienceos.platform.web.templating import page, wants_fragment
from audienceos.tickets.queries.counting import open_tickets_of
from audienceos.tickets.queries.filters import TicketFilters
from audienceos.tickets.queries.listing import TICKETS
from audienceos.tickets.rules import WORDS

Asked = Request[Any, Any, Any]
SHOWN = 50


add_tab(ClientTab("client-tickets", "Tickets", 30, open_tickets_of))


@get("/{slug:str}/clients/{client_id:uuid}/tickets", name="client-tickets", include_in_schema=False)
async def show_tickets(request: Asked, client_id: Id) -> Response[str]:
    """The client's tickets: open ones first, the newest of each first."""
    async with reading(request) as lane:
        at = await here(lane)
        context = await client_frame(lane, client_id, at, "client-tickets")
        asked = TicketFilters(client=[client_id])
        found = await TICKETS.page(
            lane, Listed(limit=SHOWN), sort="state", binds=asked.binds, form=asked.form
        )
        people = await PEOPLE.all(lane)
        context |= {
            "part": "tickets/_of_client.html",
            "tickets": found.items,
            "more": found.next_cursor,
            "words": WORDS,
            "sent": Sent(),
            "people": people,
            "faces": faces_of(people),
            "looking": {"notes": None, "moves": None, "activity": None},
        }
        if wants_fragment(request):
            return page(request, "clients/_client.html", **context)
        return page(request, "clients/client.html", **context | await shell(lane, "clients", at))


HANDLERS = [show_tickets]
