"""Writing a table as CSV that spreadsheets open without calculating and `read_sheet` reads back unchanged."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from audienceos.platform.sheets.guard import guarded

Cell = str | int | Decimal | bool | date | datetime | None

_BLOCK_CHARS = 32_768
"""How much is collected before it is handed on: one piece a row would cost a message a row."""
_MARK = "\ufeff"


def csv_lines(
    header: Sequence[str] | None, rows: Iterable[Sequence[Cell]], *, mark: bool = True
) -> Iterator[bytes]:
    """UTF-8 with a header, CRLF, every cell in quotes, in pieces of whole lines; nothing is held in memory.

    Texts are guarded (`guard.py`), numbers, dates and truth values are not. `mark` puts the byte-order mark in
    front, without which spreadsheets take UTF-8 for something else. Quotes around every cell leave no doubt
    about the delimiter, whatever the texts hold. Without a header come further lines of a table begun before.
    """
    held = io.StringIO()
    writer = csv.writer(held, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    if header is not None:
        held.write(_MARK if mark else "")
        writer.writerow([guarded(name) for name in header])
    for row in rows:
        writer.writerow([_text(cell) for cell in row])
        if held.tell() >= _BLOCK_CHARS:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return guarded(cell)
        case bool():
            return "TRUE" if cell else "FALSE"
        case Decimal():
            return format(cell, "f")
        case datetime():
            return cell.isoformat(sep=" ")
        case date():
            return cell.isoformat()
        case int():
            return str(cell)
