"""The list of tickets: filtered, sorted by any column both ways, a page at a time; and one of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, ColumnElement, Integer, Subquery, and_, bindparam, case, cast, func, true
from sqlalchemy.sql.expression import FromClause

from audienceos.clients.access import clients_beside
from audienceos.clients.queries.columns import person_name
from audienceos.platform.actor import Sight
from audienceos.platform.db.base import Base
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import PAGE, From, Key, Limit, Paged
from audienceos.tickets.access import NUMBERS, tickets_beside
from audienceos.tickets.forms import Category, Priority, Status
from audienceos.tickets.models import Ticket
from audienceos.tickets.queries.filters import TicketFilters, conditions, counted, is_open, is_overdue

Sort = Literal[
    "number", "-number", "title", "-title", "client", "-client", "status", "-status", "priority", "-priority",
    "category", "-category", "assignee", "-assignee", "due_date", "-due_date", "created_at", "-created_at",
    "updated_at", "-updated_at", "resolved_at", "-resolved_at", "time", "-time",
]  # fmt: skip
NEWEST: Sort = "-number"
Asked = TypeVar("Asked", bound=TicketFilters)

SEVERITY = case(
    (Ticket.priority == "critical", 0),
    (Ticket.priority == "high", 1),
    (Ticket.priority == "medium", 2),
    else_=3,
)
PLACE = case(
    (Ticket.status == "new", 0),
    (Ticket.status == "in_progress", 1),
    (Ticket.status == "waiting_client", 2),
    else_=3,
)


class TicketRow(msgspec.Struct, frozen=True):
    """A ticket in a list or on a card."""

    id: UUID
    number: int
    client_id: UUID
    client_name: str
    title: str
    category: Category
    priority: Priority
    status: Status
    assignee_id: UUID | None
    assignee: str | None
    assignee_avatar: str | None
    due_date: date | None
    is_overdue: bool
    time_spent_minutes: int
    reopened_count: int
    created_at: datetime
    status_since: datetime
    escalated_at: datetime | None
    resolved_at: datetime | None
    resolution_minutes: int | None
    updated_at: datetime
    version: int


class TicketView(msgspec.Struct, frozen=True):
    """All of a ticket's own fields."""

    id: UUID
    number: int
    client_id: UUID
    client_name: str
    client_health: Literal["green", "yellow", "red"]
    title: str
    description: str
    category: Category
    priority: Priority
    status: Status
    assignee_id: UUID | None
    assignee: str | None
    due_date: date | None
    is_overdue: bool
    time_spent_minutes: int
    resolution_notes: str | None
    reopened_count: int
    created_by: UUID
    creator: str
    created_at: datetime
    status_since: datetime
    responded_at: datetime | None
    response_minutes: int | None
    resolved_by: UUID | None
    resolver: str | None
    resolved_at: datetime | None
    resolution_minutes: int | None
    escalated_at: datetime | None
    updated_at: datetime
    version: int


class SortedTickets(TicketFilters, frozen=True, kw_only=True):
    """Which tickets, and in which order."""

    sort: Sort = NEWEST
    """A minus in front turns it round. The most pressing priority and the first status come first."""

    @property
    def keep(self) -> dict[str, object]:
        """What stays in the address when a filter changes."""
        return {} if self.sort == NEWEST else {"sort": self.sort}

    @property
    def address(self) -> dict[str, object]:
        """Filters and order."""
        return self.in_address | self.keep


class TicketQuery(SortedTickets, frozen=True, kw_only=True):
    """What a list of tickets can be asked: filters, order, page."""

    limit: Limit = PAGE
    cursor: From | None = None


class TicketCount(msgspec.Struct, frozen=True):
    """How many tickets match, and how many open ones each chip would find, whatever is asked for now."""

    count: int
    new: int
    open: int
    mine: int
    unassigned: int
    overdue: int


def assignee_of() -> FromClause:
    """People beside tickets: whoever sees to one."""
    return Base.metadata.tables["user"].alias("assignee")


def is_theirs(person: FromClause) -> ColumnElement[bool]:
    """That the person sees to the ticket."""
    return (person.c.agency_id == AGENCY) & (person.c.id == Ticket.assignee_id)


