"""Work of this room that runs by itself."""

from __future__ import annotations

from uuid import UUID

import msgspec

from audienceos.notifications.actions.merging import MERGE, bring_along
from audienceos.notifications.actions.telling import TELL, Told, tell_person, tellings
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.jobs.acting import acting_person
from audienceos.platform.jobs.registry import job


@job(TELL)
async def tell(database: Database, actor: Actor, payload: Json) -> None:
    """Tell everybody whom the table names, each as they are today. Run twice, the second tells nobody."""
    told = msgspec.convert(payload, Told)
    async with database.acting(Claims(actor)) as db:
        whom = await tellings(db, told)
    for user_id, telling in whom.items():
        person = await acting_person(database, actor.agency_id, user_id)
        if person is not None:
            async with database.acting(Claims(person)) as db:
                await tell_person(db, telling)


@job(MERGE)
async def merge(database: Database, actor: Actor, payload: Json) -> None:
    """Have all that hung from a merged client hang from the one that stays. Run twice, nothing is left to bring."""
    async with database.acting(Claims(actor)) as db:
        await bring_along(db, UUID(payload["stays_id"]), UUID(payload["other_id"]))
