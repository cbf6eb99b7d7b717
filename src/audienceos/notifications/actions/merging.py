"""A client turned out to be another, or a ticket to be another's: what people watch and were told goes along."""

from __future__ import annotations

from uuid import UUID

from audienceos.platform.db.sessions import Db
from audienceos.platform.jobs.queueing import Job, later

MERGE = "notifications.merge"
COME = "notifications.come"

_TOLD = "update notification set client_id = $2 where agency_id = $1 and client_id = $3"
_ALREADY = """delete from watch w where agency_id = $1 and client_id = $3 and exists (
  select from watch o where o.agency_id = $1 and o.client_id = $2 and o.user_id = w.user_id
     and o.ticket_id is not distinct from w.ticket_id)"""
_TWICE = """delete from watch w using ticket t where t.agency_id = $1 and t.id = $2 and w.agency_id = $1
   and w.ticket_id = t.id and w.client_id <> t.client_id and exists (
  select from watch o where o.agency_id = $1 and o.client_id = t.client_id and o.user_id = w.user_id
     and o.ticket_id = t.id)"""
_CAME = """update watch w set client_id = t.client_id from ticket t where t.agency_id = $1 and t.id = $2
   and w.agency_id = $1 and w.ticket_id = t.id and w.client_id <> t.client_id"""
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


async def bring_ticket(db: Db, ticket_id: UUID) -> None:
    """Have whoever watches the ticket watch it at the client that it has now; the agency's machinery does."""
    raw = await db.raw()
    for statement in (_TWICE, _CAME):
        await raw.execute(statement, db.actor.agency_id, ticket_id)
