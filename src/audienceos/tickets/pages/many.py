"""One verb on the tickets that were ticked in the list, and the list as a file."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from msgspec import structs

from audienceos.agency.queries import shell
from audienceos.platform.errors import Invalid
from audienceos.platform.web.forms import from_form
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import acting, actor_of, reading
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import page, plural, query, told
from audienceos.platform.web.toasts import Toast
from audienceos.tickets.actions.changing import change_tickets
from audienceos.tickets.exporting import exported
from audienceos.tickets.forms import TicketChangeIn, summed
from audienceos.tickets.queries.listing import SortedTickets

Asked = Request[Any, Any, Any]


@post(
    "/{slug:str}/ticket-changes", name="ticket-changes", include_in_schema=False, opt={"query": SortedTickets}
)
async def change(request: Asked) -> Response[Any]:
    """Do it, and go back to the list; what was refused is told on a page of its own, with the reasons."""
    back = filters_from(request, SortedTickets)
    await actor_of(request)  # what was wrong with a form is told to whoever may send it
    try:
        data = await from_form(request, TicketChangeIn)
        async with acting(request) as db:
            view = summed(await change_tickets(db, data))
    except Invalid as wrong:
        words = (
            "Tick some tickets first." if "numbers" in wrong.by_field else next(iter(wrong.by_field.values()))
        )
        return told(request, _to_list(request, back), Toast(words, "risk"))
    if not view.refused:
        words = f"{plural(view.changed, 'ticket')} changed" if view.changed else "They were so already"
        return told(request, _to_list(request, back), Toast(words))
    async with reading(request) as lane:
        frame = await shell(lane, "tickets")
        return page(request, "tickets/changed.html", view=structs.asdict(view), back=back.address, **frame)


@post(
    "/{slug:str}/ticket-exports",
    name="tickets-export",
    include_in_schema=False,
    opt={"query": SortedTickets, "people_only": True},
)
async def export(request: Asked) -> Response[Any]:
    """The list as it is filtered and sorted, as a file."""
    await from_form(request, Nothing)
    return await exported(request, filters_from(request, SortedTickets))


def _to_list(request: Asked, asked: SortedTickets) -> Response[Any]:
    to = request.app.route_reverse("ticket-list", slug=request.path_params["slug"])
    return Response(None, status_code=303, headers={"Location": to + query(asked.address)})


HANDLERS = [change, export]
