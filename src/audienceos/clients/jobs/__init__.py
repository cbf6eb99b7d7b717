"""Work of this room that runs by itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from audienceos.agency.access import visible_users
from audienceos.clients.actions.falling_due import BATCH as TASKS
from audienceos.clients.actions.reminding import agencies_with_reminders_due, remind_due
from audienceos.clients.actions.repeating import agencies_with_repeats_due, repeat_due
from audienceos.clients.actions.sweeping import BATCH, agencies_due, rejudge_due
from audienceos.clients.actions.viewing import MERGED, RENAMED, merge_in_views, rename_in_views
from audienceos.clients.queries.one import turned_out
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.sessions import Claims
from audienceos.platform.jobs.registry import every, job
from audienceos.platform.jobs.sweeping import queue_for_each, until_none_is_due

JUDGE = "clients.judge_due"
REPEAT = "clients.repeat_due"
REMIND = "clients.remind_due"


@every("* * * * *", "clients.health_due")
async def begin_judging(database: Database) -> None:
    """Queue a job for each agency that has a client whose health is due."""
    await queue_for_each(database, agencies_due, JUDGE)


@job(JUDGE)
async def judge_due(database: Database, actor: Actor, payload: Json) -> None:
    """Judge all of the agency's clients that are due. Run twice, the second finds none."""
    await until_none_is_due(database, actor, rejudge_due, BATCH)


@every("* * * * *", "clients.tasks_due")
async def begin_repeating(database: Database) -> None:
    """Queue a job for each agency that has a task whose next one is due."""
    await queue_for_each(database, agencies_with_repeats_due, REPEAT)


@job(REPEAT)
async def repeat_tasks(database: Database, actor: Actor, payload: Json) -> None:
    """Make the next of each task whose day has come. Run twice, the second finds none."""
    await until_none_is_due(database, actor, repeat_due, TASKS)


@every("* * * * *", "clients.reminders_due")
async def begin_reminding(database: Database) -> None:
    """Queue a job for each agency that has a reminder whose time has come."""
    await queue_for_each(database, agencies_with_reminders_due, REMIND)


@job(REMIND)
async def remind_of_tasks(database: Database, actor: Actor, payload: Json) -> None:
    """Tell of each reminder whose time has come. Run twice, the second finds none."""
    await until_none_is_due(database, actor, remind_due, TASKS)


@job(RENAMED)
async def rename_in_own_views(database: Database, actor: Actor, payload: Json) -> None:
    """Each person's own views follow a stage to its new name, in that person's sight. Run twice, nothing is left."""
    at = datetime.fromisoformat(payload["at"])
    for author in await _authors(database, actor):
        async with database.acting(Claims(author)) as db:
            await rename_in_views(db, payload["old"], payload["new"], at)


@job(MERGED)
async def merge_in_own_views(database: Database, actor: Actor, payload: Json) -> None:
    """Each person's own views follow a client to the one that it is now, however often it was merged since. Run
    twice, nothing is left."""
    other_id = UUID(payload["other_id"])
    async with database.acting(Claims(actor)) as db:
        stays_id = await turned_out(Lane(await db.raw(), actor), other_id)
    if stays_id is not None:
        for author in await _authors(database, actor):
            async with database.acting(Claims(author)) as db:
                await merge_in_views(db, other_id, stays_id)


async def _authors(database: Database, actor: Actor) -> list[Actor]:
    """Everyone in the agency, as the machinery acts in their sight."""
    async with database.acting(Claims(actor)) as db:
        people = [person.id for person in (await db.scalars(visible_users(actor))).all()]
    return [Actor(agency_id=actor.agency_id, user_id=one, role="user", kind="system") for one in people]
