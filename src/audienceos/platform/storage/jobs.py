"""What goes by itself: files that are kept for a time when it has passed, and those that a row gave up."""

from __future__ import annotations

from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import every, job
from audienceos.platform.storage.store import KEPT, REMOVE, files


@every("23 * * * *", "storage.purge")
async def purge(database: Database) -> None:
    """Each hour. It asks no database: a row that holds the key of a file that is gone says so when it is asked."""
    for bucket, kept in KEPT.items():
        await files().purge(bucket, kept)


@job(REMOVE)
async def remove(database: Database, actor: Actor, payload: Json) -> None:
    """Take out a file that no row holds any more. Run twice, the second finds none."""
    await files().remove(actor, payload["key"])
