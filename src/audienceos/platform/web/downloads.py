"""Files that are sent while they are made."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence

from litestar.response import Stream

from audienceos.platform.sheets.writing import Cell, csv_lines
from audienceos.platform.streaming import begun

AT_ONCE = 500  # rows of one transaction: who reads slowly holds no connection meanwhile
Part = tuple[Iterable[Sequence[Cell]], str | None]
"""Some rows of a file, and the cursor of those that follow."""


async def csv_file(name: str, pieces: AsyncGenerator[bytes]) -> Stream:
    """A CSV file of that name, to be kept by nobody on its way. Raises what its first piece raises."""
    return Stream(
        await begun(pieces),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


async def csv_pieces(
    header: Sequence[str], part: Callable[[str | None], Awaitable[Part]]
) -> AsyncGenerator[bytes]:
    """A file's bytes: the header, then part after part from its cursor on. Each part is a transaction of its own,
    which asks anew who reads. Raises what `part` raises.
    """
    first, cursor = True, None
    while first or cursor is not None:
        rows, cursor = await part(cursor)
        for lines in csv_lines(header if first else None, rows):
            yield lines
        first = False
