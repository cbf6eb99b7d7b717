"""A ticket's facts, each changed where it stands: the page of editing with one field, as a part of the ticket's page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec
from litestar import Request, Response

from audienceos.agency.queries import PEOPLE, Person
from audienceos.clients.queries.names import NAMES as NAMES_OF_CLIENTS
from audienceos.clients.queries.names import ClientName
from audienceos.platform.errors import NotFound
from audienceos.platform.web.edits import Refusal, draft
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page
from audienceos.tickets.pages.words import CATEGORIES, PRIORITIES
from audienceos.tickets.queries.listing import TicketView, ticket_view

Asked = Request[Any, Any, Any]
NULLABLE = frozenset({"assignee_id", "due_date"})
NAMES = ("title", "description", "client_id", "priority", "assignee_id", "category", "due_date")


class Fact(msgspec.Struct, frozen=True):
    """One of them: the field of the form that changes it, how that is drawn, and what stands there now."""

    name: str
    label: str
    said: str
    kind: Literal["text", "area", "date", "select"] = "text"
    most: int = 200
    options: list[tuple[str, str]] = []

    @property
    def key(self) -> str:
        """What its place on the page is called."""
        return f"fact-{self.name}"

    @property
    def words(self) -> dict[str, str]:
        """What each of its options is called."""
        return dict(self.options)


def facts_of(
    people: Iterable[Person], ticket: TicketView, clients: Iterable[ClientName] = ()
) -> dict[str, Fact]:
    """Every fact by its field's name. Who can be chosen is active, or sees to it now; so is whose it can be."""
    others = [(str(one.id), one.name) for one in clients if one.id != ticket.client_id]
    whose = [(str(ticket.client_id), ticket.client_name), *others]
    who = [(str(one.id), one.name) for one in people if one.is_active or one.id == ticket.assignee_id]
    due = f"{ticket.due_date.day} {ticket.due_date:%b %Y}" if ticket.due_date else ""
    facts = [
        Fact("title", "Title", ticket.title),
        Fact("description", "Description", ticket.description, "area", 10_000),
        Fact("client_id", "Client", ticket.client_name, "select", options=whose),
        Fact("priority", "Priority", dict(PRIORITIES)[ticket.priority], "select", options=PRIORITIES),
        Fact("assignee_id", "Assignee", ticket.assignee or "", "select", options=[("", "Nobody"), *who]),
        Fact("category", "Category", dict(CATEGORIES)[ticket.category], "select", options=CATEGORIES),
        Fact("due_date", "Due", due, "date"),
    ]
    return {fact.name: fact for fact in facts}


def changes_of(given: dict[str, str]) -> dict[str, Any]:
    """What the form says, for `TicketPatch`: what was emptied is cleared, what the form didn't have stays."""
    return {name: given[name] or (None if name in NULLABLE else "") for name in NAMES if name in given}


def shown(ticket: TicketView) -> dict[str, str]:
    """The ticket as the form's texts."""
    return {name: str(value) for name in NAMES if (value := getattr(ticket, name)) is not None}


async def fact_part(
    request: Asked, number: int, name: str, *, is_open: bool = False, refusal: Refusal | None = None
) -> Response[str]:
    """One fact in its place: as it stands, or open as the field that changes it. Raises `NotFound`."""
    async with reading(request) as lane:
        ticket = await ticket_view(lane, number)
        fact = facts_of(await PEOPLE.all(lane), ticket, await NAMES_OF_CLIENTS.all(lane)).get(name)
        if fact is None:
            raise NotFound("fact")
        form = draft(shown(ticket), ticket.version, refusal) if is_open else None
        parts = {"ticket": ticket, "fact": fact, "form": form, "zone": lane.actor.zone}
        return page(request, "tickets/_fact.html", status=form.status if form else 200, **parts)
