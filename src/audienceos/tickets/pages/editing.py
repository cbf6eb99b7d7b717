"""The forms that make a ticket, change it, delete it and bring it back."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from msgspec import Meta

from audienceos.agency.access import require_admin
from audienceos.agency.queries import PEOPLE, shell
from audienceos.clients.queries.names import NAMES
from audienceos.platform.errors import Invalid
from audienceos.platform.web.edits import Asking, Refusal, draft, refusal_of, settled
from audienceos.platform.web.forms import from_form, from_values, typed
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import acting, reading, settings_of
from audienceos.platform.web.sent import Nothing
from audienceos.platform.web.templating import page, told, wants_fragment
from audienceos.platform.web.toasts import Act, Toast
from audienceos.tickets.actions.editing import edit_ticket
from audienceos.tickets.actions.opening import create_ticket, delete_ticket, restore_ticket
from audienceos.tickets.forms import TicketIn, TicketPatch
from audienceos.tickets.pages.facts import changes_of, fact_part, facts_of, shown
from audienceos.tickets.pages.ticket import Number, to_ticket
from audienceos.tickets.pages.words import CATEGORIES, PRIORITIES
from audienceos.tickets.ports import Begun, begun_by_message
from audienceos.tickets.queries.listing import NEWEST, TICKETS, TicketView, ticket_view

Asked = Request[Any, Any, Any]


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """What a new ticket begins with: a client, a message, or an older ticket that it follows and why."""

    client_id: str = ""
    follows: Annotated[int, Meta(ge=1)] | None = None
    message: UUID | None = None
    """What somebody wrote, whose words it begins with."""
    reason: Annotated[str, Meta(max_length=1000)] = ""


@get("/{slug:str}/tickets/new", name="ticket-new", include_in_schema=False, opt={"query": Beginning})
async def new_ticket(request: Asked) -> Response[str]:
    """The empty form; from a client's page with that client chosen, from an older ticket with what that was about."""
    begun = filters_from(request, Beginning)
    values = {"client_id": begun.client_id, "priority": "medium", "category": "general"}
    if begun.follows is not None:
        async with reading(request) as lane:
            values = _following(await ticket_view(lane, begun.follows), begun.reason)
    elif begun.message is not None:
        async with reading(request) as lane:
            values |= _from_message(request, begun.message, await begun_by_message(lane, begun.message))
    return await _new(request, values, {})


@post("/{slug:str}/tickets", name="ticket-create", include_in_schema=False)
async def create(request: Asked) -> Response[Any]:
    """Open a ticket and go to it; wrong fields come back beside what was typed."""
    try:
        data = await from_form(request, TicketIn)
        async with acting(request) as db:
            ticket = await create_ticket(db, data)
            number = ticket.number
    except Invalid as wrong:
        return await _new(request, await typed(request), wrong.by_field, status=422)
    return told(request, to_ticket(request, number), Toast(f"Ticket #{number} is open"))


@get(
    "/{slug:str}/tickets/{number:int}/edit",
    name="ticket-edit",
    include_in_schema=False,
    opt={"query": Asking},
)
async def edit_form(request: Asked, number: Number) -> Response[str]:
    """The form with what is there now; one field of it, in its place, where a script asks for a fact."""
    asked = filters_from(request, Asking)
    if asked.fact and wants_fragment(request):
        return await fact_part(request, number, asked.fact, is_open=not asked.shown)
    return await _edit(request, number)


@post("/{slug:str}/tickets/{number:int}/edit", name="ticket-update", include_in_schema=False)
async def update(request: Asked, number: Number) -> Response[Any]:
    """Save it. Where somebody saved first, the form comes back with both: what was typed and what is there now."""
    given = await typed(request)
    fact = given.pop("fact", "") if wants_fragment(request) else ""

    async def save(version: int) -> None:
        patch = from_values(TicketPatch, changes_of(settled(given)), strict=False)
        async with acting(request) as db:
            await edit_ticket(db, number, patch, version)

    async def now() -> tuple[dict[str, str], int]:
        async with reading(request) as lane:
            ticket = await ticket_view(lane, number)
        return shown(ticket), ticket.version

    refusal = await refusal_of(given, save, now if fact else None)
    if fact:
        return await fact_part(request, number, fact, is_open=refusal is not None, refusal=refusal)
    return to_ticket(request, number) if refusal is None else await _edit(request, number, refusal)


