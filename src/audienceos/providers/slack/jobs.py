"""What Slack tells is read as it comes."""

from __future__ import annotations

from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import job
from audienceos.providers.slack import hearing


@job(hearing.HEAR, retries=8)
async def hear(database: Database, actor: Actor, payload: Json) -> None:
    """Do what one event asks for. Run twice, the second changes nothing."""
    await hearing.hear(database, actor, payload)
