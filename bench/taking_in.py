"""Messages taken in, two hundred a transaction, beside bare inserts of the very rows that this leaves.

The floor writes into an agency of its own, with the same clients, as the request login inside the wall: by the same
driver, into the same tables with the same keys and indexes, a statement a table and a commit a batch. It finds nothing,
threads nothing and judges nothing. Duplicates and edits have floors of theirs: the ids looked up, the rows updated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from audienceos.inbox.actions.receiving import BATCH, take_in
from audienceos.inbox.actions.sources import source_of
from audienceos.inbox.ports import Correspondent, Incoming
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from bench.filling import agency_id

AT_ONCE = 10
"""Agencies of each side; the last ones are the floor's."""
CLIENTS = 100
TABLES = (
    "conversation",
    "conversation_key",
    "communication",
    "triage_message",
    "conversation_term",
    "promise",
    "event",
)
NUMBERED = "seq"  # what the database counts by itself
BEGIN = "begin; select app.set_claims('{claims}')"
BEGAN = datetime(2026, 11, 2, 9, tzinfo=UTC)
US = Correspondent(name="Desk", address="desk@agency.example")
CLONED = """
insert into {table} select (jsonb_populate_record(o, jsonb_build_object('agency_id', $2::text))).*
  from {table} o where o.agency_id = $1"""
SAID = (
    "Could you please look at the booking form on page {n}? It stopped to send mails after the last change.",
    "Thanks, we have found it and it works again. The report of week {n} follows tomorrow morning.",
)

Rows = Mapping[str, list[tuple[Any, ...]]]


class Side:
    """One agency that takes in, and the one into which the floor writes the same."""

    def __init__(self, database: Database, admin: Any, pool: Any, number: int) -> None:
        self.agency, self.other = agency_id(number), agency_id(number + AT_ONCE)
        self._database, self._admin, self._pool = database, admin, pool
        self._rows: Rows = {}
        self._columns: dict[str, list[str]] = {}
        self._transaction = 0

    async def take(self, messages: Sequence[Incoming]) -> None:
        """Ours."""
        async with self._database.acting(Claims(system_of(self.agency))) as db:
            place = messages[0].place
            named = ("workspace", "slack", "T1") if place else ("mailbox", "gmail", US.address)
            await take_in(db, await source_of(db, *named, "Desk"), messages)
            self._transaction = int(await (await db.raw()).fetchval("select pg_current_xact_id()::text"))

    async def look(self) -> None:
        """Take down which rows that left."""
        found: dict[str, list[tuple[Any, ...]]] = {}
        for table in TABLES:
            rows = await self._admin.fetch(
                f"select * from {table} where agency_id = $1 and xmin::text::bigint = $2 % (2^32)::bigint",
                self.agency,
                self._transaction,
            )
            kept = [{name: value for name, value in row.items() if name != NUMBERED} for row in rows]
            found[table] = [tuple((row | {"agency_id": self.other}).values()) for row in kept]
            self._columns[table] = [f'"{name}"' for name in kept[0]] if kept else []
        self._rows = found

    async def copy(self, *, only: Sequence[str] = TABLES) -> None:
        """The floor: the same rows."""
        (claims,) = Claims(system_of(self.other)).arguments
        async with self._pool.acquire() as connection:
            await connection.execute(BEGIN.format(claims=claims))
            for table in only:
                if self._rows[table]:
                    names = self._columns[table]
                    marks = ", ".join(f"${at + 1}" for at in range(len(names)))
                    await connection.executemany(
                        f"insert into {table} ({', '.join(names)}) values ({marks}) on conflict do nothing",
                        self._rows[table],
                    )
            await connection.execute("commit")

    async def ask(self, messages: Sequence[Incoming]) -> None:
        """The floor of what is known already: the ids, looked up."""
        await self._bare(
            "select id from communication where agency_id = $1 and platform = 'gmail' and message_id = any($2)",
            self.other,
            [one.message_id for one in messages],
        )

    async def change(self, messages: Sequence[Incoming]) -> None:
        """The floor of edits: the rows, changed."""
        await self._bare(
            "update communication m set content = n.said, edited_at = now() from unnest($2::text[], $3::text[]) n(id, said)"
            " where m.agency_id = $1 and m.platform = 'gmail' and m.message_id = n.id",
            self.other,
            [one.message_id for one in messages],
            [one.text for one in messages],
        )

    async def _bare(self, statement: str, *values: Any) -> None:
        (claims,) = Claims(system_of(self.other)).arguments
        async with self._pool.acquire() as connection:
            await connection.execute(BEGIN.format(claims=claims))
            await connection.fetch(statement, *values)
            await connection.execute("commit")


def mails(threads: int, *, begin: int, at: int = 0, each: int = 0) -> list[Incoming]:
    """Two hundred mails of so many threads, or so many of each, from the `at`th of each on."""
    made: list[Incoming] = []
    for thread in range(begin, begin + threads):
        contact = Correspondent(
            name=f"Contact {thread}", address=f"hello@client-{1 + thread % CLIENTS}.example"
        )
        for n in range(at, at + (each or BATCH // threads)):
            is_ours = n % 2 == 1
            made.append(
                Incoming(
                    message_id=f"{thread}.{n}@mail.example",
                    references=tuple(f"{thread}.{before}@mail.example" for before in range(min(n, 20))),
                    sender=US if is_ours else contact,
                    to=(contact,) if is_ours else (US,),
                    subject=f"About page {thread}",
                    text=SAID[n % 2].format(n=n),
                    received_at=BEGAN + timedelta(minutes=thread, hours=n),
                    is_ours=is_ours,
                )
            )
    return made


def lines(begin: int) -> list[Incoming]:
    """Two hundred messages of one channel."""
    return [
        Incoming(
            message_id=f"C1:{n}",
            sender=US if n % 2 else Correspondent(name="Contact", address="U7"),
            is_ours=n % 2 == 1,
            text=SAID[n % 2].format(n=n),
            received_at=BEGAN + timedelta(minutes=n),
            place="C1",
            place_name="shared",
        )
        for n in range(begin * BATCH, (begin + 1) * BATCH)
    ]


async def begun(admin: Any, side: Side) -> None:
    """The same clients, a source and the inbox's settings on both sides."""
    await admin.execute("set session_replication_role = replica")
    await admin.execute("delete from client where agency_id = $1", side.other)
    await admin.execute(CLONED.format(table="client"), side.agency, str(side.other))
    await admin.execute("set session_replication_role = origin")
    for place in (None, "C1"):
        first = msgspec.structs.replace(
            mails(BATCH, begin=10**6)[0], place=place, message_id=f"first {place}"
        )
        await side.take([first])
    for table in ("inbox_source", "inbox_setting"):
        await admin.execute(CLONED.format(table=table), side.agency, str(side.other))
    await admin.execute("vacuum analyze")