@get("/{slug:str}/tickets/{number:int}/removal", name="ticket-removal", include_in_schema=False)
async def removal(request: Asked, number: Number) -> Response[str]:
    """What deleting it means, before it is done. Only for admins."""
    async with reading(request) as lane:
        ticket = await ticket_view(lane, number)
        require_admin(lane.actor, "delete a ticket")
        return page(request, "tickets/removal.html", ticket=ticket, **await shell(lane, "tickets"))


@post("/{slug:str}/tickets/{number:int}/removal", name="ticket-remove", include_in_schema=False)
async def remove(request: Asked, number: Number) -> Response[Any]:
    """Delete it, and go to the board, where it can be brought back."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await delete_ticket(db, number)
    slug = request.path_params["slug"]
    to = request.app.route_reverse("tickets", slug=slug)
    back = request.app.route_reverse("ticket-restoration", slug=slug, number=number)
    answer: Response[Any] = Response(None, status_code=303, headers={"Location": to})
    return told(request, answer, Toast(f"Ticket #{number} is deleted", act=Act("Undo", back)))


@get("/{slug:str}/deleted-tickets", name="deleted-tickets", include_in_schema=False, opt={"query": Listed})
async def deleted(request: Asked) -> Response[str]:
    """Deleted tickets, to bring one back. Only for admins."""
    async with reading(request) as lane:
        require_admin(lane.actor, "see deleted tickets")
        asked = filters_from(request, Listed)
        rows = await TICKETS.page(lane, asked, sort=NEWEST, form=frozenset(), deleted=True)
        return page(request, "tickets/deleted.html", rows=rows, **await shell(lane, "deleted-tickets"))


@post("/{slug:str}/tickets/{number:int}/restoration", name="ticket-restoration", include_in_schema=False)
async def restore(request: Asked, number: Number) -> Response[Any]:
    """Bring it back, and go to it."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await restore_ticket(db, number)
    return told(request, to_ticket(request, number), Toast(f"Ticket #{number} is back"))


def _from_message(request: Asked, message_id: UUID, begun: Begun) -> dict[str, Any]:
    """A new ticket's fields with a message's words, and the way back to it."""
    slug = request.path_params["slug"]
    to = request.app.route_reverse("message", slug=slug, message_id=message_id)
    link = f"{settings_of(request).url.rstrip('/')}{to}"
    return {
        "client_id": begun.client_id or "",
        "title": begun.title,
        "description": f"{begun.description}\n\n{link}",
    }


def _following(old: TicketView, reason: str) -> dict[str, Any]:
    """A new ticket's fields after an older one: the same but for its day, and its number to find that again."""
    same = ("client_id", "title", "category", "priority", "assignee_id")
    values = {name: getattr(old, name) or "" for name in same}
    return values | {"description": f"{reason}\n\nFollows #{old.number}.".lstrip()}


async def _new(
    request: Asked, values: dict[str, Any], faults: dict[str, str], status: int = 200
) -> Response[str]:
    async with reading(request) as lane:
        return page(
            request,
            "tickets/new.html",
            status=status,
            values=values,
            faults=faults,
            clients=await NAMES.all(lane),
            people=await PEOPLE.all(lane),
            priorities=PRIORITIES,
            categories=CATEGORIES,
            **await shell(lane, "tickets"),
        )


async def _edit(request: Asked, number: int, refusal: Refusal | None = None) -> Response[str]:
    async with reading(request) as lane:
        ticket = await ticket_view(lane, number)
        form = draft(shown(ticket), ticket.version, refusal)
        facts = facts_of(await PEOPLE.all(lane), ticket, await NAMES.all(lane))
        frame = await shell(lane, "tickets")
        return page(
            request, "tickets/edit.html", status=form.status, ticket=ticket, form=form, facts=facts, **frame
        )


HANDLERS = [new_ticket, create, edit_form, update, removal, remove, deleted, restore]
