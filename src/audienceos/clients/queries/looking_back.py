"""How many clients there were on days that have passed, told by when they came, moved and changed colour: only where
that tells it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from audienceos.platform.db.database import Lane

UNTELLABLE = (
    "client.archived", "client.reactivated", "client.deleted", "client.restored", "client.merged", "client.imported",
    "client.import_undone", "agency.stage_added", "agency.stage_renamed", "agency.stage_changed",
    "agency.stages_ordered", "agency.stage_removed",
)  # fmt: skip
"""After one of these nobody can tell from moves alone which clients were worked for before, or what a stage was called."""

DAYS = """
with told as (
  select coalesce(max(at), '-infinity') as since from event
   where agency_id = $1 and name = any($4::text[])
), asked as (
  select day, (day + 1)::timestamp at time zone $5 as ends
    from unnest($2::date[]) as day
), changed as materialized (
  select subject_id, at, seq, data->>'was' as was from event
   where agency_id = $1 and name = 'client.health_changed' and at >= (select min(ends) from asked)
), health as materialized (
  select distinct on (asked.day, changed.subject_id) asked.day, changed.subject_id as client_id, changed.was
    from asked join changed on changed.at >= asked.ends
   order by asked.day, changed.subject_id, changed.at, changed.seq
), stood as (
  select asked.day, last.to_stage, coalesce(health.was, client.health_status) as health
    from asked
    join told on told.since < asked.ends
    join client on client.agency_id = $1 and client.deleted_at is null and client.is_active
               and client.created_at < asked.ends
    left join health on health.day = asked.day and health.client_id = client.id
    left join lateral (
      select to_stage from stage_event
       where agency_id = $1 and client_id = client.id and moved_at < asked.ends
       order by moved_at desc, id desc limit 1) as last on true
)
select day, count(*)::int as total, count(*) filter (where to_stage = any($3::text[]))::int as in_stages,
       count(*) filter (where health = 'red')::int as at_risk,
       count(*) filter (where health <> 'green')::int as attention
  from stood group by day order by day"""


class Then(msgspec.Struct, frozen=True):
    """Active clients at a day's end: all, those in the stages that were asked for, those at risk, and those at risk or
    to be watched."""

    day: date
    total: int
    in_stages: int
    at_risk: int
    attention: int


async def clients_then(lane: Lane, days: Sequence[date], stages: Sequence[str]) -> list[Then]:
    """All of the agency's clients at the end of each of these days, as far as their coming, their moves and the changes
    of their health tell it.

    A day is left out where something happened since that these don't tell of (`UNTELLABLE`), and one without clients.
    Health was what the first change after the day says that it had been, or else what it is. One statement.
    """
    asked = (lane.actor.agency_id, list(days), list(stages), list(UNTELLABLE), lane.actor.zone)
    return [Then(*row) for row in await lane.raw.fetch(DAYS, *asked)]
