"""Draws the tables into `docs/data-model.md`, between its marks, from the models themselves.

.venv/bin/python scripts/data_model.py           write it anew
.venv/bin/python scripts/data_model.py --check   fail if it is not what the models say
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import dialect
from sqlalchemy.orm import Mapper

from audienceos.platform.db.base import Base
from audienceos.tables import ROOMS, metadata

PAGE = Path(__file__).resolve().parents[1] / "docs" / "data-model.md"
BEGIN, END = "<!-- drawn from the models: make docs -->", "<!-- end of what is drawn -->"
TENANT = "agency_id"
SHORT = {"TIMESTAMP WITH TIME ZONE": "timestamptz", "TIMESTAMP(0) WITH TIME ZONE": "timestamptz"}
_dialect = dialect()


def main() -> int:
    """Write the page or check it; the exit status."""
    page = PAGE.read_text()
    drawn = replaced(page)
    if "--check" in sys.argv[1:]:
        if drawn != page:
            print(f"{PAGE.name} is not what the models say: make docs")
        return int(drawn != page)
    PAGE.write_text(drawn)
    return 0


def replaced(page: str) -> str:
    """The page with its drawn part made anew. Raises `ValueError` if a mark is missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE}: the marks {BEGIN} and {END} are missing")
    return before + BEGIN + "\n\n" + "\n".join(drawing()) + "\n\n" + END + after


def drawing() -> Iterator[str]:
    """The whole at a glance, then each room with its columns."""
    yield "### All of it"
    yield ""
    yield "Edges to `agency` are left out: every table has one, but for the global ones, where only `slug` does."
    yield ""
    yield from fenced(edge for room in ROOMS for table in tables(room) for edge in relations(table))
    for room in ROOMS:
        yield ""
        yield f"### {room}"
        yield ""
        for table in tables(room):
            yield f"- `{table.name}`: {purpose(table)}"
        yield ""
        yield from fenced(line for table in tables(room) for line in [*entity(table), *relations(table)])


def fenced(lines: Iterator[str]) -> Iterator[str]:
    yield "```mermaid"
    yield "erDiagram"
    yield from (f"  {line}" for line in lines)
    yield "```"


def tables(room: str) -> list[Table]:
    """The room's tables, in the order of its models."""
    modules = {module.__name__ for module in ROOMS[room]}
    found = {table: {m.class_.__module__ for m in mappers(table)} for table in metadata.tables.values()}
    return [table for table, at in found.items() if at & modules]


def mappers(table: Table) -> list[Mapper[Any]]:
    """The class that stands for the table."""
    return [mapper for mapper in Base.registry.mappers if mapper.local_table is table]


def purpose(table: Table) -> str:
    """The first sentence of its class, and whether it is outside the wall."""
    (mapper,) = mappers(table)
    said = " ".join((mapper.class_.__doc__ or "").split("\n\n")[0].split())
    reason = table.info.get("global")
    return said + (f" *Global: {reason}.*" if reason else "")


def entity(table: Table) -> Iterator[str]:
    yield f"{table.name} {{"
    for column in table.columns:
        marks = ", ".join(mark for mark, holds in keys(table, column) if holds)
        note = ' "null"' if column.nullable else ""
        yield f"  {kind(column)} {column.name}{' ' + marks if marks else ''}{note}"
    yield "}"


def keys(table: Table, column: Column[Any]) -> Iterator[tuple[str, bool]]:
    """PK, FK or UK, as a diagram writes them. The tenant is in each key; it is marked where it stands first."""
    yield "PK", column.primary_key
    yield "FK", bool(column.foreign_keys) and column.name != TENANT
    lone = [
        [c.name for c in k.columns if c.name != TENANT]
        for k in table.constraints
        if isinstance(k, UniqueConstraint)
    ]
    yield "UK", [column.name] in lone


def relations(table: Table) -> Iterator[str]:
    """An edge for each foreign key, but for those to the agency: every table has one."""
    for key in sorted(table.constraints, key=lambda k: str(k.name)):
        if not isinstance(key, ForeignKeyConstraint):
            continue
        column = next((c for c in reversed(list(key.columns)) if c.name != TENANT), None)
        if column is None or key.referred_table.name == "agency":
            continue
        parent = "|o" if column.nullable else "||"
        yield f"{key.referred_table.name} {parent}--o{{ {table.name} : {column.name}"


def kind(column: Column[Any]) -> str:
    """The column's type in one word."""
    said = column.type.compile(dialect=_dialect)
    return re.sub(r",\s*", "-", SHORT.get(said, said.lower())).replace(" ", "_")


if __name__ == "__main__":
    sys.exit(main())
