"""The list of clients: filtered, sorted by any column both ways, a page at a time."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Integer, Subquery, func

from audienceos.clients.access import clients_seen
from audienceos.clients.forms import ClientRow
from audienceos.clients.models import Client
from audienceos.clients.queries.columns import days_in_stage, owner
from audienceos.clients.queries.filters import filtered
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import Question, Read


class Count(msgspec.Struct, frozen=True):
    """How many rows a question would answer."""

    count: int


def columns(held: Subquery) -> list[ColumnElement[Any]]:
    """The columns of a row, in the order of its struct."""
    computed: dict[str, ColumnElement[Any]] = {
        "days_in_stage": days_in_stage(),
        "owner_id": held.c.owner_id,
        "owner_name": held.c.owner_name,
    }
    return [
        computed[name] if name in computed else getattr(Client, name).expression
        for name in ClientRow.__struct_fields__
    ]


def _count(sight: Sight, *, form: frozenset[str]) -> Question:
    counted = func.count().cast(Integer).label("count")
    return filtered(clients_seen(sight), form).with_only_columns(counted).order_by(None)


COUNT = Read(Count, _count)


def _rows(sight: Sight, *, form: frozenset[str]) -> Question:
    held = owner()
    return (
        filtered(clients_seen(sight), form)
        .outerjoin(held, held.c.client_id == Client.id)
        .with_only_columns(*columns(held))
        .order_by(Client.name_key, Client.id)
        .limit(100)
    )


ROWS = Read(ClientRow, _rows)
