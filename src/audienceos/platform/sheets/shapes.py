"""What reading a table gives: a header, rows that can be walked again, and the refusal of what is no table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, Protocol, Self

import msgspec

from audienceos.platform.errors import FieldFault, Invalid

Kind = Literal["text", "workbook"]
Record = tuple[int, list[str]]
"""The line (or sheet row) on which a record begins, counted from one, and its cells as they stand there."""


class Limits(msgspec.Struct, frozen=True):
    """How much of a file is read before it is refused. All of it is refused while streaming."""

    rows: int = 50_000
    """Rows with something in them, the header not counted."""
    file_bytes: int = 50 * 1024 * 1024
    columns: int = 200
    cell_chars: int = 100_000
    record_chars: int = 8_000_000
    """One row's characters: what a line without an end may hold in memory."""
    unpacked_bytes: int = 512 * 1024 * 1024
    """All parts of a workbook together, by the sizes that its directory states and unpacking enforces."""
    part_bytes: int = 16 * 1024 * 1024
    """One of a workbook's small parts: its list of sheets, its relations, its styles."""
    shared_chars: int = 100_000_000
    """All texts that a workbook keeps once and its cells refer to."""


DEFAULT = Limits()


class SheetError(Invalid):
    """The file as a whole can't be read as a table. The text says what to do about it.

    `code` is one of: empty, header_only, too_large, too_many_rows, too_many_columns, long_cell, quotes,
    duplicate_headers, nul, encoding, password, damaged, not_a_table. `line` is where, if that is known.
    """

    line: int | None = None

    @classmethod
    def because(cls, code: str, message: str, *, line: int | None = None) -> Self:
        """One refusal, told at the field `file`."""
        error = cls([FieldFault("file", message)])
        error.code, error.line = code, line
        return error


class Row(msgspec.Struct, frozen=True):
    """One row: where a person finds it in the file, and as many cells as the header has."""

    line: int
    cells: list[str]
    fault: str = ""
    """Why the row's shape is wrong (more cells than the header); empty when it is right."""


class Rows:
    """The rows below the header. Each walk opens the file anew, so it can be walked again.

    A walk raises `SheetError` where the file turns out to be broken or too long.
    """

    def __init__(self, opened: Callable[[], Iterator[Row]]) -> None:
        self._opened = opened

    def __iter__(self) -> Iterator[Row]:
        return self._opened()


class Sheet(msgspec.Struct, frozen=True):
    """A table in a file. The header's names are trimmed, none is blank, no two are alike but for case."""

    header: list[str]
    rows: Rows
    kind: Kind
    encoding: str
    """How the text was read: utf-8, utf-8-sig, utf-16, cp1252 or, at last, another; of a workbook utf-8."""
    delimiter: str
    """What parts the cells of a text file; empty for a workbook."""
    name: str
    """The name of the workbook's sheet that is read; empty for a text file."""
    left_out: list[str]
    """The workbook's other sheets, which are not read."""


class Source(Protocol):
    """A file opened as records, before anyone says which of them is the header."""

    kind: Kind
    encoding: str
    delimiter: str
    name: str
    left_out: list[str]

    def records(self) -> Iterator[Record]:
        """All records from the first one on, blank ones too; a new walk at each call."""
        ...
