"""The list of clients: filtered, sorted by any column both ways, a page at a time."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Integer, Subquery, func

from audienceos.clients.access import clients_seen
from audienceos.clients.forms import ClientRow
from audienceos.clients.models import Client
from audienceos.clients.queries.board import SEVERITY
from audienceos.clients.queries.columns import custom, days_in_stage, owner, stage_place
from audienceos.clients.queries.filters import Filters, filtered
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import Question, Read
from audienceos.platform.web.paging import PAGE, From, Key, Limit, Paged

Sort = Literal[
    "name", "-name", "stage", "-stage", "health", "-health", "days_in_stage", "-days_in_stage", "owner", "-owner",
    "install_date", "-install_date", "lifetime_value", "-lifetime_value", "total_spend", "-total_spend",
    "created_at", "-created_at", "updated_at", "-updated_at",
]  # fmt: skip


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


class ClientQuery(Sorted, frozen=True, kw_only=True):
    """What a list of clients can be asked: filters, order, page."""

    limit: Limit = PAGE
    cursor: From | None = None


class Count(msgspec.Struct, frozen=True):
    """How many rows a question would answer."""

    count: int


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


def _count(sight: Sight, *, form: frozenset[str]) -> Question:
    counted = func.count().cast(Integer).label("count")
    return filtered(clients_seen(sight), form).with_only_columns(counted)


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


COUNT = Read(Count, _count)
CLIENTS = Paged("clients", ClientRow, _rows, orders(), unique=Client.id)
