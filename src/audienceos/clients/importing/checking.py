"""What is still wrong with a mapping after a person changed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from audienceos.agency.pipeline import Pipeline
from audienceos.clients.importing.fields import FIELDS
from audienceos.clients.importing.shapes import (
    CUSTOM,
    NAME_CHARS,
    SKIP,
    SOURCE_CHARS,
    ColumnChoice,
    CustomType,
    Mapping,
)
from audienceos.clients.words import name_key
from audienceos.platform.errors import FieldFault

_TARGETS = {*FIELDS, CUSTOM, SKIP}


def check_mapping(
    mapping: Mapping, header: Sequence[str], pipeline: Pipeline | None = None
) -> list[FieldFault]:
    """Every fault, at `source`, `columns`, `columns.<place>.<what>` or `stages.<value>`; none: rows can be judged."""
    if [column.header for column in mapping.columns] != list(header):
        return [FieldFault("columns", "These columns are those of another file. Start with the file again.")]
    faults = list(_of_source(mapping.source))
    for place, column in enumerate(mapping.columns):
        faults += [FieldFault(f"columns.{place}.{what}", message) for what, message in _of_column(column)]
    faults += _of_all(mapping.columns)
    if pipeline:
        faults += [
            FieldFault(
                f"stages.{value}", f"There is no stage “{stage}”. Choose one of {', '.join(pipeline.stages)}."
            )
            for value, stage in mapping.stages.items()
            if stage not in pipeline.stages
        ]
    return faults


def _of_source(source: str) -> Iterator[FieldFault]:
    if not source.strip() or len(source) > SOURCE_CHARS or source != source.strip():
        yield FieldFault("source", f"Say where the file comes from, in at most {SOURCE_CHARS} characters.")


def _of_column(column: ColumnChoice) -> Iterator[tuple[str, str]]:
    if column.target not in _TARGETS:
        yield "target", f"There is no field “{column.target}”."
        return
    if column.target == CUSTOM:
        yield from _of_custom(column)
    kind = column.custom_type if column.target == CUSTOM else _kind(column.target)
    if kind in ("date", "moment") and column.date_order is None and len(column.date_orders) > 1:
        yield "date_order", "Say what comes first in these dates, the day or the month."
    if kind in ("number", "money") and column.decimal_mark is None and len(column.decimal_marks) > 1:
        yield "decimal_mark", "Say whether the point or the comma is the decimal mark of these numbers."


def _of_custom(column: ColumnChoice) -> Iterator[tuple[str, str]]:
    if column.custom_type not in get_args(CustomType):
        yield "custom_type", "Choose what its values are: text, number, date or select."
    if not column.custom_name.strip() or len(column.custom_name) > NAME_CHARS:
        yield "custom_name", f"Give the field a name of at most {NAME_CHARS} characters."
    if column.custom_type == "select" and not column.options:
        yield "custom_type", "It has too many different values for a list to choose from. Choose text."


def _of_all(columns: Sequence[ColumnChoice]) -> Iterator[FieldFault]:
    """Two columns for one field, two custom fields of one name, nobody's name."""
    fields: dict[str, str] = {}
    names: dict[str, str] = {}
    for place, column in enumerate(columns):
        field = FIELDS.get(column.target)
        if field and column.target in fields and not field.takes_several:
            twins = f"“{fields[column.target]}” and “{column.header}”"
            yield FieldFault(
                f"columns.{place}.target", f"{twins} both fill {field.label}. Choose one of them."
            )
        fields.setdefault(column.target, column.header)
        if column.target == CUSTOM and column.custom_name.strip():
            first = names.setdefault(name_key(column.custom_name), column.header)
            if first != column.header:
                message = f"“{first}” has a field of that name already. Give this one another."
                yield FieldFault(f"columns.{place}.custom_name", message)
    if "name" not in fields:
        yield FieldFault("columns", "Choose the column that holds the clients' names.")


def _kind(target: str) -> str:
    return FIELDS[target].kind if target in FIELDS else ""
