"""`audienceos keys rotate`: a new key to seal with, and everything sealed anew with it.

Safe to run twice and to interrupt anywhere: rows are taken in batches, each batch is a transaction of its own, and a
row that is sealed with the newest key already is left as it is. Old keys stay, since copies of the database need them.
"""

from __future__ import annotations

import argparse

from audienceos.commands.running import database_served
from audienceos.connections.resealing import reseal
from audienceos.platform.db.database import Database
from audienceos.platform.sealing import SETTING, box_of, keep_box
from audienceos.platform.settings import Settings


async def run(settings: Settings, given: argparse.Namespace) -> None:
    """Make a key unless told not to, and tell how many rows of each table were sealed anew."""
    box = box_of(settings)
    keep_box(box)
    if box.file is not None and not given.finish:
        print(f"A new key {box.add_key()} is in {box.file}; keep a copy of that file.")
    elif box.file is None:
        print(f"The keys are those of {SETTING}: its first one seals.")
    async with database_served(settings) as there:
        database = Database(there, pool_size=2)
        try:
            counts = await reseal(database)
        finally:
            await database.close()
    for table, count in counts.items():
        print(
            f"{table}: {count.resealed} sealed anew, {count.current} were already, {count.failed} can't be opened"
        )
    if any(count.failed for count in counts.values()):
        print("What can't be opened was sealed with a key that isn't here: connect it anew.")
