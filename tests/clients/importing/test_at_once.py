"""Two workers at one import, several imports of one file: whoever meets, nobody comes in twice."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from audienceos.platform.db.database import Database
from audienceos.platform.errors import Conflict
from tests.cast import Player
from tests.clients.importing import importer
from tests.clients.importing.importer import Json, table


async def until_done(database: Database, player: Player, view: Json) -> None:
    """As the queue does: again when it met another."""
    for _ in range(20):
        try:
            await importer.work(database, player, view)
        except Conflict:
            continue
        return


async def test_two_workers_at_one_import_bring_nobody_in_twice(ines: Player, database: Database) -> None:
    view = await importer.upload(ines, table("Record ID|Name", *(f"{n}|Client {n}" for n in range(1500))))
    await importer.start(ines, view)
    await asyncio.gather(*(until_done(database, ines, view) for _ in range(3)))
    done = await importer.show(ines, view)
    assert (done["status"], done["counts"]) == ("done", {"created": 1500})
    assert len({one["name"] for one in await importer.clients(ines)}) == 1500


@pytest.mark.parametrize("header", ["Record ID|Name|City", "Record ID|Name|Domain", "Number|Name|Owner"])
async def test_two_imports_of_one_file_at_once_double_nobody(
    ines: Player, database: Database, header: str
) -> None:
    """With ids or without, with a field that both would make or without."""
    content = table(header, *(f"{n}|Client {n}|{n}.example" for n in range(1, 1201)))
    views = [await importer.upload(ines, content) for _ in range(3)]
    for view in views:
        await importer.start(ines, view)
    await asyncio.gather(*(until_done(database, ines, view) for view in views))
    clients = await importer.clients(ines)
    assert len(clients) == len({one["name"] for one in clients}) == 1200
    counts = Counter[str]()
    for view in views:
        counts.update((await importer.show(ines, view))["counts"])
    assert counts == {"created": 1200, "unchanged": 2400}
