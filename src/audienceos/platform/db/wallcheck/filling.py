"""A row for every table, made from the models, so that each table can be tried and none is left out unseen."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Identity, MetaData, String, Table
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from audienceos.platform.clock import now
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.raw import Raw

CHOICE = re.compile(r"(\w+) in \('([^']+)'")
Values = dict[str, Any]
Filled = dict[str, Values]


async def fill(raw: Raw, metadata: MetaData, mark: str) -> tuple[Filled, list[str]]:
    """Write one row into every table, all of one new agency; gives the rows, and a line for each that failed.

    Runs inside the caller's transaction, as a login that every policy lets through.
    """
    rows: Filled = {}
    failed: list[str] = []
    for table in metadata.sorted_tables:
        values = _row(table, rows, mark)
        try:
            await raw.execute("savepoint filling")
            await raw.execute(*insert_of(table.name, values))
            await raw.execute("release savepoint filling")
            rows[table.name] = values
        except Exception as problem:  # noqa: BLE001 (whatever the reason, a table that stays empty is told)
            await raw.execute("rollback to savepoint filling")
            failed.append(f"{table.name}: no row could be made to try it with ({problem})")
    return rows, failed


def insert_of(table: str, values: Values) -> tuple[Any, ...]:
    """The statement and its arguments."""
    names = ", ".join(f'"{name}"' for name in values)
    holes = ", ".join(f"${at + 1}" for at in range(len(values)))
    return (f'insert into "{table}" ({names}) values ({holes})', *values.values())


def _row(table: Table, rows: Filled, mark: str) -> Values:
    choices = {
        found[1]: found[2]
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint) and (found := CHOICE.match(str(constraint.sqltext)))
    }
    values: Values = {}
    for column in table.columns:
        if isinstance(column.server_default, Identity) or column.server_default is not None:
            continue
        target = _target(column, rows)
        if target is not None:
            values[column.name] = target
        elif not column.nullable:
            values[column.name] = choices.get(column.name) or _value(column, mark)
    return values | {name: make(mark) for name, make in table.info.get("probe", {}).items()}


def _target(column: Column[Any], rows: Filled) -> Any:
    """What a foreign key of the column points to, where it must point to something."""
    for key in column.foreign_keys:
        row = rows.get(key.column.table.name)
        if row is not None and not column.nullable:
            return row[key.column.name]
    return None


def _value(column: Column[Any], mark: str) -> Any:
    kind = column.type
    if isinstance(kind, JSONB):
        return "{}" if column.name != "value" else '"probe"'
    if isinstance(kind, ARRAY):
        return []
    if isinstance(kind, String):
        return f"probe {mark} {uuid7().hex[-12:]}"[: kind.length]
    simple: dict[type, Any] = {
        UUID: uuid7(),
        datetime: now(),
        date: now().date(),
        Decimal: Decimal("0.5"),
        bool: False,
        int: 1,
        bytes: b"probe",
    }
    return simple[kind.python_type]
