"""A stage's checklist is given to each client that enters the stage for the first time, by whichever path.

That a client was given it is a row of its own, unique for client and stage: coming back, two movers at once and a
job that runs twice add nothing. A rename of the stage carries the row along.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from audienceos.clients.importing.bulk import Into
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.raw import Row
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record

TASKS_AT_MOST = 1000  # a client: so many can still be put in order at once

_GIVE = """
with given as (
  insert into stage_checklist (agency_id, id, client_id, stage, given_at)
  select $1, e.id, e.client_id, e.stage, $5 from unnest($2::uuid[], $3::uuid[], $4::text[]) as e (id, client_id, stage)
  on conflict (agency_id, client_id, stage) do nothing
  returning client_id, stage
)
select g.client_id, g.stage, t.id as template_id, t.name, t.description, t.due_after_days, t.assign,
       there.tasks, there.last, held.user_id as owner_id
  from given g
  join task_template t on t.agency_id = $1 and t.stage = g.stage and t.deleted_at is null
  cross join lateral (
    select count(*)::int as tasks, coalesce(max(k.sort_order) filter (where k.stage = g.stage), 0) as last
      from task k where k.agency_id = $1 and k.client_id = g.client_id) there
  left join client_assignment held
    on held.agency_id = $1 and held.client_id = g.client_id and held.role = 'owner'
 order by g.client_id, t.sort_order, t.created_at, t.id
"""
# Where no action judges the client afterwards, the sweep does within a minute: a day that it knows may trip sooner.
_DUE = """
update client set health_due_at = least(health_due_at, $3)
 where agency_id = $1 and id = any($2::uuid[]) and is_active and deleted_at is null
"""
_TASKS = Into(
    "task",
    {"id": "uuid", "client_id": "uuid", "name": "text", "description": "text", "stage": "text", "assigned_to": "uuid",
     "due_date": "date", "sort_order": "int", "template_id": "uuid", "created_at": "timestamptz",
     "updated_at": "timestamptz"},
    conflict="do nothing",
)  # fmt: skip


class Entry(msgspec.Struct, frozen=True):
    """A client that has just entered a stage. `owner_id` is given where the owner isn't written yet."""

    client_id: UUID
    stage: str
    owner_id: UUID | None = None


async def give_checklists(
    db: Db, entries: Sequence[Entry], now: datetime, zone: ZoneInfo, *, tell: bool = True
) -> None:
    """Give each client the checklist of the stage it entered, once for ever. One statement where there is none.

    Days are counted from `now` in `zone`. With `tell` an event says it of each client, whom the caller then judges;
    without it, those with tasks are due to be judged.
    """
    if not entries:
        return
    await db.flush()
    raw, agency_id = await db.raw(), db.actor.agency_id
    ids = [uuid7() for _ in entries]
    stages = [one.stage for one in entries]
    rows = await raw.fetch(_GIVE, agency_id, ids, [one.client_id for one in entries], stages, now)
    owners = {one.client_id: one.owner_id for one in entries}
    tasks = _tasks(rows, owners, now, zone)
    await _TASKS.write(raw, agency_id, tasks)
    if tell:
        await _tell(db, rows)
    elif rows:
        await raw.execute(_DUE, agency_id, [row["client_id"] for row in rows], now)


def _tasks(
    rows: Sequence[Row], owners: dict[UUID, UUID | None], now: datetime, zone: ZoneInfo
) -> list[tuple[Any, ...]]:
    """The new tasks' values, in the order of `_TASKS`; no client gets more than it may have."""
    today = now.astimezone(zone).date()
    place = Counter[UUID]()
    made: list[tuple[Any, ...]] = []
    for row in rows:
        client_id = row["client_id"]
        place[client_id] += 1
        if row["tasks"] + place[client_id] > TASKS_AT_MOST:
            continue
        owner = (owners.get(client_id) or row["owner_id"]) if row["assign"] == "owner" else None
        days = row["due_after_days"]
        due = None if days is None else today + timedelta(days=days)
        at = row["last"] + place[client_id]
        made.append(
            (uuid7(), client_id, row["name"], row["description"], row["stage"], owner, due, at, row["template_id"],
             now, now)
        )  # fmt: skip
    return made


async def _tell(db: Db, rows: Sequence[Row]) -> None:
    lines = defaultdict[tuple[UUID, str], list[str]](list)
    for row in rows:
        lines[row["client_id"], row["stage"]].append(row["name"])
    for (client_id, stage), names in lines.items():
        await record(
            db, "task.given", "client", client_id, client_id=client_id, stage=stage, count=len(names), tasks=names
        )  # fmt: skip