def columns_of(shape: type[msgspec.Struct], client: Subquery, person: FromClause) -> list[ColumnElement[Any]]:
    """A struct's columns, in its order."""
    name = func.concat_ws(" ", person.c.first_name, person.c.last_name)
    computed: dict[str, ColumnElement[Any]] = {
        "client_name": client.c.name.label("client_name"),
        "client_health": client.c.health_status.label("client_health"),
        "assignee": case((person.c.id.is_not(None), name)).label("assignee"),
        "assignee_avatar": person.c.avatar_url.label("assignee_avatar"),
        "is_overdue": cast(func.coalesce(is_overdue(), False), Boolean).label("is_overdue"),
        "creator": person_name(Ticket.created_by).label("creator"),
        "resolver": person_name(Ticket.resolved_by).label("resolver"),
        "time_spent_minutes": func.coalesce(Ticket.time_spent_minutes, 0).label("time_spent_minutes"),
    }
    fields = shape.__struct_fields__
    return [computed[name] if name in computed else getattr(Ticket, name).expression for name in fields]


def _rows(sight: Sight, *, form: frozenset[str], deleted: bool = False) -> Question:
    client, person = clients_beside(sight), assignee_of()
    return (
        tickets_beside(client, deleted=deleted)
        .outerjoin(person, is_theirs(person))
        .where(*conditions(form, sight))
        .with_only_columns(*columns_of(TicketRow, client, person))
    )


def _one(sight: Sight) -> Question:
    client, person = clients_beside(sight), assignee_of()
    return (
        tickets_beside(client)
        .outerjoin(person, is_theirs(person))
        .where(Ticket.number == bindparam("number", type_=Integer()))
        .with_only_columns(*columns_of(TicketView, client, person))
    )


def _count(sight: Sight, *, form: frozenset[str]) -> Question:
    matches = and_(true(), *conditions(form, sight))
    mine = conditions(frozenset({"whose mine"}), sight)
    nobodys = conditions(frozenset({"whose unassigned"}), sight)
    return tickets_beside(clients_beside(sight)).with_only_columns(
        counted("count", matches),
        counted("new", Ticket.status == "new"),
        counted("open", is_open()),
        counted("mine", is_open(), *mine),
        counted("unassigned", is_open(), *nobodys),
        counted("overdue", is_overdue()),
    )


def _orders() -> dict[str, tuple[Key, ...]]:
    columns: dict[str, tuple[Any, bool]] = {
        "number": (Ticket.number, False),
        "title": (func.lower(Ticket.title, type_=Ticket.title.type), False),
        "client": ("client_name", False),
        "status": (PLACE, False),
        "priority": (SEVERITY, False),
        "category": (Ticket.category, False),
        "assignee": ("assignee", True),
        "due_date": (Ticket.due_date, True),
        "created_at": (Ticket.created_at, False),
        "updated_at": (Ticket.updated_at, False),
        "resolved_at": (Ticket.resolved_at, True),
        "time": ("time_spent_minutes", False),
    }
    ways: dict[str, tuple[Key, ...]] = {}
    for name, (column, nullable) in columns.items():
        ways[name] = (Key(column, nullable=nullable),)
        ways[f"-{name}"] = (Key(column, descending=True, nullable=nullable),)
    ways["state"] = (Key(case((is_open(), 0), else_=1)), Key(Ticket.number, descending=True))
    return ways


TICKET = Read(TicketView, _one)
TICKETS = Paged("tickets", TicketRow, _rows, _orders(), unique=Ticket.id)
COUNT = Read(TicketCount, _count)


async def ticket_view(lane: Lane, number: int) -> TicketView:
    """One ticket by its number. Raises `NotFound`, for a stranger's too."""
    found = await TICKET.one(lane, {"number": number}) if number in NUMBERS else None
    if found is None:
        raise NotFound("ticket")
    return found


def zoned(lane: Lane, asked: Asked) -> Asked:
    """The same question, with the zone in which its days begin."""
    return msgspec.structs.replace(asked, zone=lane.actor.zone)
