"""`/v1/tickets/{number}/summary` and `/summaries`: what the client is told of a resolved ticket."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody

from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Transaction, lane_of, reading
from audienceos.tickets.actions.summing import send_summary
from audienceos.tickets.api.tickets import Number
from audienceos.tickets.forms import SummaryIn
from audienceos.tickets.queries.listing import ticket_view
from audienceos.tickets.queries.summaries import SUMMARIES, SummaryPreview, SummaryView, preview_of

Asked = Request[Any, Any, Any]


@get("/v1/tickets/{number:int}/summary")
async def show_summary(request: Asked, number: Number) -> SummaryPreview:
    """The mail as it would be sent now, in one's own name. 409 for a ticket that is open."""
    async with reading(request) as lane:
        return await preview_of(lane, number)


@get("/v1/tickets/{number:int}/summaries", opt={"query": Listed})
async def list_summaries(request: Asked, number: Number) -> Page[SummaryView]:
    """Summaries that were sent, the latest first, and whether they have left."""
    async with reading(request) as lane:
        await ticket_view(lane, number)
        return await SUMMARIES.page(
            lane, filters_from(request, Listed), sort="latest", binds={"number": number}
        )


@post("/v1/tickets/{number:int}/summaries")
async def create_summary(db: Transaction, number: Number, data: JSONBody[SummaryIn]) -> SummaryView:
    """Send it as it was previewed: to that address, at that version of the ticket."""
    summary = await send_summary(db, number, data)
    found = await SUMMARIES.page(await lane_of(db), Listed(), sort="latest", binds={"number": number})
    mine = [one for one in found.items if one.id == summary.id]
    if not mine:
        raise NotFound("summary")
    return mine[0]


HANDLERS = [show_summary, list_summaries, create_summary]
