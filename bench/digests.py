"""The digest of an agency of many people, beside the fewest statements by which anybody could write it.

python -m bench.digests
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from audienceos.notifications.jobs import AT_ONCE, deliver, link_to
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.db.raw import Raw
from audienceos.platform.db.sessions import Claims
from audienceos.platform.db.urls import Addresses
from bench.ground import ground
from bench.reads import bare_pool

PEOPLE, EACH, ROUNDS = 5_000, 3, 3

FOUND = """
with g as (insert into agency (id, name, slug) values ($1, 'Bench', $1::uuid::text) returning id),
     c as (insert into client (agency_id, id, name, name_key, stage, stage_entered_at, last_activity_at)
           select id, id, 'Oxbow', 'oxbow', 'Onboarding', now(), now() from g)
select 1"""
SEATED = """
with a as (insert into account (id, email, email_key, password_hash, password_changed_at)
           select id, id || '@example.com', id || '@example.com', '', now() from unnest($2::uuid[]) as id)
insert into "user" (agency_id, id, account_id, email, email_key, first_name, last_name, role)
select $1, id, id, id || '@example.com', id || '@example.com', 'A', 'Person', 'user' from unnest($2::uuid[]) as id"""
WISHED = """
insert into user_preference (agency_id, id, user_id, category, key, value)
select $1, gen_random_uuid(), id, 'notifications', 'digest_mode', '"daily"' from unnest($2::uuid[]) as id"""
WAITING = """
insert into notification (agency_id, id, user_id, key, kind, urgency, words, subject_type, client_id, mail, due_at,
                          created_at)
select $1, gen_random_uuid(), person, gen_random_uuid()::text, 'tickets', 'normal', 'Somebody moved ticket #' || n,
       'ticket', $1, 'waiting', now(), now() - interval '8 days'
  from unnest($2::uuid[]) as person, generate_series(1, $3) as n"""
ASKED = (
    "select id, words from notification where agency_id = $1 and user_id = $2 and due_at <= now() for update"
)
POSTED = """
insert into mail_out (agency_id, id, kind, to_email, subject, body, created_at)
values ($1, $2, 'notification', $3, $4, $5, now())"""
MARKED = """
update notification set mail = 'posted', due_at = null, mail_id = $3
 where agency_id = $1 and user_id = $2 and due_at <= now()"""


class Digests(msgspec.Struct, frozen=True):
    """One measure: how many people, how many mails came of it, and how long each way took, in seconds."""

    people: int
    mails: int
    ours: float
    floor: float

    @property
    def ratio(self) -> float:
        """How many times as long ours takes."""
        return self.ours / self.floor


async def measure(ways: Addresses, people: int = PEOPLE, rounds: int = ROUNDS) -> Digests:
    """The medians over the rounds; in each both ways write the same digests, in turn first."""
    link_to("https://bench.example")
    agency_id, seats = uuid7(), [uuid7() for _ in range(people)]
    async with connected(ways.owner) as connection:
        await connection.execute(FOUND, agency_id)
        await connection.execute(SEATED, agency_id, seats)
        await connection.execute(WISHED, agency_id, seats)
    database = Database(ways, pool_size=AT_ONCE + 1)
    took: dict[str, list[float]] = {"ours": [], "floor": []}
    try:
        for n in range(rounds):
            contenders = {
                "ours": lambda: _ours(database, agency_id),
                "floor": lambda: _bare(ways, agency_id, seats),
            }
            for name in sorted(contenders, reverse=bool(n % 2)):
                took[name].append(await _timed(ways, agency_id, seats, contenders[name]))
    finally:
        await database.close()
    async with connected(ways.owner) as connection:
        mails = await connection.fetchval("select count(*) from mail_out where agency_id = $1", agency_id)
    return Digests(people, int(mails), statistics.median(took["ours"]), statistics.median(took["floor"]))


async def _timed(
    ways: Addresses, agency_id: UUID, seats: list[UUID], act: Callable[[], Awaitable[None]]
) -> float:
    """How long it takes to write everybody's digest, and nobody's is left."""
    async with connected(ways.owner) as connection:
        await connection.execute(WAITING, agency_id, seats, EACH)
        await connection.execute("analyze notification")
        began = time.perf_counter()
        await act()
        took = time.perf_counter() - began
        left = "select count(*) from notification where agency_id = $1 and mail = 'waiting'"
        assert await connection.fetchval(left, agency_id) == 0
    return took


async def _ours(database: Database, agency_id: UUID) -> None:
    await deliver(database, system_of(agency_id), {})


async def _bare(ways: Addresses, agency_id: UUID, seats: list[UUID]) -> None:
    """For each person a transaction inside the wall: what waits, one mail, and the marks."""
    left = iter(seats)
    async with bare_pool(ways.app, connections=AT_ONCE) as pool:

        async def work() -> None:
            async with pool.acquire() as held:
                for user_id in left:
                    await _written(held, Actor(agency_id=agency_id, user_id=user_id, role="user"))

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def _written(held: Raw, actor: Actor) -> None:
    claims = Claims(actor)
    await held.execute("begin")
    await held.fetchrow(claims.statement, *claims.arguments)
    rows = await held.fetch(ASKED, actor.agency_id, actor.user_id)
    mail_id, body = uuid7(), "\n".join(row["words"] for row in rows)
    to = f"{actor.user_id}@example.com"
    await held.execute(POSTED, actor.agency_id, mail_id, to, f"{len(rows)} notifications", body)
    await held.execute(MARKED, actor.agency_id, actor.user_id, mail_id)
    await held.execute("commit")


async def main() -> None:
    """Measure on a server of its own, and print it."""
    async with ground() as on:
        found = await measure(await on.database("digests"))
    print(f"{found.people:,} people: {found.ours:.1f} s, {found.ratio:.2f} times the floor")


if __name__ == "__main__":
    asyncio.run(main())
