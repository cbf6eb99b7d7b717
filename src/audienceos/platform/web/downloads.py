"""Files that are sent while they are made."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from litestar.response import Stream

from audienceos.platform.streaming import begun


async def csv_file(name: str, pieces: AsyncGenerator[bytes]) -> Stream:
    """A CSV file of that name, to be kept by nobody on its way. Raises what its first piece raises."""
    return Stream(
        await begun(pieces),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
