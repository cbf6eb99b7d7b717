"""Work of this room that runs by itself."""

from __future__ import annotations

from audienceos.dashboard.actions.keeping import every_agency, keep_figures
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.jobs.registry import every, job
from audienceos.platform.jobs.sweeping import queue_for_each

KEEP = "dashboard.keep_figures"
BEHIND = -1800
"""Seconds that it stands back in line: nobody waits for it."""


@every("7 * * * *", "dashboard.keep")
async def begin_keeping(database: Database) -> None:
    """Queue a job for each agency, every hour."""
    await queue_for_each(database, every_agency, KEEP, priority=BEHIND)


@job(KEEP)
async def keep(database: Database, actor: Actor, payload: Json) -> None:
    """Keep the agency's figures. Run twice, the second takes the first one's place."""
    async with database.acting(Claims(actor)) as db:
        await keep_figures(db)
