"""Reading an archive item by item in a thread, some at a time, so that its size never matters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import NamedTuple

from audienceos.inbox.actions.receiving import BATCH
from audienceos.inbox.archives.found import Item
from audienceos.inbox.ports import ArchiveReader, Incoming

CHARS = 4_000_000
"""Characters of some items together, after which the rest waits: two such heaps at most are in memory."""


class Chunk(NamedTuple):
    """Some items in the archive's order: those from `begin` up to `end`, counted from nought."""

    begin: int
    end: int
    items: list[Item]


async def walk(reader: ArchiveReader, path: Path, start: int = 0) -> AsyncGenerator[Chunk]:
    """Every item from `start` on, at most `BATCH` at once; the next ones are read while the last are worked on.

    Raises `Invalid` for a file that is no archive of this kind.
    """
    items = reader.read(path, start)
    coming = asyncio.create_task(asyncio.to_thread(_some, items))
    begin = start
    try:
        while found := await coming:
            coming = asyncio.create_task(asyncio.to_thread(_some, items))
            yield Chunk(begin, begin + len(found), found)
            begin += len(found)
    finally:
        await asyncio.gather(coming, return_exceptions=True)  # the file is whoever walks' to close after this
        items.close()


def _some(items: Generator[Item]) -> list[Item]:
    found: list[Item] = []
    chars = 0
    for item in items:
        found.append(item)
        if isinstance(item, Incoming):
            chars += len(item.text) + len(item.html or "")
        if len(found) >= BATCH or chars >= CHARS:
            break
    return found
