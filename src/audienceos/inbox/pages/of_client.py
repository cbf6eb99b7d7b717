"""The tab of a client's page with what was written with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get

from audienceos.agency.queries import PEOPLE, faces_of, here, shell
from audienceos.clients.ports import ClientTab, add_tab
from audienceos.clients.queries.frame import client_frame
from audienceos.inbox.pages.listing import Asked, Depth
from audienceos.inbox.pages.messages import Line, lines_of
from audienceos.inbox.pages.words import SOURCES
from audienceos.inbox.ports import Platform
from audienceos.inbox.queries.filters import ConversationFilters
from audienceos.inbox.queries.listing import LATEST, ConversationRow, conversations_page, waiting_of
from audienceos.inbox.queries.messages import MESSAGES, NEWEST
from audienceos.inbox.queries.of_client import OF_CLIENT
from audienceos.inbox.queries.waited import waiting_clock
from audienceos.platform.clock import today_in
from audienceos.platform.db.database import Lane
from audienceos.platform.web.paging import LONGEST_PAGE, PAGE, From, Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, reading
from audienceos.platform.web.sent import Sent
from audienceos.platform.web.templating import page, wants_fragment

ROUTE = "client-communications"

add_tab(ClientTab(ROUTE, "Communications", 15, waiting_of))


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What the address of the tab says: which conversations, how far down, and which of them is unfolded."""

    platform: Platform | None = None
    needs_reply: bool = False
    q: str | None = None
    rows: Depth = PAGE
    cursor: From | None = None
    unfolded: UUID | None = None

    @property
    def address(self) -> dict[str, object]:
        """The same for an address, defaults left out."""
        return {
            "platform": self.platform,
            "needs_reply": "true" if self.needs_reply else None,
            "q": self.q,
            "rows": self.rows if self.rows != PAGE else None,
            "cursor": self.cursor,
            "unfolded": self.unfolded,
        }

    def filters(self, client_id: UUID) -> ConversationFilters:
        """The conversations that are asked for."""
        view = "needs_reply" if self.needs_reply else "all"
        return ConversationFilters(view=view, platform=self.platform, client=[client_id], q=self.q)


@get(
    "/{slug:str}/clients/{client_id:uuid}/communications",
    name=ROUTE,
    include_in_schema=False,
    opt={"query": Shown},
)
async def show_communications(request: Asked, client_id: Id) -> Response[str]:
    """The client's conversations, the newest first; one of them unfolded in its place."""
    shown = filters_from(request, Shown)
    async with reading(request) as lane:
        at = await here(lane)
        context = await client_frame(lane, client_id, at, ROUTE)
        context |= await _conversations(lane, client_id, shown)
        people = await PEOPLE.all(lane)
        context |= {
            "part": "inbox/_of_client.html",
            "tab_asked": shown.address,
            "sent": Sent(),
            "people": people,
            "faces": faces_of(people),
            "looking": {"notes": None, "moves": None, "activity": None},
        }
        if wants_fragment(request):
            return page(request, "clients/_client.html", **context)
        return page(request, "clients/client.html", **context | await shell(lane, "clients", at))


async def _conversations(lane: Lane, client_id: UUID, shown: Shown) -> dict[str, Any]:
    asked = shown.filters(client_id)
    listed = Listed(limit=shown.rows, cursor=shown.cursor)
    found = await conversations_page(lane, asked, listed, LATEST)
    one = next((row for row in found.items if row.id == shown.unfolded), None)
    return {
        "shown": shown,
        "conversations": found.items,
        "next_cursor": found.next_cursor,
        "deeper": min(shown.rows + PAGE, LONGEST_PAGE) if shown.rows < LONGEST_PAGE else None,
        "kinds": (await OF_CLIENT.all(lane, {"client_id": client_id}))[0],
        "sources": SOURCES,
        "clock": await waiting_clock(lane),
        "lines": await _lines(lane, one) if one else [],
    }


async def _lines(lane: Lane, one: ConversationRow) -> list[Line]:
    """The latest messages of the conversation that is unfolded."""
    tz, binds = lane.actor.tz, {"conversation_id": one.id}
    found: Page[Any] = await MESSAGES.page(lane, Listed(), sort=NEWEST, binds=binds, in_triage=False)
    return lines_of(found.items, tz, today_in(tz), None)


HANDLERS = [show_communications]
