"""What was said of the same columns the last time counts as the guess the next time. Pure but for one question."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import select

from audienceos.clients.importing.kept import Options
from audienceos.clients.importing.models import ClientImport
from audienceos.clients.importing.shapes import CUSTOM, ColumnChoice, Mapping
from audienceos.clients.queries.fields import FieldView
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read

_LOOKED_AT = 20
"""Imports, the latest first."""


class Earlier(msgspec.Struct, frozen=True):
    """An import that was started."""

    mapping: Mapping
    options: Options


def _earlier(sight: Sight) -> Question:
    row = ClientImport
    return (
        select(row.mapping, row.options)
        .where(row.agency_id == AGENCY, row.started_at.is_not(None))
        .order_by(row.created_at.desc(), row.id.desc())
        .limit(_LOOKED_AT)
    )


EARLIER = Read(Earlier, _earlier)


async def last_time(lane: Lane, mapping: Mapping) -> Earlier | None:
    """The latest import that had just these columns, in any order."""
    headers = {column.header for column in mapping.columns}
    for earlier in await EARLIER.all(lane):
        if {column.header for column in earlier.mapping.columns} == headers:
            return earlier
    return None


def as_last_time(mapping: Mapping, earlier: Earlier, fields: Iterable[FieldView]) -> tuple[Mapping, Options]:
    """The guess with the answers of that time. What is to be overwritten or moved is asked anew each time."""
    before = {column.header: column for column in earlier.mapping.columns}
    there = {field.id: field for field in fields}
    filled = {header: there[one] for header, one in earlier.options.fields.items() if one in there}
    made = Mapping(
        source=earlier.mapping.source,
        columns=[
            _again(column, before[column.header], filled.get(column.header)) for column in mapping.columns
        ],
        stages={**mapping.stages, **earlier.mapping.stages},
    )
    return made, Options(owners=earlier.options.owners)


def _again(column: ColumnChoice, before: ColumnChoice, filled: FieldView | None) -> ColumnChoice:
    """A column that has values now and had some then; of one that was empty nobody said anything.

    An own field that was renamed since is found by what was filled.
    """
    if not column.samples or not before.samples:
        return column
    given: dict[str, Any] = {"target": before.target, "confidence": 1.0}
    if before.target == CUSTOM:
        given["custom_type"] = filled.kind if filled else before.custom_type
        given["custom_name"] = filled.name if filled else before.custom_name
    if before.date_order in column.date_orders:
        given["date_order"] = before.date_order
    if before.decimal_mark in column.decimal_marks:
        given["decimal_mark"] = before.decimal_mark
    return msgspec.structs.replace(column, **given)
