"""The list of conversations, alone or beside the one that is open."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get
from msgspec import Meta

from audienceos.agency.queries import PEOPLE, shell
from audienceos.clients.queries.names import chosen_of
from audienceos.inbox.pages.words import SOURCES, VIEWS, is_narrowed, nothing
from audienceos.inbox.queries.filters import ConversationFilters
from audienceos.inbox.queries.listing import (
    COUNTS,
    LATEST,
    LONGEST_WAITING,
    Sort,
    conversations_page,
    waiting_conversations,
)
from audienceos.inbox.queries.waited import waiting_clock
from audienceos.platform.db.database import Lane
from audienceos.platform.web.paging import LONGEST_PAGE, PAGE, From, Listed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page, wants_fragment

__all__ = ["HANDLERS", "Asked", "Looking", "frame_of", "list_of"]

Asked = Request[Any, Any, Any]
Depth = Annotated[int, Meta(ge=PAGE, le=LONGEST_PAGE)]


class Looking(ConversationFilters, frozen=True, kw_only=True):
    """What the address of the inbox says: which conversations, and how far down."""

    rows: Depth = PAGE
    """How many are drawn before a further page begins."""
    cursor: From | None = None

    @property
    def sort(self) -> Sort:
        """The longest waiting first where something waits, else the newest."""
        return LATEST if self.view in ("all", "triage") else LONGEST_WAITING

    @property
    def address(self) -> dict[str, object]:
        """The filters and the place in the list, defaults left out."""
        return self.in_address | {"rows": self.rows if self.rows != PAGE else None, "cursor": self.cursor}


@get("/{slug:str}/inbox", name="inbox", include_in_schema=False, opt={"query": Looking})
async def show_inbox(request: Asked) -> Response[str]:
    """The list, and room for the conversation that is chosen; the part alone where a script asks."""
    looking = filters_from(request, Looking)
    async with reading(request) as lane:
        context: dict[str, Any] = await list_of(lane, looking) | {"one": None}
        if wants_fragment(request):
            return page(request, "inbox/_inbox.html", **context)
        return page(request, "inbox/inbox.html", **await frame_of(lane), **context)


@get("/{slug:str}/inbox/badge", name="inbox-badge", include_in_schema=False)
async def show_badge(request: Asked) -> Response[str]:
    """How many wait, as the sidebar shows it."""
    async with reading(request) as lane:
        return page(request, "web/_badge.html", route="inbox", count=await waiting_conversations(lane))


async def list_of(lane: Lane, looking: Looking) -> dict[str, Any]:
    """What the list is drawn from."""
    listed = Listed(limit=looking.rows, cursor=looking.cursor)
    found = await conversations_page(lane, looking, listed, looking.sort)
    return {
        "looking": looking,
        "rows": found.items,
        "next_cursor": found.next_cursor,
        "deeper": min(looking.rows + PAGE, LONGEST_PAGE) if looking.rows < LONGEST_PAGE else None,
        "counts": (await COUNTS.all(lane))[0],
        "clock": await waiting_clock(lane),
        "people": await PEOPLE.all(lane),
        "chosen_clients": await chosen_of(lane, looking.client),
        "views": [view for view in VIEWS if view[0] != "triage" or lane.actor.sight == "all"],
        "sources": SOURCES,
        "is_narrowed": is_narrowed(looking),
        "nothing": nothing(looking),
        "zone": lane.actor.zone,
        "actor": lane.actor,
    }


async def frame_of(lane: Lane) -> dict[str, Any]:
    """The frame of the page, without what the list brings itself."""
    frame = await shell(lane, "inbox")
    return {name: value for name, value in frame.items() if name not in ("zone", "actor")}


HANDLERS = [show_inbox, show_badge]
