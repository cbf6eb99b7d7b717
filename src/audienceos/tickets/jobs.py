"""Work of this room that runs by itself."""

from __future__ import annotations

from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import every, job
from audienceos.platform.jobs.sweeping import queue_for_each, until_none_is_due
from audienceos.tickets.actions.sweeping import BATCH, agencies_due, look_at_due

LOOK = "tickets.look_at_due"


@every("* * * * *", "tickets.due")
async def begin_looking(database: Database) -> None:
    """Queue a job for each agency that has a ticket about which time has changed something."""
    await queue_for_each(database, agencies_due, LOOK)


@job(LOOK)
async def look(database: Database, actor: Actor, payload: Json) -> None:
    """Look at all of the agency's tickets that are due. Run twice, the second finds none."""
    await until_none_is_due(database, actor, look_at_due, BATCH)
