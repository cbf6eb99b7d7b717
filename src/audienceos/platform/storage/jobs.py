"""What the timetable does with files: those that are kept for a time go when it has passed."""

from __future__ import annotations

from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import every
from audienceos.platform.storage.store import KEPT, files


@every("23 * * * *", "storage.purge")
async def purge(database: Database) -> None:
    """Each hour. It asks no database: a row that holds the key of a file that is gone says so when it is asked."""
    for bucket, kept in KEPT.items():
        await files().purge(bucket, kept)
