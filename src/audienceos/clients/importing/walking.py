"""Reading a file that somebody brought: looked at once when it comes, then walked row by row, in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from audienceos.agency.pipeline import Pipeline
from audienceos.clients.importing.columns import guess_mapping, with_stages
from audienceos.clients.importing.correcting import spelt_once
from audienceos.clients.importing.judge import judge_sheet
from audienceos.clients.importing.kept import Seen, bounded
from audienceos.clients.importing.own_export import as_own_export, is_own_export
from audienceos.clients.importing.profile import profile_sheet
from audienceos.clients.importing.shapes import Judgement, Lookups, Mapping
from audienceos.platform.sheets.reading import read_sheet

BATCH = 500
"""Rows of one transaction: few enough that a board waits for none of them, many enough to be fast."""


AT_ONCE = asyncio.Semaphore(2)
"""Files of one process that are read while somebody waits: each keeps a processor busy."""


class Examined(NamedTuple):
    """What a file is, and what its columns probably are."""

    seen: Seen
    mapping: Mapping
    size: int
    """In bytes."""


class Chunk(NamedTuple):
    """Some rows in the file's order: those from `begin` up to `end`, counted from nought."""

    begin: int
    end: int
    judgements: Sequence[Judgement]


async def examine(path: Path, pipeline: Pipeline) -> Examined:
    """Read the whole file once. Raises `SheetError` for what is no table, is broken or too long."""
    async with AT_ONCE:
        return await asyncio.to_thread(_examine, path, pipeline)


async def walk(path: Path, mapping: Mapping, lookups: Lookups, *, rows: int = BATCH) -> AsyncGenerator[Chunk]:
    """Every row judged, some at a time; twice as many at most are in memory. Raises `SheetError`.

    The next ones are judged in a thread while whoever walks writes down the last, which halves the time of both.
    """
    sheet = await asyncio.to_thread(read_sheet, path)
    judged = judge_sheet(sheet, mapping, lookups)

    def taken() -> list[Judgement]:
        return list(islice(judged, rows))

    begin = 0
    coming = asyncio.create_task(asyncio.to_thread(taken))
    try:
        while found := await coming:
            coming = asyncio.create_task(asyncio.to_thread(taken))
            yield Chunk(begin, begin + len(found), found)
            begin += len(found)
    finally:
        await asyncio.gather(coming, return_exceptions=True)  # the file is whoever walks' to close after this


def _examine(path: Path, pipeline: Pipeline) -> Examined:
    sheet = read_sheet(path)
    profiles = profile_sheet(sheet)
    guessed = guess_mapping(profiles, pipeline, from_workbook=sheet.kind == "workbook")
    if is_own_export(guessed):
        guessed = with_stages(as_own_export(guessed), profiles, pipeline)
    seen = Seen(
        columns=bounded(profiles),
        kind=sheet.kind,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        sheet=sheet.name,
        left_out=sheet.left_out,
    )
    return Examined(seen, spelt_once(guessed), path.stat().st_size)
