"""The rows that failed as a file, for whoever made the file that they came from."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from audienceos.clients.importing.forms import RowView
from audienceos.clients.queries.imports import RowQuery, rows_page
from audienceos.platform.db.database import Lane
from audienceos.platform.sheets.writing import Cell, csv_lines

Read = Callable[[], AbstractAsyncContextManager[Lane]]

AT_ONCE = 500  # rows of one transaction: who reads slowly holds no connection meanwhile
HEADER = ("Row", "Name", "Why")


async def failures_file(read: Read, import_id: UUID) -> AsyncGenerator[bytes]:
    """The file's bytes, read as they are sent; `read` opens a lane as whoever asks, who is asked anew each time.

    Raises `NotFound`, and `Forbidden` for all but admins.
    """
    cursor, header = None, HEADER
    while header is not None or cursor is not None:
        async with read() as lane:
            asked = RowQuery(limit=AT_ONCE, cursor=cursor, outcome=["failed"])
            found = await rows_page(lane, import_id, asked)
        for lines in csv_lines(header, map(_cells, found.items)):
            yield lines
        cursor, header = found.next_cursor, None


def _cells(row: RowView) -> list[Cell]:
    why = "; ".join(
        fault.message if fault.field == "row" else f"{fault.field}: {fault.message}" for fault in row.reasons
    )
    return [row.line, row.name, why]
