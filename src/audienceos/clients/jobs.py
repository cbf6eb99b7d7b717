"""Work of this room that runs by itself."""

from __future__ import annotations

from audienceos.clients.actions.sweeping import BATCH, agencies_due, rejudge_due
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.jobs.queueing import Job, later
from audienceos.platform.jobs.registry import every, job

JUDGE = "clients.judge_due"


@every("* * * * *", "clients.health_due")
async def begin_judging(database: Database) -> None:
    """Queue a job for each agency that has a client whose health is due."""
    async with database.serving() as db:
        for agency_id in await agencies_due(db):
            later(db, Job(name=JUDGE, key=JUDGE), system_of(agency_id))


@job(JUDGE)
async def judge_due(database: Database, actor: Actor, payload: Json) -> None:
    """Judge all of the agency's clients that are due. Run twice, the second finds none."""
    judged = BATCH
    while judged == BATCH:
        async with database.acting(Claims(actor)) as db:
            judged = await rejudge_due(db)
