"""However large the file, only some rows of it are in memory."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from audienceos.agency.pipeline import Pipeline
from audienceos.clients.importing.shapes import Lookups
from audienceos.clients.importing.walking import examine, walk

pytestmark = pytest.mark.proof

PIPELINE = Pipeline(("Onboarding", "Live"), {"Onboarding": "initial", "Live": "live"})
LOOKUPS = Lookups(PIPELINE, ZoneInfo("UTC"), datetime(2026, 3, 1, tzinfo=UTC), "USD")
MEGABYTE = 1024 * 1024


def large(folder: Path, rows: int) -> Path:
    """A list of so many rows of two thousand characters each."""
    path = folder / f"{rows}.csv"
    with path.open("w") as file:
        file.write("Record ID,Name,Domain,Notes\n")
        for n in range(rows):
            file.write(f"{n},Client {n},c{n}.example,{n} {'y' * 2000}\n")
    return path


async def most_held(path: Path) -> int:
    """Bytes at the worst moment of a walk, what the file was guessed from not counted."""
    mapping = (await examine(path, PIPELINE)).mapping
    tracemalloc.start()
    seen = 0
    async for chunk in walk(path, mapping, LOOKUPS):
        seen += len(chunk.judgements)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seen == int(path.stem)
    return most


async def test_four_times_the_rows_need_little_more(tmp_path: Path) -> None:
    small, big = await most_held(large(tmp_path, 1500)), await most_held(large(tmp_path, 6000))
    assert big < 15 * MEGABYTE  # a file of 12 MB, of which a walk that kept its rows would hold all
    assert big - small < 3 * MEGABYTE  # what is remembered of each row: its id, its domain, its name


async def test_looking_at_a_file_holds_little_of_it(tmp_path: Path) -> None:
    path = large(tmp_path, 6000)
    tracemalloc.start()
    await examine(path, PIPELINE)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 15 * MEGABYTE
