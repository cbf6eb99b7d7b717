"""The list of clients: filtered, sorted by any column both ways, a page at a time."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Integer, Subquery, Text, and_, func, null, true

from audienceos.clients.access import clients_seen
from audienceos.clients.forms import ClientRow, HealthStatus
from audienceos.clients.models import Client
from audienceos.clients.queries.board import SEVERITY
from audienceos.clients.queries.chips import Chips, chip_columns
from audienceos.clients.queries.columns import (
    custom,
    days_in_stage,
    latest_note,
    latest_note_at,
    open_tickets,
    owner,
    stage_place,
)
from audienceos.clients.queries.filters import Filters, conditions, filtered
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import Question, Read
from audienceos.platform.web.paging import PAGE, From, Key, Limit, Paged

Sort = Literal[
    "name", "-name", "stage", "-stage", "health", "-health", "days_in_stage", "-days_in_stage", "owner", "-owner",
    "install_date", "-install_date", "lifetime_value", "-lifetime_value", "total_spend", "-total_spend",
    "created_at", "-created_at", "updated_at", "-updated_at", "contact", "-contact", "contact_email", "-contact_email",
    "domain", "-domain", "tags", "-tags", "last_activity_at", "-last_activity_at", "latest_note", "-latest_note",
    "open_tickets", "-open_tickets",
]  # fmt: skip

Column = Literal[
    "health", "stage", "days_in_stage", "owner", "contact", "contact_email", "domain", "install_date",
    "lifetime_value", "total_spend", "tags", "latest_note", "last_activity_at", "created_at", "open_tickets",
]  # fmt: skip
USUAL: tuple[Column, ...] = (
    "health",
    "stage",
    "days_in_stage",
    "owner",
    "contact",
    "install_date",
    "latest_note",
)
"""What the list shows beside the name, until somebody chooses. Each is a sort of the same name."""


class Sorted(Filters, frozen=True, kw_only=True):
    """Which clients, and in which order."""

    sort: Sort = "name"
    """A minus in front turns it round. Stages sort in the pipeline's order, health with the worst first."""

    @property
    def order_in_address(self) -> dict[str, object]:
        """The order, unless it is the usual one."""
        return {} if self.sort == "name" else {"sort": self.sort}

    @property
    def address(self) -> dict[str, object]:
        """Filters and order."""
        return self.in_address | self.order_in_address


class Shown(Sorted, frozen=True, kw_only=True):
    """Which clients, in which order, and what is shown of each beside its name."""

    columns: list[Column] = []
    """None said: those that the reader prefers, or the usual ones."""

    @property
    def address(self) -> dict[str, object]:
        """Filters, order and columns."""
        return self.in_address | self.order_in_address | ({"columns": self.columns} if self.columns else {})

    @property
    def keep(self) -> dict[str, object]:
        """What stays in the address when a filter changes."""
        return self.order_in_address | ({"columns": self.columns} if self.columns else {})


class ListQuery(Shown, frozen=True, kw_only=True):
    """A page of the list as a screen shows it."""

    limit: Limit = 50
    cursor: From | None = None


class ListRow(msgspec.Struct, frozen=True):
    """A client in the list of a screen."""

    id: UUID
    name: str
    contact_name: str | None
    contact_email: str | None
    domain: str | None
    stage: str
    days_in_stage: int
    health_status: HealthStatus
    owner_id: UUID | None
    owner_name: str | None
    owner_avatar: str | None
    tags: list[str]
    install_date: date | None
    total_spend: Decimal | None
    lifetime_value: Decimal | None
    latest_note: str | None
    last_activity_at: datetime
    created_at: datetime
    is_active: bool
    open_tickets: int


class ClientQuery(Sorted, frozen=True, kw_only=True):
    """What a list of clients can be asked: filters, order, page."""

    limit: Limit = PAGE
    cursor: From | None = None


class Count(Chips, frozen=True):
    """How many clients match, and how many each chip would find, whatever is asked for now."""

    count: int = 0


