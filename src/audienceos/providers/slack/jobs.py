"""What Slack tells is read as it comes; the channels of clients are read each hour besides."""

from __future__ import annotations

from uuid import UUID

from audienceos.connections.actions.syncing import agencies_connected, queue_connected
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.jobs.registry import every, job
from audienceos.platform.jobs.sweeping import queue_for_each
from audienceos.providers.slack import hearing, notices, sweeping

LOOK = "slack.look_at_due"


@every("11 * * * *", "slack.due")
async def begin_reading(database: Database) -> None:
    """Queue a job for each agency that is connected with a workspace."""
    await queue_for_each(database, _connected, LOOK)


@job(LOOK)
async def look(database: Database, actor: Actor, payload: Json) -> None:
    """Queue a reading of the agency's workspace."""
    await queue_connected(database, actor, "slack")


@job(hearing.HEAR, retries=8)
async def hear(database: Database, actor: Actor, payload: Json) -> None:
    """Do what one event asks for. Run twice, the second changes nothing."""
    await hearing.hear(database, actor, payload)


@job(sweeping.SWEEP)
async def sweep(database: Database, actor: Actor, payload: Json) -> None:
    """Begin to read the channels of clients."""
    await sweeping.begin_sweep(database, actor, UUID(payload["integration_id"]))


@job(sweeping.LEG)
async def go_on(database: Database, actor: Actor, payload: Json) -> None:
    """Read as much of them as may be read at once."""
    await sweeping.go_on(database, actor, payload)


@job(notices.TELL)
async def tell(database: Database, actor: Actor, payload: Json) -> None:
    """Tell a person something in their channel."""
    await notices.tell(database, actor, payload)


async def _connected(db: Db) -> list[UUID]:
    return await agencies_connected(db, "slack")
