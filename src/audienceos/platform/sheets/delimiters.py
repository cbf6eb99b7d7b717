"""Finding what parts the cells of a text file, from its first records."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import islice
from typing import NamedTuple

CANDIDATES = (",", ";", "\t", "|", "^", "~", "\x1f")
"""What lists are parted by, the likeliest first: where two fit equally well the first is taken."""

_DECLARED = re.compile(r"\ufeff?sep=(.)\r?\n?", re.IGNORECASE)
_RECORDS = 500


class Dialect(NamedTuple):
    """What parts the cells, and whether blanks behind it are the cells' (`a, "b, c"`: they are not)."""

    delimiter: str
    trims: bool


class _Fit(NamedTuple):
    """How well a dialect explains the sample; a better one compares greater."""

    parts: bool
    """The header has several cells, and so has a row below it."""
    agreement: float
    """Records as wide as the header, of all; a record that the quotes break ends the count."""
    whole_quotes: float
    """Cells without half a pair of quotes: a wrong delimiter cuts quoted cells in two."""
    keeps: bool
    """Blanks stay where nothing is won by trimming them."""
    tight: float
    """Cells that begin without a blank: the comma of “Inc, Ltd” is no delimiter."""
    width: int


_UNREAD = _Fit(False, 0.0, 0.0, False, 0.0, 0)
_ALL_BLANK = _Fit(True, 1.0, 1.0, True, 1.0, 0)


def declared_delimiter(line: str) -> str | None:
    """What a first line `sep=;` says, as spreadsheets write it; None for every other line."""
    match = _DECLARED.fullmatch(line)
    return match[1] if match else None


def dialect_of(lines: list[str], declared: str | None = None) -> Dialect:
    """The likeliest dialect of these lines, which keep their ends.

    Where there is but one column, the delimiter is one that no cell holds.
    """
    dialects: list[Dialect] = []
    for delimiter in declared or CANDIDATES:
        dialects.append(Dialect(delimiter, trims=False))
        loose = re.compile(re.escape(delimiter) + ' +"')
        if any(loose.search(line) for line in lines):
            dialects.append(Dialect(delimiter, trims=True))
    return max(dialects, key=lambda dialect: _fit(lines, dialect))


def _fit(lines: list[str], dialect: Dialect) -> _Fit:
    read, complete = _records(lines, dialect)
    records = [record for record in read if any(record)]
    if not records:
        return _ALL_BLANK if any(read) else _UNREAD
    width = len(records[0])
    body = Counter(map(len, records[1:])) or Counter([width])
    cells = [cell for record in records for cell in record]
    halved = sum(cell.count('"') % 2 for cell in cells)
    loose = sum(cell.startswith(" ") for cell in cells)
    return _Fit(
        parts=width > 1 and max(body) > 1,
        agreement=round(body[width] / body.total() * complete, 1),
        whole_quotes=round(1 - halved / len(cells), 1),
        keeps=not dialect.trims,
        tight=round(1 - loose / len(cells), 1),
        width=width,
    )


def _records(lines: list[str], dialect: Dialect) -> tuple[list[list[str]], float]:
    """The first records, and what share of the lines was read before the quotes broke."""
    records: list[list[str]] = []
    reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True, skipinitialspace=dialect.trims)
    reached = 0
    try:
        for record in islice(reader, _RECORDS):
            reached = reader.line_num
            records.append(record)
    except csv.Error:
        return records, reached / len(lines)
    return records, 1.0