def _columns(held: Subquery) -> list[ColumnElement[Any]]:
    """The columns of a row, in the order of its struct."""
    computed: dict[str, ColumnElement[Any]] = {
        "days_in_stage": days_in_stage(),
        "custom": custom(),
        "owner_id": held.c.owner_id,
        "owner_name": held.c.owner_name,
    }
    return [
        computed[name] if name in computed else getattr(Client, name).expression
        for name in ClientRow.__struct_fields__
    ]


def _rows(sight: Sight, *, form: frozenset[str]) -> Question:
    held = owner()
    return (
        filtered(clients_seen(sight), form)
        .outerjoin(held, held.c.client_id == Client.id)
        .with_only_columns(*_columns(held))
    )


def _shown(sight: Sight, *, form: frozenset[str], noted: bool) -> Question:
    held = owner()
    computed: dict[str, ColumnElement[Any]] = {
        "days_in_stage": days_in_stage(),
        "owner_id": held.c.owner_id,
        "owner_name": held.c.owner_name,
        "owner_avatar": held.c.owner_avatar,
        "latest_note": (latest_note() if noted else null().cast(Text)).label("latest_note"),
        "open_tickets": open_tickets().label("open_tickets"),
    }
    columns = [
        computed[name] if name in computed else getattr(Client, name).expression
        for name in ListRow.__struct_fields__
    ]
    seen = filtered(clients_seen(sight), form).outerjoin(held, held.c.client_id == Client.id)
    return seen.with_only_columns(*columns)


def _count(sight: Sight, *, form: frozenset[str]) -> Question:
    counted = func.count().filter(and_(true(), *conditions(form))).cast(Integer).label("count")
    return clients_seen(sight).with_only_columns(*chip_columns(), counted)


def orders() -> dict[str, tuple[Key, ...]]:
    """Both ways of every column of a list of clients. Longest in a stage is earliest entered."""
    columns: dict[str, tuple[Any, bool]] = {
        "name": (Client.name_key, False),
        "stage": (stage_place(Client.stage), False),
        "owner": ("owner_name", True),
        "install_date": (Client.install_date, True),
        "lifetime_value": (Client.lifetime_value, True),
        "total_spend": (Client.total_spend, True),
        "created_at": (Client.created_at, False),
        "updated_at": (Client.updated_at, False),
        "contact": (func.lower(Client.contact_name, type_=Text()), True),
        "contact_email": (func.lower(Client.contact_email, type_=Text()), True),
        "domain": (Client.domain, True),
        "tags": (_tags(), True),
        "last_activity_at": (Client.last_activity_at, False),
        "latest_note": (latest_note_at(), True),
        "open_tickets": (open_tickets(), False),
    }
    ways: dict[str, tuple[Key, ...]] = {
        "health": (Key(SEVERITY), Key(Client.stage_entered_at)),
        "-health": (Key(SEVERITY, descending=True), Key(Client.stage_entered_at, descending=True)),
        "days_in_stage": (Key(Client.stage_entered_at, descending=True),),
        "-days_in_stage": (Key(Client.stage_entered_at),),
    }
    for name, (column, nullable) in columns.items():
        ways[name] = (Key(column, nullable=nullable),)
        ways[f"-{name}"] = (Key(column, descending=True, nullable=nullable),)
    return ways


def _tags() -> ColumnElement[str]:
    """A client's tags in one text; nothing for one without any."""
    joined = func.lower(func.array_to_string(Client.tags, ", "), type_=Text())
    return func.nullif(joined, "", type_=Text())


def chosen(asked: list[Column], preferred: list[str]) -> tuple[Column, ...]:
    """The columns to show: those asked for, else those preferred that there are, else the usual ones."""
    known: tuple[Column, ...] = get_args(Column)
    return tuple(dict.fromkeys(asked)) or tuple(name for name in known if name in preferred) or USUAL


COUNT = Read(Count, _count)
CLIENTS = Paged("clients", ClientRow, _rows, orders(), unique=Client.id)
SHOWN = Paged("client list", ListRow, _shown, orders(), unique=Client.id)
