"""Work of this room that runs by itself."""

from __future__ import annotations

from uuid import UUID

from audienceos.inbox.actions.archives import LOOK as LOOK_THROUGH
from audienceos.inbox.actions.archives import RUN
from audienceos.inbox.actions.sweeping import BATCH, agencies_due, look_at_due
from audienceos.inbox.archives.looking import look_through
from audienceos.inbox.archives.running import run_archive
from audienceos.inbox.archives.working import Who
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import every, job
from audienceos.platform.jobs.sweeping import queue_for_each, until_none_is_due

LOOK = "inbox.look_at_due"


@every("* * * * *", "inbox.due")
async def begin_looking(database: Database) -> None:
    """Queue a job for each agency that has a conversation about which time has changed something."""
    await queue_for_each(database, agencies_due, LOOK)


@job(LOOK)
async def look(database: Database, actor: Actor, payload: Json) -> None:
    """Look at all of the agency's conversations that are due. Run twice, the second finds none."""
    await until_none_is_due(database, actor, look_at_due, BATCH)


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
