"""Which tickets a board or a list is asked for: what the address says, as conditions and their values."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, ClassVar, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    String,
    Text,
    Uuid,
    any_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from audienceos.clients.access import clients_beside, is_seen
from audienceos.platform.actor import Sight
from audienceos.platform.clock import today_in
from audienceos.platform.db.read import AGENCY, PERSON, TODAY
from audienceos.platform.terms import sought_in, up_to
from audienceos.tickets.forms import Category, Priority, Status
from audienceos.tickets.models import Ticket, TicketTerm, TicketTime

IN_ADDRESS = (
    "q", "client", "status", "priority", "category", "assignee", "unassigned", "mine", "my_clients", "overdue", "open",
    "timeframe", "created_from", "created_to", "due_from", "due_to",
)  # fmt: skip
HIGHEST_NUMBER = 2**31 - 1
DAY = timedelta(days=1)


class TicketFilters(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What the address asks for. Conditions of different kinds all hold; values of one kind are alternatives, and
    `assignee`, `unassigned` and `mine` are of one kind."""

    q: str | None = None
    """Words of title, description, notes or the client's name, or a number: all of them, each by its beginning."""
    client: list[UUID] = []
    status: list[Status] = []
    priority: list[Priority] = []
    category: list[Category] = []
    assignee: list[UUID] = []
    unassigned: bool = False
    mine: bool = False
    """Assigned to the reader."""
    my_clients: bool = False
    """About a client that the reader is assigned to, as owner or collaborator."""
    overdue: bool = False
    """Open, and due before today in the agency's zone."""
    open: bool = False
    """Not resolved."""
    timeframe: Literal["week"] | None = None
    """Time was logged for a day of this week, from Monday on in the agency's zone."""
    created_from: date | None = None
    created_to: date | None = None
    """Days of the agency's, both included."""
    due_from: date | None = None
    due_to: date | None = None
    zone: str = "UTC"
    """The agency's, filled in by the room."""

    not_for_callers: ClassVar[frozenset[str]] = frozenset({"zone"})

    @cached_property
    def words(self) -> list[str]:
        """What `q` asks for."""
        return sought_in(self.q or "")

    @cached_property
    def form(self) -> frozenset[str]:
        """The kinds of condition in use: the shape of the statement."""
        used = {name for name in ("client", "status", "priority", "category") if getattr(self, name)}
        used |= {name for name in ("my_clients", "overdue", "open", "timeframe") if getattr(self, name)}
        used |= {name for name in _DAYS if getattr(self, name) is not None}
        whose = [name for name in ("assignee", "mine", "unassigned") if getattr(self, name)]
        if whose:
            used.add("whose " + " ".join(whose))
        if self.q and self.q.strip():
            used |= {f"word {at} {_kind(word)}" for at, word in enumerate(self.words)} or {"nothing"}
        return frozenset(used)

    @cached_property
    def binds(self) -> dict[str, Any]:
        """Their values."""
        zone = ZoneInfo(self.zone)
        found: dict[str, Any] = {
            "client": self.client,
            "status": list(self.status),
            "priority": list(self.priority),
            "category": list(self.category),
            "assignee": self.assignee,
            "week_from": week_of(today_in(zone)),
            "created_from": _begins(self.created_from, zone),
            "created_to": _begins(_following(self.created_to), zone),
            "due_from": self.due_from,
            "due_to": self.due_to,
        }
        for at, word in enumerate(self.words):
            found |= {f"word_{at}": word, f"up_to_{at}": up_to(word), f"like_{at}": f"%{_escaped(word)}%"}
            found[f"number_{at}"] = int(word) if _kind(word) == "number" else None
        return found

    @property
    def in_address(self) -> dict[str, object]:
        """What stands in the address for these filters, defaults left out."""
        given: dict[str, object] = {}
        for name in IN_ADDRESS:
            if value := getattr(self, name):
                given[name] = "true" if value is True else str(value) if isinstance(value, date) else value
        return given

    @property
    def address(self) -> dict[str, object]:
        """All that stands in the address, but for the page."""
        return self.in_address


