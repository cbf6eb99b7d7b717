"""Work of this room that runs by itself."""

from __future__ import annotations

from audienceos.alerts.actions.looking import agencies_due
from audienceos.alerts.answers import EVALUATE
from audienceos.alerts.looking import look_at
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import every, job
from audienceos.platform.jobs.sweeping import queue_for_each


@every("* * * * *", "alerts.due")
async def begin_looking(database: Database) -> None:
    """Queue a job for each agency that wasn't looked at for an hour, or that has an alert to bring back."""
    await queue_for_each(database, agencies_due, EVALUATE)


@job(EVALUATE)
async def evaluate(database: Database, actor: Actor, payload: Json) -> None:
    """Look at the agency, in its own name whoever's doing led here. Run twice, the second changes nothing."""
    await look_at(database, system_of(actor.agency_id, actor.zone))
