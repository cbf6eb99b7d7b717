"""How many clients there were on days that have passed, told by when they came and moved: only where that tells it."""

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
)
select asked.day, count(*)::int as total, count(*) filter (where last.to_stage = any($3::text[]))::int as in_stages
  from asked
  join told on told.since < asked.ends
  join client on client.agency_id = $1 and client.deleted_at is null and client.is_active
             and client.created_at < asked.ends
  left join lateral (
    select to_stage from stage_event
     where agency_id = $1 and client_id = client.id and moved_at < asked.ends
     order by moved_at desc, id desc limit 1) as last on true
 group by asked.day
 order by asked.day"""


class Then(msgspec.Struct, frozen=True):
    """Active clients at a day's end: all, and those in the stages that were asked for."""

    day: date
    total: int
    in_stages: int


async def clients_then(lane: Lane, days: Sequence[date], stages: Sequence[str]) -> list[Then]:
    """All of the agency's clients at the end of each of these days, as far as their coming and moves tell it.

    A day is left out where something happened since that moves don't tell of (`UNTELLABLE`), and one without
    clients. Health isn't kept day by day, so nobody can say who was at risk. One statement.
    """
    asked = (lane.actor.agency_id, list(days), list(stages), list(UNTELLABLE), lane.actor.zone)
    return [Then(*row) for row in await lane.raw.fetch(DAYS, *asked)]
