"""Two agencies with rows in every table, and all that may be asked about whether one of them was touched."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import Table

from audienceos.platform.db.base import EVERYTHING, uuid7
from audienceos.platform.db.connect import connected
from audienceos.platform.db.raw import Raw
from audienceos.platform.db.urls import Addresses
from audienceos.platform.db.wallcheck.filling import Filled, Values, fill, insert_of
from audienceos.tables import metadata

COPIES = 3  # more rows of each table, where its keys allow them

WALLED: dict[str, Table] = {
    name: table for name, table in metadata.tables.items() if "global" not in table.info
}
GLOBAL: dict[str, Table] = {name: table for name, table in metadata.tables.items() if "global" in table.info}

# Rows outside the wall that are one agency's people's all the same.
PEOPLE = {
    "account": """id in (select account_id from "user" where agency_id = $1)""",
    "session": """account_id in (select account_id from "user" where agency_id = $1)""",
    "slug": "agency_id = $1",
}


class Side(msgspec.Struct, frozen=True):
    """One agency: who acts in it, its rows by table, and a word that stands in its texts and nowhere else."""

    agency: UUID
    user: UUID
    mark: str
    rows: Filled

    @property
    def claims(self) -> str:
        """The most that somebody of this agency can be."""
        said = {
            "agency_id": self.agency,
            "sub": self.user,
            "user_role": "admin",
            "actor_kind": "person",
        }
        return msgspec.json.encode(said).decode()

    def never_was(self) -> Side:
        """An agency of the same shape that nobody ever founded: every id and the mark are others."""
        fresh: dict[UUID, UUID] = {}
        mark = a_mark()

        def other(value: Any) -> Any:
            if isinstance(value, UUID):
                return fresh.setdefault(value, uuid7())
            return value.replace(self.mark, mark) if isinstance(value, str) else value

        rows = {
            table: {name: other(value) for name, value in row.items()} for table, row in self.rows.items()
        }
        return Side(rows["agency"]["id"], rows["user"]["id"], mark, rows)


class Ground(msgspec.Struct, frozen=True):
    """Where attempts are made: by `mine`, on `theirs`."""

    ways: Addresses
    mine: Side
    theirs: Side


def a_mark() -> str:
    """A word that stands nowhere else."""
    return f"x{secrets.token_hex(5)}"


def key_of(table: str) -> str:
    """The column that holds the tenant."""
    return "id" if table == "agency" else "agency_id"


def verbs_of(table: str) -> tuple[str, ...]:
    """What the request login may do with a table."""
    return cast("tuple[str, ...]", metadata.tables[table].info.get("verbs", EVERYTHING))


def shown_columns(table: str) -> list[str]:
    """The columns that the request login may read."""
    found = metadata.tables[table]
    return [column.name for column in found.columns if column.name not in found.info.get("hidden", ())]


async def laid(ways: Addresses) -> Ground:
    """Two agencies, written by the owner and committed."""
    async with connected(ways.owner) as owner:
        return Ground(ways, await _side(owner), await _side(owner))


async def _side(owner: Raw) -> Side:
    mark = a_mark()
    await owner.execute("begin")
    rows, failed = await fill(owner, metadata, mark)
    assert failed == []
    for table in WALLED:
        for _ in range(COPIES):
            await _copied(owner, table, rows[table])
    await owner.execute("commit")
    return Side(rows["agency"]["id"], rows["user"]["id"], mark, rows)


async def _copied(owner: Raw, table: str, row: Values) -> None:
    """One more row like it, unless a key has no place for another."""
    if "id" not in row or table == "agency":
        return
    again = {
        name: f"{value[:-4]}{secrets.token_hex(2)}" if isinstance(value, str) and "probe" in value else value
        for name, value in row.items()
    }
    await owner.execute("savepoint copying")
    try:
        await owner.execute(*insert_of(table, again | {"id": uuid7()}))
    except Exception:  # noqa: BLE001 (a key that allows one such row; the one is there)
        await owner.execute("rollback to savepoint copying")


FINGERPRINT = """
select {name!r} as "table", count(*) as rows,
       md5(coalesce(string_agg(r::text, '|' order by r::text), '')) as hash
  from "{name}" t, lateral (select to_jsonb(t) - array['last_active_at', 'last_seen_at', 'idle_until'] as r) told
 where {where}
"""
"""All but who was there when, which the process writes down by itself, half a minute after somebody was."""


async def fingerprint(owner: Raw, agency: UUID) -> dict[str, tuple[int, str]]:
    """Every row of the agency and of its people, as one hash a table. Asked as the owner, who sees all."""
    asked = {name: f"{key_of(name)} = $1" for name in WALLED} | PEOPLE
    parts = [FINGERPRINT.format(name=name, where=where) for name, where in asked.items()]
    rows = await owner.fetch(" union all ".join(parts), agency)
    jobs = (
        "select count(*), md5(coalesce(string_agg(j::text, '|' order by j::text), '')) from jobs.pgqueuer j"
    )
    queued = await owner.fetchrow(f"{jobs} where headers ->> 'agency_id' = $1", str(agency))
    assert queued is not None
    return {row["table"]: (row["rows"], row["hash"]) for row in rows} | {"jobs": (queued[0], queued[1])}


def texts(value: Any) -> Iterator[str]:
    """Every text within what a driver answered."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, Mapping):
        for part in cast("Mapping[Any, Any]", value).items():
            yield from texts(part)
    elif isinstance(value, (list, tuple)):
        for part in cast("list[Any]", value):
            yield from texts(part)
    else:
        yield str(value)
