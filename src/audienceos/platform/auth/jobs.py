"""What the timetable does for identity: what nobody can use any more is dropped."""

from __future__ import annotations

from audienceos.platform.auth import recovery, sessions, throttle
from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import every


@every("41 * * * *", "auth.forget")
async def forget(database: Database) -> None:
    """Each hour: counts of tries whose window is over, links long used up, sessions long ended."""
    await throttle.forget_old(database)
    await recovery.forget_old_links(database)
    await sessions.forget_old(database)
