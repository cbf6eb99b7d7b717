"""How many clients each chip beside the filters would find, counted beside what a screen counts anyway."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Integer, func

from audienceos.clients.models import Client
from audienceos.clients.queries.filters import conditions


class Chips(msgspec.Struct, frozen=True):
    """Clients by chip; but for the last all of them active. Each is of all clients that the reader sees."""

    active: int = 0
    mine: int = 0
    red: int = 0
    blocked: int = 0
    stuck: int = 0
    archived: int = 0


def chip_columns() -> list[ColumnElement[Any]]:
    """One count for each, in the struct's order. Binds :user_id, :stuck_days, :resting, :today and :zone."""
    by_chip = {
        "active": [],
        "mine": conditions(frozenset({"mine"})),
        "red": [Client.health_status == "red"],
        "blocked": conditions(frozenset({"blocked"})),
        "stuck": conditions(frozenset({"stuck"})),
    }
    active = Client.is_active.is_(True)
    columns = [_counted(name, active, *more) for name, more in by_chip.items()]
    return [*columns, _counted("archived", Client.is_active.is_(False))]


def summed(parts: Iterable[Chips]) -> Chips:
    """All parts together."""
    rows = [[getattr(part, name) for name in Chips.__struct_fields__] for part in parts]
    return Chips(*(sum(column) for column in zip(*rows, strict=True)))


def _counted(name: str, *which: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.count().filter(*which).cast(Integer).label(name)
