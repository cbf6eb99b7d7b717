"""One verb on the tickets that were ticked in the list, and the list as a file."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from msgspec import structs

from audienceos.agency.queries import PEOPLE, shell
from audienceos.platform.errors import Invalid
from audienceos.platform.web.forms import form_of, from_form
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import acting, actor_of, reading
from audienceos.platform.web.sent import Nothing, Sent, refused
from audienceos.platform.web.templating import page, plural, query, told
from audienceos.platform.web.toasts import Toast
from audienceos.tickets.actions.changing import change_tickets
from audienceos.tickets.exporting import exported
from audienceos.tickets.forms import TicketChangeIn, summed
from audienceos.tickets.pages.words import PRIORITIES, STATUSES
from audienceos.tickets.queries.listing import SortedTickets

Asked = Request[Any, Any, Any]


@post(
    "/{slug:str}/ticket-changes", name="ticket-changes", include_in_schema=False, opt={"query": SortedTickets}
)
async def change(request: Asked) -> Response[Any]:
    """Do it, and go back to the list; what was refused is told on a page of its own, with the reasons, and what the
    verb lacks is asked for there, with all that was ticked and typed."""
    back = filters_from(request, SortedTickets)
    await actor_of(request)  # what was wrong with a form is told to whoever may send it
    try:
        data = await from_form(request, TicketChangeIn)
        async with acting(request) as db:
            view = summed(await change_tickets(db, data))
    except Invalid as wrong:
        ticked = (await form_of(request)).getall("numbers", [])
        if not ticked:
            return told(request, _to_list(request, back), Toast("Tick some tickets first.", "risk"))
        return await _asked(request, back, ticked, await refused(request, "change", wrong))
    if not view.refused:
        words = f"{plural(view.changed, 'ticket')} changed" if view.changed else "They were so already"
        return told(request, _to_list(request, back), Toast(words))
    async with reading(request) as lane:
        frame = await shell(lane, "tickets")
        return page(
            request,
            "tickets/changed.html",
            view=structs.asdict(view),
            note=data.final_note,
            back=back.address,
            **frame,
        )


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


async def _asked(request: Asked, back: SortedTickets, ticked: list[Any], sent: Sent) -> Response[str]:
    """The verb by itself, with what it lacks."""
    async with reading(request) as lane:
        context: dict[str, Any] = {
            "kind": sent.values.get("kind"),
            "values": sent.values,
            "faults": sent.faults,
            "ticked": [str(one) for one in ticked],
            "back": back.address,
            "people": await PEOPLE.all(lane),
            "priorities": PRIORITIES,
            "statuses": [one for one in STATUSES if one[0] != "new"],
            **await shell(lane, "tickets"),
        }
    return page(request, "tickets/change_ask.html", status=sent.status, **context)


def _to_list(request: Asked, asked: SortedTickets) -> Response[Any]:
    to = request.app.route_reverse("ticket-list", slug=request.path_params["slug"])
    return Response(None, status_code=303, headers={"Location": to + query(asked.address)})


HANDLERS = [change, export]
