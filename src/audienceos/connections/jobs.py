"""What time brings: grants that nothing renews once they are over, and ways back that nobody took."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from audienceos.connections.access import renew_ahead
from audienceos.connections.actions.starting import forget_old
from audienceos.connections.models import Integration
from audienceos.connections.ports import providers
from audienceos.connections.renewing import AHEAD
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.jobs.registry import every, job
from audienceos.platform.jobs.sweeping import queue_for_each

RENEW = "connections.renew"


@every("23 * * * *", "connections.grants_ending")
async def grants_ending(database: Database) -> None:
    """Queue a renewal for each agency that has a grant near its end."""
    await queue_for_each(database, _due, RENEW)


@every("47 3 * * *", "connections.starts_forgotten")
async def starts_forgotten(database: Database) -> None:
    """Take out the ways back that nobody took."""
    await forget_old(database)


@job(RENEW)
async def renew(database: Database, actor: Actor, payload: Json) -> None:
    """Renew the agency's grants that end soon. Run twice, the second finds none. Raises `Unavailable` to try again."""
    await renew_ahead(database, actor.agency_id)


async def _due(db: Db) -> list[UUID]:
    row = Integration
    names = [one.name for one in providers() if one.ends_quietly]
    ending = (row.is_connected, row.token_expires_at <= clock.now() + AHEAD, row.provider.in_(names))
    return list(await db.scalars(select(row.agency_id).where(*ending).distinct()))
