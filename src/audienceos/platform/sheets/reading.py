"""Reading a table that a person brings: CSV of any kind or a workbook, refused in words where it is neither."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from audienceos.platform.sheets.delimited import TextSource
from audienceos.platform.sheets.guard import unguarded
from audienceos.platform.sheets.heading import Heading, heading_of
from audienceos.platform.sheets.kinds import kind_of
from audienceos.platform.sheets.shapes import DEFAULT, Limits, Record, Row, Rows, Sheet, SheetError, Source
from audienceos.platform.sheets.workbook import WorkbookSource


def read_sheet(path: Path, *, limits: Limits = DEFAULT) -> Sheet:
    """The table in this file. Reads its beginning and, of a text, all bytes once to tell the encoding.

    Cells are texts as a person sees them: a workbook's formula is its text, its dates are ISO. The guard that
    `csv_lines` puts before dangerous texts is taken off. Rows without anything in them are passed over.
    Raises `SheetError` here for all that the beginning shows, and while the rows are walked for the rest.
    """
    source: Source = (
        WorkbookSource(path, limits) if kind_of(path, limits) == "workbook" else TextSource(path, limits)
    )
    heading = heading_of(source, limits)
    rows = Rows(lambda: _rows(source, heading, limits))
    if next(iter(rows), None) is None:
        raise SheetError.because(
            "header_only", "The file has a header and no rows below it. Choose the file that holds the list."
        )
    return Sheet(
        header=heading.names,
        rows=rows,
        kind=source.kind,
        encoding=source.encoding,
        delimiter=source.delimiter,
        name=source.name,
        left_out=source.left_out,
    )


def _rows(source: Source, heading: Heading, limits: Limits) -> Iterator[Row]:
    seen = 0
    for record in source.records():
        if record[0] <= heading.line:
            continue
        text = "".join(record[1])
        if not text or text.isspace():
            continue
        seen += 1
        if seen > limits.rows:
            raise SheetError.because(
                "too_many_rows",
                f"The file has more than {limits.rows:,} rows. Split it into smaller files and import each.",
                line=record[0],
            )
        if len(text) > limits.cell_chars:
            _refuse_long_cells(record, limits)
        yield _row(record, len(heading.names), has_apostrophe="'" in text)


def _row(record: Record, width: int, *, has_apostrophe: bool) -> Row:
    line, cells = record
    fault = ""
    if len(cells) < width:
        cells.extend([""] * (width - len(cells)))
    elif len(cells) > width:
        beyond = sum(1 for cell in cells[width:] if cell.strip())
        if beyond:
            fault = (
                f"has {len(cells)} cells where the header has {width}: a cell that holds the delimiter lacks its "
                "quotes, or a column lacks its name"
            )
        cells = cells[:width]
    if has_apostrophe:
        cells = [unguarded(cell) for cell in cells]
    return Row(line, cells, fault)


def _refuse_long_cells(record: Record, limits: Limits) -> None:
    line, cells = record
    for place, cell in enumerate(cells, start=1):
        if len(cell) > limits.cell_chars:
            raise SheetError.because(
                "long_cell",
                f"Line {line}, column {place}: the cell has {len(cell):,} characters; at most "
                f"{limits.cell_chars:,} can be imported. Shorten it and choose the file again.",
                line=line,
            )
