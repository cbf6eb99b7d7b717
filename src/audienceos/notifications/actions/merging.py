"""A client turned out to be another: what people were told of it and who watches it go along."""

from __future__ import annotations

from uuid import UUID

from audienceos.platform.db.sessions import Db
from audienceos.platform.jobs.queueing import Job, later

MERGE = "notifications.merge"

_TOLD = "update notification set client_id = $2 where agency_id = $1 and client_id = $3"
_ALREADY = """delete from watch w where agency_id = $1 and client_id = $3 and exists (
  select from watch o where o.agency_id = $1 and o.client_id = $2 and o.user_id = w.user_id
     and o.ticket_id is not distinct from w.ticket_id)"""
_WATCHED = "update watch set client_id = $2 where agency_id = $1 and client_id = $3"


async def come_along(db: Db, stays_id: UUID, other_id: UUID) -> None:
    """Queue it (`clients.ports.ClientMerge`): these rows are their people's, so that not even an admin reaches them."""
    payload = {"stays_id": str(stays_id), "other_id": str(other_id)}
    later(db, Job(name=MERGE, payload=payload, for_agency=True))


async def bring_along(db: Db, stays_id: UUID, other_id: UUID) -> None:
    """Have everything hang from the client that stays; the agency's machinery does."""
    raw = await db.raw()
    for statement in (_TOLD, _ALREADY, _WATCHED):
        await raw.execute(statement, db.actor.agency_id, stays_id, other_id)
