"""Work of this room that runs by itself."""

from __future__ import annotations

from audienceos.clients.actions.repeating import BATCH as TASKS
from audienceos.clients.actions.repeating import agencies_with_repeats_due, repeat_due
from audienceos.clients.actions.sweeping import BATCH, agencies_due, rejudge_due
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.jobs.queueing import Job, later
from audienceos.platform.jobs.registry import every, job

JUDGE = "clients.judge_due"
REPEAT = "clients.repeat_due"


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


@every("* * * * *", "clients.tasks_due")
async def begin_repeating(database: Database) -> None:
    """Queue a job for each agency that has a task whose next one is due."""
    async with database.serving() as db:
        for agency_id in await agencies_with_repeats_due(db):
            later(db, Job(name=REPEAT, key=REPEAT), system_of(agency_id))


@job(REPEAT)
async def repeat_tasks(database: Database, actor: Actor, payload: Json) -> None:
    """Make the next of each task whose day has come. Run twice, the second finds none."""
    found = TASKS
    while found == TASKS:
        async with database.acting(Claims(actor)) as db:
            found = await repeat_due(db)
