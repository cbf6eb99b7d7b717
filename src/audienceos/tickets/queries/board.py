"""What the board asks: how many tickets have each status, and the first cards of each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta
from sqlalchemy import ColumnElement, DateTime, Integer, and_, bindparam, case, func, or_, select, true

from audienceos.clients.access import clients_beside
from audienceos.platform import clock
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.tickets.access import tickets_beside
from audienceos.tickets.forms import Status
from audienceos.tickets.models import Ticket
from audienceos.tickets.queries.filters import TicketFilters, conditions, counted, is_open, is_overdue
from audienceos.tickets.queries.listing import SEVERITY, TicketRow, assignee_of, columns_of, is_theirs
from audienceos.tickets.rules import STATUSES, TRANSITIONS, WORDS, refusal

CARDS_A_COLUMN = 20  # at first, which is more than a screen shows of a status
DEEPER_BY = 50  # cards that come when one has scrolled to the last
DEEPEST = 1000  # cards of one status that a screen draws; beyond it the list is the better place
RESOLVED_FOR = timedelta(days=30)


class TicketBoardQuery(TicketFilters, frozen=True, kw_only=True):
    """What the board can be asked: filters, and how many cards of each status."""

    deep: Annotated[int, Meta(ge=CARDS_A_COLUMN, le=DEEPEST)] = CARDS_A_COLUMN

    @property
    def keep(self) -> dict[str, object]:
        """What stays in the address when a filter changes."""
        return {}


class StatusCount(msgspec.Struct, frozen=True):
    """Tickets of one status that match, and how many of its open ones each chip would find, whatever is asked for."""

    status: Status
    count: int
    open: int
    mine: int
    unassigned: int
    overdue: int


class TicketColumn(msgspec.Struct, frozen=True):
    """One status with its first cards, and from which others nothing is moved there, and why."""

    status: Status
    words: str
    count: int
    cards: list[TicketRow]
    shut: dict[str, str]


class TicketBoard(NamedTuple):
    """All four columns, and how many open tickets each chip would find."""

    columns: list[TicketColumn]
    chips: dict[str, int]


def _matches(form: frozenset[str], sight: Sight) -> ColumnElement[bool]:
    """What is asked for, and of resolved tickets the recent ones alone."""
    recent = Ticket.resolved_at >= bindparam("since", type_=DateTime(timezone=True))
    return and_(true(), or_(is_open(), recent), *conditions(form, sight))


def _counts(sight: Sight, *, form: frozenset[str]) -> Question:
    mine = conditions(frozenset({"whose mine"}), sight)
    nobodys = conditions(frozenset({"whose unassigned"}), sight)
    recent = Ticket.resolved_at >= bindparam("since", type_=DateTime(timezone=True))
    return (
        tickets_beside(clients_beside(sight))
        .where(or_(is_open(), recent))
        .with_only_columns(
            Ticket.status,
            counted("count", _matches(form, sight)),
            counted("open", is_open()),
            counted("mine", is_open(), *mine),
            counted("unassigned", is_open(), *nobodys),
            counted("overdue", is_overdue()),
        )
        .group_by(Ticket.status)
    )


def _cards(sight: Sight, *, form: frozenset[str]) -> Question:
    """The most pressing first and of those the oldest; of resolved ones the latest."""
    resolved = Ticket.status == "resolved"
    order = (case((resolved, 0), else_=SEVERITY), Ticket.resolved_at.desc(), Ticket.number)
    rank = func.row_number().over(partition_by=Ticket.status, order_by=order)
    first = (
        tickets_beside(clients_beside(sight))
        .where(_matches(form, sight))
        .with_only_columns(Ticket.id, rank.label("place"))
        .subquery("first")
    )
    client, person = clients_beside(sight), assignee_of()
    of_client = (client.c.agency_id == Ticket.agency_id) & (client.c.id == Ticket.client_id)
    return (
        select(*columns_of(TicketRow, client, person))
        .select_from(Ticket)
        .join(first, first.c.id == Ticket.id)
        .join(client, of_client)
        .outerjoin(person, is_theirs(person))
        .where(Ticket.agency_id == AGENCY, first.c.place <= bindparam("deep", type_=Integer()))
        .order_by(first.c.place)
    )


COUNTS = Read(StatusCount, _counts)
CARDS = Read(TicketRow, _cards)


async def ticket_board(lane: Lane, asked: TicketBoardQuery) -> TicketBoard:
    """All four statuses with their counts and first cards. Two statements, whatever the size."""
    binds = asked.binds | {"deep": asked.deep, "since": _since()}
    found = {row.status: row for row in await COUNTS.all(lane, binds, form=asked.form)}
    cards: dict[str, list[TicketRow]] = {}
    for card in await CARDS.all(lane, binds, form=asked.form):
        cards.setdefault(card.status, []).append(card)
    columns = [
        TicketColumn(status, WORDS[status], found[status].count if status in found else 0, cards.get(status, []), shut(status))
        for status in STATUSES
    ]  # fmt: skip
    names = ("open", "mine", "unassigned", "overdue")
    return TicketBoard(columns, {name: sum(getattr(row, name) for row in found.values()) for name in names})


def shut(to: str) -> dict[str, str]:
    """From which statuses no card is carried there, by what they are called, and why."""
    return {
        WORDS[now]: str(refusal(now, to)) for now in TRANSITIONS if now != to and to not in TRANSITIONS[now]
    }


def _since() -> datetime:
    return clock.now() - RESOLVED_FOR
