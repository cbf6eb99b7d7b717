"""Work of this room that runs by itself."""

from __future__ import annotations

from uuid import UUID

from audienceos.inbox.actions.archives import LOOK as LOOK_THROUGH
from audienceos.inbox.actions.archives import RUN
from audienceos.inbox.actions.indexing import index_source
from audienceos.inbox.actions.keeping import EMPTY, INDEX, NIGHT, delete_all, delete_past
from audienceos.inbox.actions.purging import agencies_keeping_less
from audienceos.inbox.actions.sweeping import BATCH, agencies_due, look_at_due
from audienceos.inbox.answering.leaving import leave
from audienceos.inbox.answering.sweeping import (
    LEAVE,
    SWEEP,
    agencies_with_answers,
    queue_again,
    queue_due,
)
from audienceos.inbox.archives.looking import look_through
from audienceos.inbox.archives.running import run_archive
from audienceos.inbox.archives.working import Who
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.jobs.registry import every, job
from audienceos.platform.jobs.sweeping import queue_for_each, until_none_is_due

LOOK, PURGE = "inbox.look_at_due", "inbox.purge"


@every("* * * * *", "inbox.due")
async def begin_looking(database: Database) -> None:
    """Queue a job for each agency that has a conversation about which time has changed something."""
    await queue_for_each(database, agencies_due, LOOK)


@job(LOOK)
async def look(database: Database, actor: Actor, payload: Json) -> None:
    """Look at all of the agency's conversations that are due. Run twice, the second finds none."""
    await until_none_is_due(database, actor, look_at_due, BATCH)


@every("* * * * *", "answers.due")
async def begin_leaving(database: Database) -> None:
    """Queue a job for each agency that has an answer to be sent which nothing else has seen to."""
    await queue_for_each(database, agencies_with_answers, SWEEP)


@job(SWEEP)
async def sweep_answers(database: Database, actor: Actor, payload: Json) -> None:
    """Queue each of the agency's answers that is due. Run twice, the second queues none that waits already."""
    async with database.acting(Claims(actor)) as db:
        await queue_due(db)


@job(LEAVE, retries=2)
async def let_leave(database: Database, actor: Actor, payload: Json) -> None:
    """Let an answer leave. Run twice, or by two at once, it leaves once."""
    answer_id = UUID(payload["answer_id"])
    again = await leave(database, actor.agency_id, answer_id)
    if again is not None:
        async with database.acting(Claims(actor)) as db:
            queue_again(db, answer_id, again)


@every(f"{NIGHT.minute} {NIGHT.hour} * * *", "inbox.purge_due")
async def begin_purging(database: Database) -> None:
    """Queue a job for each agency of which a source doesn't keep all."""
    await queue_for_each(database, agencies_keeping_less, PURGE)


@job(PURGE)
async def purge(database: Database, actor: Actor, payload: Json) -> None:
    """Delete messages past what their source keeps. Run twice, the second finds none."""
    await delete_past(database, actor)


@job(EMPTY)
async def empty(database: Database, actor: Actor, payload: Json) -> None:
    """Delete all messages of a source. Run twice, the second finds none."""
    await delete_all(database, actor, UUID(payload["source_id"]))


@job(INDEX)
async def index(database: Database, actor: Actor, payload: Json) -> None:
    """Have a source's conversations be found by their words, or by none. Run twice, nothing changes."""
    await index_source(database, actor, UUID(payload["source_id"]))


@job(LOOK_THROUGH)
async def look_through_archive(database: Database, actor: Actor, payload: Json) -> None:
    """Look through an archive. Run twice, it is counted anew."""
    await look_through(database, _who(actor, payload), UUID(payload["archive_id"]))


@job(RUN)
async def take_archive_in(database: Database, actor: Actor, payload: Json) -> None:
    """Take an archive's messages in, from where it ended."""
    await run_archive(database, _who(actor, payload), UUID(payload["archive_id"]))


def _who(actor: Actor, payload: Json) -> Who:
    return Who(actor.agency_id, UUID(payload["user_id"]))
