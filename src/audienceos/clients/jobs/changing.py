"""Changes of many clients as the worker's jobs. Each is safe to run twice."""

from __future__ import annotations

from uuid import UUID

from audienceos.clients.actions.changing import CHANGE, UNDO
from audienceos.clients.changing import RUN, Step, Who, run_change
from audienceos.clients.changing import UNDO as TAKE_BACK
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import job


@job(CHANGE)
async def change_many(database: Database, actor: Actor, payload: Json) -> None:
    """Do one verb to many clients."""
    await _run(database, actor, payload, RUN)


@job(UNDO)
async def take_back(database: Database, actor: Actor, payload: Json) -> None:
    """Take many moves back."""
    await _run(database, actor, payload, TAKE_BACK)


async def _run(database: Database, actor: Actor, payload: Json, step: Step) -> None:
    who = Who(actor.agency_id, UUID(payload["user_id"]))
    await run_change(database, who, UUID(payload["change_id"]), step)
