"""What the timetable does for the web: answers kept for a repeated post go after a day."""

from __future__ import annotations

from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import every
from audienceos.platform.web import idempotency


@every("11 * * * *", "web.forget_answers")
async def forget_answers(database: Database) -> None:
    """Each hour."""
    await idempotency.purge(database)
