"""Which record is the header, and a name for each of its columns."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from audienceos.platform.sheets.guard import unguarded
from audienceos.platform.sheets.shapes import Limits, Record, SheetError, Source

_NAME_CHARS = 200
"""Longer than any column's name; such a first row is data or prose."""
_PEEKED_ROWS = 1000
"""How far down a workbook is looked for data to the right of its header: a sheet's rows have no common width."""


class Heading(NamedTuple):
    """The header's names and the line of its record: what comes up to that line is no data."""

    line: int
    names: list[str]


def heading_of(source: Source, limits: Limits) -> Heading:
    """The first record with something in it. Raises `SheetError` when it can't be a header."""
    for line, cells in source.records():
        names = [" ".join(unguarded(cell).split()) for cell in cells]
        if any(names):
            names = _fitted(names, _wanted_width(source, line, len(names)), limits)
            _refuse_long(names, line)
            _refuse_twins(names, line)
            return Heading(line, _all_named(names))
    raise SheetError.because("empty", "The file is empty. Choose a file with a header and rows below it.")


def _wanted_width(source: Source, header_line: int, width: int) -> int:
    if source.kind == "text":
        return width
    below: list[Record] = list(islice(source.records(), _PEEKED_ROWS))
    return max([width, *(len(cells) for line, cells in below if line > header_line)])


def _fitted(names: list[str], width: int, limits: Limits) -> list[str]:
    """As many names as columns; blank ones at the end beyond the limit are no columns."""
    filled = max(place for place, name in enumerate(names, start=1) if name)
    if filled > limits.columns or (width > limits.columns and width > len(names)):
        raise SheetError.because(
            "too_many_columns",
            f"The table has {max(filled, width):,} columns; at most {limits.columns} can be imported. "
            "Remove those that you don't need.",
        )
    return (names + [""] * (width - len(names)))[: limits.columns]


def _refuse_long(names: list[str], line: int) -> None:
    longest = max(names, key=len)
    if len(longest) > _NAME_CHARS:
        raise SheetError.because(
            "not_a_table",
            f"Line {line} should name the columns, but it holds “{longest[:40]}…”, {len(longest):,} characters long. "
            "Put a header with the columns' names in the first line.",
            line=line,
        )


def _refuse_twins(names: list[str], line: int) -> None:
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names, start=1):
        if name:
            places.setdefault(name.casefold(), []).append(place)
    twins = [found for found in places.values() if len(found) > 1]
    if twins:
        told = "; ".join(f"“{names[t[0] - 1]}” (columns {', '.join(map(str, t))})" for t in twins)
        raise SheetError.because(
            "duplicate_headers",
            f"Several columns have the same name: {told}. Give each a name of its own.",
            line=line,
        )


def _all_named(names: list[str]) -> list[str]:
    """A column without a name gets `Column 7`, or the next such name that is free."""
    taken = {name.casefold() for name in names}
    named: list[str] = []
    for place, name in enumerate(names, start=1):
        wanted, times = name or f"Column {place}", 1
        while not name and wanted.casefold() in taken:
            times += 1
            wanted = f"Column {place} ({times})"
        taken.add(wanted.casefold())
        named.append(wanted)
    return named
