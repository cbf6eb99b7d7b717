"""A ticket's own page, and what each of its forms does: act and come back, or show what was wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from litestar import Request, Response, get
from litestar.params import FromPath

from audienceos.agency.access import EDITED_WITHIN
from audienceos.agency.queries import PEOPLE, faces_of, shell
from audienceos.clients.ports import is_watched
from audienceos.platform.clock import now, today_in
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Forbidden, Invalid
from audienceos.platform.web.forms import Form
from audienceos.platform.web.paging import LONGEST_PAGE, Listed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.platform.web.sent import Sent, taken
from audienceos.platform.web.templating import page, wants_fragment
from audienceos.tickets.pages.facts import facts_of
from audienceos.tickets.pages.words import CATEGORIES, PRIORITIES
from audienceos.tickets.queries.hanging import TIMES
from audienceos.tickets.queries.limits import limits_view
from audienceos.tickets.queries.listing import TicketView, ticket_view
from audienceos.tickets.queries.one import StoryQuery, story_of
from audienceos.tickets.queries.referring import messages_in, referred_in
from audienceos.tickets.queries.summaries import SUMMARIES
from audienceos.tickets.rules import REOPENED_BY_ANYONE, TRANSITIONS, WORDS, may_reopen

Asked = Request[Any, Any, Any]
Number = FromPath[int]
Shape = TypeVar("Shape", bound=Form)
LINES = LONGEST_PAGE
TIMES_SHOWN = 25
"""Entries of time in the page's side, a part at a time."""


@get("/{slug:str}/tickets/{number:int}", name="ticket", include_in_schema=False, opt={"query": StoryQuery})
async def show_ticket(request: Asked, number: Number) -> Response[str]:
    """All about one ticket."""
    return await ticket_page(request, number, looking=filters_from(request, StoryQuery))


async def ticket_page(
    request: Asked, number: int, sent: Sent | None = None, looking: StoryQuery | None = None
) -> Response[str]:
    """The ticket's page, with what was typed into a form that was refused; its part alone where a script asks."""
    sent, looking = sent or Sent(), looking or StoryQuery()
    async with reading(request) as lane:
        ticket = await ticket_view(lane, number)
        context = await _context(lane, ticket, sent, looking)
        if wants_fragment(request):
            return page(request, "tickets/_ticket.html", status=sent.status, **context)
        frame = await shell(lane, "tickets")
        return page(request, "tickets/ticket.html", status=sent.status, **frame | context)


async def take(
    request: Asked,
    number: int,
    form: str,
    shape: type[Shape],
    act: Callable[[Db, Shape], Awaitable[object]],
) -> Response[Any]:
    """Take a form of the page (`taken`); the page that follows is shown from the form's part on."""
    return await taken(
        request,
        form,
        shape,
        act,
        lambda sent: ticket_page(request, number, sent),
        to_ticket(request, number, form),
        beside=(Invalid, Conflict, Forbidden),
    )


def to_ticket(request: Asked, number: int, part: str = "") -> Response[Any]:
    """Go to the ticket's page, to one part of it."""
    to = request.app.route_reverse("ticket", slug=request.path_params["slug"], number=number)
    return Response(None, status_code=303, headers={"Location": f"{to}#{part}" if part else to})


async def _context(lane: Lane, ticket: TicketView, sent: Sent, looking: StoryQuery) -> dict[str, Any]:
    asked = {"number": ticket.number}
    spent = Listed(limit=TIMES_SHOWN, cursor=looking.earlier_time)
    people = await PEOPLE.all(lane)
    limits = await limits_view(lane)
    return {
        "ticket": ticket,
        "is_watched": await is_watched(lane, ticket.client_id, ticket.id),
        "sent": sent,
        "people": people,
        "faces": faces_of(people),
        "story": await story_of(lane, ticket.number, LINES, looking.earlier),
        "times": await TIMES.page(lane, spent, sort="latest", binds=asked),
        "looking": looking.address,
        "summaries": (await SUMMARIES.page(lane, Listed(), sort="latest", binds=asked)).items,
        "facts": facts_of(people, ticket),
        "messages": messages_in(ticket.description),
        "referred": await referred_in(lane, ticket.description, ticket.number),
        "ways": [(status, WORDS[status]) for status in TRANSITIONS[ticket.status] if status != "resolved"],
        "may_resolve": "resolved" in TRANSITIONS[ticket.status],
        "may_reopen": may_reopen(lane.actor, ticket.resolved_at, now()),
        "reopened_within": REOPENED_BY_ANYONE.days,
        "admins": [one.name for one in people if one.is_active and one.role == "admin"],
        "words": WORDS,
        "priorities": dict(PRIORITIES),
        "categories": dict(CATEGORIES),
        "limit": getattr(limits, ticket.priority),
        "editable_after": now() - EDITED_WITHIN,
        "today": today_in(lane.actor.tz),
        "zone": lane.actor.zone,
        "actor": lane.actor,
    }


HANDLERS = [show_ticket]
