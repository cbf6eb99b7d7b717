"""What tests of notifications begin with, each made by the product's own doors."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from audienceos.notifications.actions.telling import TELL
from audienceos.notifications.jobs import tell
from audienceos.notifications.models import Notification
from audienceos.platform.actor import system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from tests.cast import Player

_QUEUED = """select payload from jobs.pgqueuer
 where entrypoint = $1 and (headers ->> 'agency_id')::uuid = $2 order by id"""
_DONE = "delete from jobs.pgqueuer where entrypoint = $1 and (headers ->> 'agency_id')::uuid = $2"


async def queued(database: Database, agency: Player, job: str = TELL) -> list[Json]:
    """What waits for the worker in that agency, in order."""
    async with database.serving() as db:
        rows = await (await db.raw()).fetch(_QUEUED, job, agency.agency_id)
    return [msgspec.json.decode(row[0]) for row in rows]


async def worked(database: Database, agency: Player) -> None:
    """The worker has done what waited: everybody whom something concerns was told."""
    waiting = await queued(database, agency)
    async with database.serving() as db:
        await (await db.raw()).execute(_DONE, TELL, agency.agency_id)
    for payload in waiting:
        await tell(database, system_of(agency.agency_id), payload)


async def rows_of(database: Database, player: Player) -> list[Notification]:
    """All that the person was told, the oldest first."""
    async with database.acting(Claims(player.actor)) as db:
        mine = (Notification.agency_id == player.agency_id, Notification.user_id == player.user_id)
        return list(await db.scalars(select(Notification).where(*mine).order_by(Notification.id)))


async def told(database: Database, player: Player) -> list[str]:
    """The words of all that the person was told once the worker was through, the oldest first."""
    await worked(database, player)
    return [row.words for row in await rows_of(database, player)]


async def wishes(player: Player, **given: Any) -> None:
    """The person sets some of their notification preferences, by the API."""
    body = {f"notifications.{name}": value for name, value in given.items()}
    answer = await player.patch("/v1/preferences", json=body)
    assert answer.status_code == 200, answer.text


async def look_after(
    player: Player, client: dict[str, Any], whom: Player, role: str = "collaborator"
) -> None:
    """Somebody is asked to look after the client as well."""
    body = {"user_id": str(whom.user_id), "role": role}
    answer = await player.post(f"/v1/clients/{client['id']}/assignments", json=body)
    assert answer.status_code in (200, 201), answer.text


def key_of(row: Notification) -> UUID:
    """The event that it tells of."""
    return UUID(row.key)
