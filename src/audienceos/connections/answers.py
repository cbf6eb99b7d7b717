"""What this room answers when a client is taken out or turns out to be another."""

from __future__ import annotations

from uuid import UUID

import msgspec
from sqlalchemy import update

from audienceos.connections.models import AdAccount
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db

_ACCOUNTS = """
select (to_jsonb(a) - 'agency_id')::text from ad_account a
 where a.agency_id = $1 and a.client_id in (
   select id from client where agency_id = $1 and (id = $2 or merged_into = $2)) order by a.id"""


async def exported(lane: Lane, client_id: UUID) -> dict[str, list[Json]]:
    """The ad accounts of the client (`clients.ports.ClientExport`)."""
    rows = await lane.raw.fetch(_ACCOUNTS, lane.actor.agency_id, client_id)
    return {"ad_account": [msgspec.json.decode(row[0]) for row in rows]}


async def come_along(db: Db, stays_id: UUID, other_id: UUID) -> None:
    """The other's ad accounts are this client's (`clients.ports.ClientMerge`)."""
    row = AdAccount
    theirs = update(row).where(row.agency_id == db.actor.agency_id, row.client_id == other_id)
    change = theirs.values(client_id=stays_id, version=row.version + 1)
    await db.execute(change.execution_options(synchronize_session=False))
