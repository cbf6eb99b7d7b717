"""Tries are counted exactly, slowed down, and nobody is locked out by somebody else."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from audienceos.platform import clock
from audienceos.platform.auth import throttle
from audienceos.platform.auth.models import Throttle
from audienceos.platform.auth.throttle import Limit, Slowing, admit, admit_sign_in, prefix_of, take
from audienceos.platform.db.database import Database
from audienceos.platform.errors import TooMany

SLOWING = Slowing("test", free=3, longest=8)


async def outcome(database: Database, who: str, slowing: Slowing = SLOWING) -> int:
    """Seconds to wait; 0 is admitted."""
    try:
        async with database.serving() as db:
            await admit(db, slowing, who)
    except TooMany as slow:
        return slow.retry_after
    return 0


async def test_a_few_are_free_then_each_pause_is_twice_the_last(database: Database) -> None:
    who, moment = str(uuid4()), clock.now()
    paused: list[int] = []
    for _ in range(9):
        with clock.stopped_at(moment):
            wait = await outcome(database, who)
        if wait:
            paused.append(wait)
            moment += timedelta(seconds=wait)
            with clock.stopped_at(moment):
                assert await outcome(database, who) == 0

    assert paused == [1, 2, 4, 8, 8, 8]


async def test_hammering_prolongs_nothing(database: Database) -> None:
    who, began = str(uuid4()), clock.now()
    with clock.stopped_at(began):
        waits = [await outcome(database, who) for _ in range(50)]
    with clock.stopped_at(began + timedelta(seconds=1)):
        after = await outcome(database, who)

    assert waits == [0, 0, 0] + [1] * 47
    assert after == 0


async def test_a_hundred_at_once_are_counted_each(database: Database) -> None:
    who = str(uuid4())
    with clock.stopped_at(clock.now()):
        waits = await asyncio.gather(*(outcome(database, who) for _ in range(100)))

    assert sorted(waits) == [0] * 3 + [1] * 97


async def test_a_quarter_of_an_hour_later_all_is_forgotten(database: Database) -> None:
    who, began = str(uuid4()), clock.now()
    with clock.stopped_at(began):
        for _ in range(4):
            await outcome(database, who)
    with clock.stopped_at(began + throttle.MEMORY):
        assert [await outcome(database, who) for _ in range(4)] == [0, 0, 0, 1]
        await throttle.forget_old(database)
    async with database.serving() as db:
        kept = await db.scalar(select(Throttle.tries).where(Throttle.key == throttle.key_of("test", who)))
    assert kept == 3


async def test_old_counts_are_dropped(database: Database) -> None:
    who = str(uuid4())
    with clock.stopped_at(clock.now() - timedelta(days=1)):
        await outcome(database, who)

    assert await throttle.forget_old(database) >= 1
    async with database.serving() as db:
        assert await db.get(Throttle, throttle.key_of("test", who)) is None


async def test_a_limit_is_a_limit_even_at_once(database: Database) -> None:
    limit, who = Limit("test limit", tries=5, seconds=60), str(uuid4())

    async def use() -> int:
        try:
            async with database.serving() as db:
                await take(db, limit, who)
        except TooMany as full:
            return full.retry_after
        return 0

    began = clock.now()
    with clock.stopped_at(began):
        used = await asyncio.gather(*(use() for _ in range(20)))
    with clock.stopped_at(began + timedelta(seconds=59, milliseconds=500)):
        late = await use()
    with clock.stopped_at(began + timedelta(seconds=60)):
        fresh = await use()

    assert sorted(used) == [0] * 5 + [60] * 15
    assert (late, fresh) == (1, 0)


async def test_failures_from_everywhere_slow_an_unknown_browser_a_little(database: Database) -> None:
    email = f"{uuid4()}@example.com"
    with clock.stopped_at(clock.now()):
        waits: list[float] = []
        for number in range(60):
            async with database.serving() as db:
                waits.append(await admit_sign_in(db, email, f"2001:db8:{number:x}::1", None))
        async with database.serving() as db:
            known = await admit_sign_in(db, email, "2001:db8:0::1", "mark")

    assert waits[:20] == [0.0] * 20
    assert waits[20:23] == [0.25, 0.5, 0.75]
    assert waits[-1] == throttle.LONGEST_WAIT
    assert known == 0.0


async def test_one_address_over_many_mailboxes_is_slowed(database: Database) -> None:
    address = f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::"
    with clock.stopped_at(clock.now()):
        for number in range(throttle.ADDRESS.free):
            async with database.serving() as db:
                await admit_sign_in(db, f"{number}-{uuid4()}@example.com", f"{address}{number:x}", None)
        with pytest.raises(TooMany):
            async with database.serving() as db:
                await admit_sign_in(db, f"{uuid4()}@example.com", f"{address}ffff", None)


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_what_one_subscriber_holds_counts_as_one(address: str, prefix: str) -> None:
    assert prefix_of(address) == prefix


async def test_the_table_holds_no_address(database: Database) -> None:
    email = f"{uuid4()}@example.com"
    async with database.serving() as db:
        await admit_sign_in(db, email, "192.0.2.99", None)
        keys = (await db.scalars(select(Throttle.key))).all()

    assert keys
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key in keys)
