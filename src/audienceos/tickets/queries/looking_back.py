"""How many tickets were open on days that have passed, and how much time had been spent in their weeks by then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from audienceos.platform.db.database import Lane

DAYS = """
with asked as (
  select day, (day + 1)::timestamp at time zone $3 as ends
    from unnest($2::date[]) as day
   where (day + 1)::timestamp at time zone $3 > (select created_at from agency where id = $1)
), changed as materialized (
  select subject_id, at, seq, name, name in ('ticket.resolved', 'ticket.reopened') as of_status from event
   where agency_id = $1 and at >= (select min(ends) from asked)
     and name = any('{ticket.resolved,ticket.reopened,ticket.deleted,ticket.restored}'::text[])
), next as materialized (
  select distinct on (asked.day, changed.subject_id, changed.of_status)
         asked.day, changed.subject_id as ticket_id, changed.of_status, changed.name
    from asked join changed on changed.at >= asked.ends
   order by asked.day, changed.subject_id, changed.of_status, changed.at, changed.seq
)
select asked.day,
       (select count(*)::int
          from ticket t
          left join next s on s.day = asked.day and s.ticket_id = t.id and s.of_status
          left join next d on d.day = asked.day and d.ticket_id = t.id and not d.of_status
         where t.agency_id = $1 and t.created_at < asked.ends
           and coalesce(s.name = 'ticket.resolved', t.status <> 'resolved')
           and coalesce(d.name = 'ticket.deleted', t.deleted_at is null)) as open,
       (select coalesce(sum(e.minutes), 0)::int
          from ticket_time e
          join ticket t on t.agency_id = $1 and t.id = e.ticket_id
          left join next d on d.day = asked.day and d.ticket_id = t.id and not d.of_status
         where e.agency_id = $1 and e.day between date_trunc('week', asked.day)::date and asked.day
           and coalesce(d.name = 'ticket.deleted', t.deleted_at is null)) as minutes
  from asked order by asked.day"""


class TicketsThen(msgspec.Struct, frozen=True):
    """Tickets that were open at a day's end, and the minutes dated from that week's Monday to that day."""

    day: date
    open: int
    minutes: int


async def tickets_then(lane: Lane, days: Sequence[date]) -> list[TicketsThen]:
    """All of the agency's tickets at the end of each of these days on which there was an agency.

    Whether one was open is what the first resolution or reopening after the day says that it had been, or else what it
    is; likewise whether it was deleted. Minutes are those that are known now for those days. One statement.
    """
    asked = (lane.actor.agency_id, list(days), lane.actor.zone)
    return [TicketsThen(*row) for row in await lane.raw.fetch(DAYS, *asked)]
