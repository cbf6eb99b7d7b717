"""Open tickets as they stood at a past moment; one that was resolved and reopened counts as open all along."""

from __future__ import annotations

from datetime import datetime

from audienceos.platform.db.database import Lane
from audienceos.tickets.queries.watched import OpenTicket

_TICKETS = """
select t.id, t.number, t.client_id, c.name, t.title, t.priority, t.created_at, t.due_date
  from ticket t join client c on c.agency_id = $1 and c.id = t.client_id
 where t.agency_id = $1 and t.created_at <= $2 and (t.resolved_at is null or t.resolved_at > $2)
   and (t.deleted_at is null or t.deleted_at > $2) and (c.deleted_at is null or c.deleted_at > $2)
 order by t.number"""


async def tickets_at(lane: Lane, at: datetime) -> list[OpenTicket]:
    """Every ticket that was open at that moment. For readers who see all clients."""
    rows = await lane.raw.fetch(_TICKETS, lane.actor.agency_id, at)
    return [OpenTicket(*row) for row in rows]
