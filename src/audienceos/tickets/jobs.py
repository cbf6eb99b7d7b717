"""Work of this room that runs by itself."""

from __future__ import annotations

from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.jobs.queueing import Job, later
from audienceos.platform.jobs.registry import every, job
from audienceos.tickets.actions.sweeping import BATCH, agencies_due, look_at_due

LOOK = "tickets.look_at_due"


@every("* * * * *", "tickets.due")
async def begin_looking(database: Database) -> None:
    """Queue a job for each agency that has a ticket about which time has changed something."""
    async with database.serving() as db:
        for agency_id in await agencies_due(db):
            later(db, Job(name=LOOK, key=LOOK), system_of(agency_id))


@job(LOOK)
async def look(database: Database, actor: Actor, payload: Json) -> None:
    """Look at all of the agency's tickets that are due. Run twice, the second finds none."""
    looked = BATCH
    while looked == BATCH:
        async with database.acting(Claims(actor)) as db:
            looked = await look_at_due(db)
