"""Many rows in one statement: arrays in, rows out, inside the wall.

    CONTACTS = Into("client_contact", {"id": "uuid", "client_id": "uuid", ...}, conflict="do nothing")
    await CONTACTS.write(raw, agency_id, rows)

Each column is one array argument, so a statement has one text and one plan however many rows it brings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from audienceos.platform.db.raw import Raw, Row

_SENT_AS_TEXT = {
    "jsonb": "{}::jsonb",
    "text[]": "array(select jsonb_array_elements_text({}::jsonb))",
}
"""Kinds of which an array would be flattened or encoded anew: they go as JSON texts and are read by the server."""


class _Arrays:
    """A set of columns given as arrays."""

    def __init__(self, table: str, columns: Mapping[str, str]) -> None:
        self.table, self.columns = table, dict(columns)
        sent = [
            f"${place}::{'text' if kind in _SENT_AS_TEXT else kind}[]"
            for place, kind in enumerate(self.columns.values(), start=2)
        ]
        self.given = f"unnest({', '.join(sent)}) as given ({', '.join(self.columns)})"
        self.values = [
            _SENT_AS_TEXT.get(kind, "{}").format(f"given.{name}") for name, kind in self.columns.items()
        ]

    def arrays(self, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """The rows turned on their side. Raises `ValueError` where one has not as many values as columns."""
        if any(len(row) != len(self.columns) for row in rows):
            raise ValueError(f"{self.table} takes {', '.join(self.columns)}")
        return [list(column) for column in zip(*rows, strict=True)]


class Into(_Arrays):
    """An INSERT into one table. `conflict` says where rows may be there already, and what then."""

    def __init__(self, table: str, columns: Mapping[str, str], *, conflict: str) -> None:
        super().__init__(table, columns)
        self.text = (
            f"insert into {table} (agency_id, {', '.join(self.columns)}) "  # noqa: S608  names are this module's callers'
            f"select $1, {', '.join(self.values)} from {self.given} on conflict {conflict} returning 1"
        )

    async def write(self, raw: Raw, agency_id: UUID, rows: Sequence[Sequence[Any]]) -> int:
        """Insert them; gives how many were written."""
        written: Sequence[Row] = await raw.fetch(self.text, agency_id, *self.arrays(rows)) if rows else ()
        return len(written)


class Over(_Arrays):
    """An UPDATE of rows of one table by their id, which is the first of the columns.

    `beside` are given with each row and not columns of the table: `always`, the rest of the SET, uses them.
    """

    def __init__(
        self,
        table: str,
        columns: Mapping[str, str],
        *,
        beside: Mapping[str, str] | None = None,
        always: Sequence[str] = (),
    ) -> None:
        super().__init__(table, {**columns, **(beside or {})})
        pairs = [
            (name, value) for name, value in zip(self.columns, self.values, strict=True) if name in columns
        ]
        changes = ", ".join([*(f"{name} = {value}" for name, value in pairs[1:]), *always])
        self.text = (
            f"update {table} as held set {changes} from {self.given} "  # noqa: S608  as above
            f"where held.agency_id = $1 and held.id = given.id returning 1"
        )

    async def write(self, raw: Raw, agency_id: UUID, rows: Sequence[Sequence[Any]]) -> int:
        """Change them; gives how many were there."""
        written: Sequence[Row] = await raw.fetch(self.text, agency_id, *self.arrays(rows)) if rows else ()
        return len(written)
