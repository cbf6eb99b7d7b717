"""Where a page stands in its agency's events: `epoch.edge`, opaque to everyone else.

The edge is the lower edge of a snapshot (its xmin): every transaction below it had ended when the page was
drawn. So whatever the page can't have shown carries a transaction number at or above it, in whatever order
transactions commit; a sequence number doesn't have that property, and loses events.

The epoch names one run of one database server. Numbers start again after a restore, and after a crash those
of the last moment are given out twice; a cursor of another run therefore means "fetch everything".
"""

from __future__ import annotations

import re
from uuid import UUID

import msgspec

from audienceos.platform.db.database import Lane
from audienceos.platform.db.raw import Raw

REPLAYED_MOST = 500  # events; beyond it fetching the page's parts anew is cheaper than telling each
SHAPE = re.compile(r"([0-9a-f]{1,8}-[0-9a-f]{1,16})\.([0-9]{1,19})")

EPOCH = """
(select to_hex(oid::bigint) from pg_database where datname = current_database())
|| '-' || to_hex((extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint)
"""
HERE = f"select {EPOCH} as epoch, pg_snapshot_xmin(pg_current_snapshot())::text as edge"

# No event is above the snapshot's upper edge, except one that a restore brought from a server that had
# counted further: it is as old as the dump, and would be replayed for ever.
MISSED = f"""
select here.epoch, here.edge, e.id, e.topic, e.client_id
  from ({HERE}) as here
  left join lateral (
    select id, topic, client_id, xid, seq from event
     where agency_id = $1 and xid >= $2::text::xid8 and xid < pg_snapshot_xmax(pg_current_snapshot())
     order by xid, seq limit {REPLAYED_MOST + 1}
  ) as e on true
 order by e.xid, e.seq
"""  # noqa: S608 (constants of ours)


class Cursor(msgspec.Struct, frozen=True):
    """A place in the events of one run of the database."""

    epoch: str
    edge: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.edge}"


class Told(msgspec.Struct, frozen=True, array_like=True):
    """As much of an event as a browser hears: that it was, never what it says."""

    id: UUID
    topic: str
    client_id: UUID | None


class Missed(msgspec.Struct, frozen=True):
    """What happened since a cursor, and where that brings us."""

    at: Cursor
    events: list[Told] | None
    """None: too much, or the cursor is of no use here; fetch everything."""


def parse(text: str) -> Cursor | None:
    """The cursor that a browser sent back, or None if we never wrote that."""
    found = SHAPE.fullmatch(text)
    return Cursor(found[1], int(found[2])) if found else None


async def cursor_now(lane: Lane) -> str:
    """The cursor of the page that this lane draws: the lane's questions all see one picture."""
    return str(await _here(lane))


async def epoch_of(connection: Raw) -> str:
    """Which run of which database answers on this connection."""
    return str(await connection.fetchval(f"select {EPOCH}"))


async def missed_since(lane: Lane, cursor: Cursor | None) -> Missed:
    """The agency's events at or above the cursor, in order.

    The lane must have begun after you listen for later ones, else what happens in between is lost.
    """
    if cursor is None:
        return Missed(await _here(lane), None)
    rows = await lane.raw.fetch(MISSED, lane.actor.agency_id, str(cursor.edge))
    at = Cursor(rows[0]["epoch"], int(rows[0]["edge"]))
    events = [Told(row["id"], row["topic"], row["client_id"]) for row in rows if row["id"] is not None]
    useless = at.epoch != cursor.epoch or len(events) > REPLAYED_MOST
    return Missed(at, None if useless else events)


async def _here(lane: Lane) -> Cursor:
    row = await lane.raw.fetchrow(HERE)
    assert row is not None
    return Cursor(row["epoch"], int(row["edge"]))
