"""The mail that tells a client what was done: looked at first, then sent."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from audienceos.agency.queries import shell
from audienceos.platform.errors import Conflict, Invalid, Stale, TooMany
from audienceos.platform.web.forms import from_form
from audienceos.platform.web.requests import acting, reading
from audienceos.platform.web.templating import page, told
from audienceos.platform.web.toasts import Toast
from audienceos.tickets.actions.summing import send_summary
from audienceos.tickets.forms import SummaryIn
from audienceos.tickets.pages.ticket import Number, to_ticket
from audienceos.tickets.queries.listing import ticket_view
from audienceos.tickets.queries.summaries import preview_of

Asked = Request[Any, Any, Any]
CHANGED = "The ticket was changed in the meantime. This is the mail as it is now."


@get("/{slug:str}/tickets/{number:int}/summary", name="ticket-summary", include_in_schema=False)
async def show(request: Asked, number: Number) -> Response[Any]:
    """The mail as it would be sent now; an open ticket has none, so one goes back to it."""
    return await _preview(request, number)


@post("/{slug:str}/tickets/{number:int}/summary", name="ticket-summary-send", include_in_schema=False)
async def send(request: Asked, number: Number) -> Response[Any]:
    """Send it as it was shown; where that isn't so any more, it is shown anew."""
    try:
        data = await from_form(request, SummaryIn)
        async with acting(request) as db:
            await send_summary(db, number, data)
    except Stale:
        return await _preview(request, number, CHANGED, 412)
    except (Conflict, TooMany) as refused:
        return await _preview(request, number, refused.detail, refused.status)
    except Invalid:
        return await _preview(request, number, CHANGED, 422)
    return told(request, to_ticket(request, number), Toast(f"The summary is on its way to {data.to_email}"))


async def _preview(request: Asked, number: int, fault: str = "", status: int = 200) -> Response[Any]:
    try:
        async with reading(request) as lane:
            ticket = await ticket_view(lane, number)
            mail = await preview_of(lane, number)
            frame = await shell(lane, "tickets")
            shown = {"ticket": ticket, "mail": mail, "fault": fault}
            return page(request, "tickets/summary.html", status=status, **shown, **frame)
    except Conflict as refused:
        return told(request, to_ticket(request, number), Toast(refused.detail, "risk"))


HANDLERS = [show, send]
