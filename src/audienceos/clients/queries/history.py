"""The facts of `watched` as they stood at a past moment, from what was written then. One statement a kind.

What isn't kept can't be told: a task that was removed is missing, and one whose day was changed has its present day.
"""

from __future__ import annotations

from datetime import date, datetime

from audienceos.clients.queries.watched import OverdueTask, WatchedClient
from audienceos.platform.db.database import Lane

_CLIENTS = """
select c.id, c.name, e.to_stage, e.moved_at, coalesce(l.at, c.created_at), c.created_at,
       (select count(*) from task t where t.agency_id = $1 and t.client_id = c.id and t.stage = e.to_stage
          and t.created_at <= $2 and (t.completed_at is null or t.completed_at > $2)),
       (select count(*) from task t where t.agency_id = $1 and t.client_id = c.id and t.stage = e.to_stage
          and t.created_at <= $2 and t.completed_at <= $2),
       e.id, l.id
  from client c
  join lateral (
    select id, to_stage, moved_at from stage_event
     where agency_id = $1 and client_id = c.id and moved_at <= $2 order by moved_at desc limit 1) e on true
  left join lateral (
    select id, at from event
     where agency_id = $1 and client_id = c.id and at <= $2 and actor_kind <> 'system' and topic <> 'alert'
       and name not in ('client.imported', 'client.import_undone') order by at desc limit 1) l on true
  left join lateral (
    select name from event
     where agency_id = $1 and client_id = c.id and at <= $2 and name in ('client.archived', 'client.reactivated')
     order by at desc limit 1) a on true
 where c.agency_id = $1 and c.created_at <= $2 and (c.deleted_at is null or c.deleted_at > $2)
   and a.name is distinct from 'client.archived'
 order by c.id"""
_TASKS = """
select t.id, t.client_id, c.name, t.name, t.due_date
  from task t join client c on c.agency_id = $1 and c.id = t.client_id
 where t.agency_id = $1 and t.created_at <= $2 and t.due_date < $3
   and (t.completed_at is null or t.completed_at > $2) and (c.deleted_at is null or c.deleted_at > $2)
 order by t.id"""


async def clients_at(lane: Lane, at: datetime) -> list[WatchedClient]:
    """Every client that was worked for at that moment, as it stood. For readers who see all clients."""
    rows = await lane.raw.fetch(_CLIENTS, lane.actor.agency_id, at)
    return [WatchedClient(*row) for row in rows]


async def overdue_at(lane: Lane, at: datetime, today: date) -> list[OverdueTask]:
    """Every task that was open at that moment and due before that day. For readers who see all clients."""
    rows = await lane.raw.fetch(_TASKS, lane.actor.agency_id, at, today)
    return [OverdueTask(*row) for row in rows]