def conditions(form: frozenset[str], sight: Sight) -> list[ColumnElement[bool]]:
    """A condition for each kind in `form`: all of them hold for a ticket that matches."""
    made: list[ColumnElement[bool]] = []
    for kind in sorted(form):
        name, _, rest = kind.partition(" ")
        if name == "word":
            at, _, what = rest.partition(" ")
            made.append(_word(at, sight, is_number=what == "number"))
        elif name == "whose":
            made.append(or_(*(_WHOSE[whose]() for whose in rest.split())))
        else:
            made.append(_CONDITIONS[name]())
    return made


def is_open() -> ColumnElement[bool]:
    """Not resolved, said as the partial indexes say it."""
    return Ticket.status != "resolved"


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def is_in_week() -> ColumnElement[bool]:
    """Time that was spent in the week that begins on :week_from."""
    first = bindparam("week_from", type_=Date())
    return (TicketTime.day >= first) & (TicketTime.day < first + 7)


def _has_time_this_week() -> ColumnElement[bool]:
    mine = (TicketTime.agency_id == AGENCY, TicketTime.ticket_id == Ticket.id)
    return exists().where(*mine, is_in_week())


def is_overdue() -> ColumnElement[bool]:
    """Open, and its day has passed. Binds :today."""
    return is_open() & (Ticket.due_date < TODAY)


def _word(at: str, sight: Sight, *, is_number: bool) -> ColumnElement[bool]:
    """The tickets that a word finds, each way by an index of its own: an `or` of the three would use none."""
    term = bindparam(f"word_{at}", type_=String())
    ways: list[Any] = [
        select(TicketTerm.ticket_id).where(
            TicketTerm.agency_id == AGENCY,
            TicketTerm.term >= term,
            TicketTerm.term <= bindparam(f"up_to_{at}", type_=String()),
        )
    ]
    there, client = aliased(Ticket), clients_beside(sight)
    named = client.c.name_key.like(bindparam(f"like_{at}", type_=Text()), escape="\\")
    of_clients = select(client.c.id).where(named)
    ways.append(select(there.id).where(there.agency_id == AGENCY, there.client_id.in_(of_clients)))
    if is_number:
        numbered, number = aliased(Ticket), bindparam(f"number_{at}", type_=Integer())
        ways.append(select(numbered.id).where(numbered.agency_id == AGENCY, numbered.number == number))
    return Ticket.id.in_(union_all(*ways))


def _kind(word: str) -> str:
    is_number = word.isascii() and word.isdigit() and int(word) <= HIGHEST_NUMBER
    return "number" if is_number else "text"


def _escaped(word: str) -> str:
    return word.replace("_", "\\_")  # a word has neither of the other signs that LIKE reads


def _begins(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone)


def _following(day: date | None) -> date | None:
    return day if day is None or day == date.max else day + DAY


def _one_of(column: Any, name: str, kind: Any) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=ARRAY(kind)))


def _moment(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


_DAYS = ("created_from", "created_to", "due_from", "due_to")
_WHOSE: dict[str, Any] = {
    "assignee": lambda: _one_of(Ticket.assignee_id, "assignee", Uuid()),
    "mine": lambda: Ticket.assignee_id == PERSON,
    "unassigned": lambda: Ticket.assignee_id.is_(None),
}
_CONDITIONS: dict[str, Any] = {
    "client": lambda: _one_of(Ticket.client_id, "client", Uuid()),
    "status": lambda: _one_of(Ticket.status, "status", Text()),
    "priority": lambda: _one_of(Ticket.priority, "priority", Text()),
    "category": lambda: _one_of(Ticket.category, "category", Text()),
    "my_clients": lambda: is_seen(Ticket.client_id, "assigned"),
    "overdue": is_overdue,
    "open": is_open,
    "timeframe": _has_time_this_week,
    "created_from": lambda: Ticket.created_at >= _moment("created_from"),
    "created_to": lambda: Ticket.created_at < _moment("created_to"),
    "due_from": lambda: Ticket.due_date >= bindparam("due_from", type_=Date()),
    "due_to": lambda: Ticket.due_date <= bindparam("due_to", type_=Date()),
    "nothing": false,
}


def counted(name: str, *which: ColumnElement[bool]) -> ColumnElement[Any]:
    """How many of the rows are so."""
    return func.count().filter(*which).cast(Integer).label(name)
