"""How the server finds the rows: the plans that it really used for each statement, told by its own auto_explain.

Each statement is asked several times on one connection, so that what is told is the plan that a pooled
connection comes to use. Those inside functions, such as `app.enter`, are told too.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
import msgspec

from audienceos.platform.db.base import Base
from audienceos.platform.db.urls import Address
from bench.recording import Asked

TIMES = 8  # the server compares plans for the sixth and keeps to what it then chose

WATCH = """
load 'auto_explain';
set auto_explain.log_min_duration = 0;
set auto_explain.log_level = notice;
set auto_explain.log_format = json;
set auto_explain.log_analyze = on;
set auto_explain.log_timing = off;
set auto_explain.log_nested_statements = on;
set client_min_messages = notice;
"""


class Scan(msgspec.Struct, frozen=True):
    """How one table was read."""

    table: str
    how: str
    """The node's type, and its index if it has one."""
    kept: int
    dropped: int
    """Rows that were read and thrown away."""

    @property
    def is_sequential(self) -> bool:
        """Whether it read the table from end to end."""
        return self.how == "Seq Scan"


@asynccontextmanager
async def watched(admin: Address, login: str) -> AsyncGenerator[Watcher]:
    """A connection of the administrator that acts as `login`, inside its wall, and hears its plans."""
    connection = await cast("Any", asyncpg).connect(**admin.asyncpg())
    try:
        await connection.execute(WATCH)
        await connection.execute(f'set role "{login}"')
        yield Watcher(connection)
    finally:
        await connection.close()


class Watcher:
    """Hears the plans of what is asked on its connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._plans: list[Any] = []
        connection.add_log_listener(self._hear)

    def _hear(self, connection: Any, message: Any) -> None:
        _, found, plan = str(message.message).partition("plan:\n")
        if found:
            self._plans.append(json.loads(plan)["Plan"])

    async def scans(self, begin: Asked, asked: Sequence[Asked]) -> list[list[Scan]]:
        """How the tables were read by `begin` (and what is inside it), then by each of `asked`."""
        told: list[list[Scan]] = []
        for _ in range(TIMES):
            await self._connection.execute("begin isolation level repeatable read read only")
            told = [await self._scans(one) for one in (begin, *asked)]
            await self._connection.execute("commit")
        return told

    async def _scans(self, asked: Asked) -> list[Scan]:
        await self._connection.fetch(asked.text, *asked.values)
        await self._connection.execute("show timezone")  # a plan is told only when its statement is put away
        plans, self._plans = self._plans, []
        return [scan for plan in plans for scan in _scans_of(plan)]


def _scans_of(node: Any) -> Iterator[Scan]:
    if "Relation Name" in node:
        loops = int(node["Actual Loops"])
        yield Scan(
            node["Relation Name"],
            " ".join(filter(None, [node["Node Type"], node.get("Index Name")])),
            int(node["Actual Rows"] * loops),
            int(node.get("Rows Removed by Filter", 0) * loops),
        )
    for child in node.get("Plans", ()):
        yield from _scans_of(child)


def over_many_agencies(scans: Sequence[Scan]) -> list[Scan]:
    """The sequential scans among them of tables that hold rows of many agencies."""
    tables = Base.metadata.tables
    return [scan for scan in scans if scan.is_sequential and scan.table in tables]
