"""Work that falls due by time: a job for each agency that has some, done in batches until none is left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.jobs.queueing import Job, later


async def queue_for_each(
    database: Database, due: Callable[[Db], Awaitable[list[UUID]]], name: str, *, priority: int = 0
) -> None:
    """Queue that job for each agency that is `due`, once however often it is asked while one waits."""
    async with database.serving() as db:
        for agency_id in await due(db):
            later(db, Job(name=name, key=name, priority=priority), system_of(agency_id))


async def until_none_is_due(
    database: Database, actor: Actor, act: Callable[[Db], Awaitable[int]], batch: int
) -> None:
    """A transaction for each batch; one that isn't full was the last."""
    acted = batch
    while acted == batch:
        async with database.acting(Claims(actor)) as db:
            acted = await act(db)
