"""What taking messages in costs, kind of batch by kind of batch: see `bench.taking_in`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import msgspec

from audienceos.inbox.actions.receiving import BATCH
from audienceos.inbox.ports import Incoming
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from bench.ground import Ground, Town, town
from bench.measuring import CLIENT, CPU, SERVER, WALL, Contender, Cost, Work, ratio, take_turns
from bench.reads import BACKEND, bare_pool
from bench.report import Goal, Table
from bench.taking_in import AT_ONCE, CLIENTS, Side, begun, lines, mails

LENGTH = 20  # mails of the threads that are answered
WARM = 2
MOST = 10.0
COSTS = ("processor, ours", "processor, server", "processor, both", "time")
BACKENDS = "select pid from pg_stat_activity where usename = $1 and datname = current_database()"

Messages = Callable[[int], list[Incoming]]
"""The batch of a round."""
Bare = Callable[[Side, list[Incoming]], Awaitable[None]]
"""What one side does with it."""


class TakingCost(msgspec.Struct, frozen=True):
    """A batch through its floor."""

    what: str
    client: float
    server: float
    cpu: float
    wall: float


async def measure(on: Ground, rounds: int) -> list[TakingCost]:
    """Each kind of batch for one agency, then new mail of several agencies at once."""
    place = await town(on, 2 * AT_ONCE, name="messages", clients=CLIENTS)
    database = Database(place.ways, pool_size=AT_ONCE)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        admin, pool = await _doors(stack, place)
        sides = [Side(database, admin, pool, number) for number in range(1, AT_ONCE + 1)]
        for side in sides:
            await begun(admin, side)
        await asyncio.gather(
            *(side.take(mails(BATCH, begin=10**5)) for side in sides)
        )  # every connection is there
        measuring = _Measuring(rounds, *await _processes(admin, pool, on.settings.app_login))
        return [cost async for cost in _costs(measuring, sides)]


async def _costs(measuring: _Measuring, sides: Sequence[Side]) -> AsyncGenerator[TakingCost]:
    first, rest = sides[0], 1000
    for n in range(LENGTH):  # the threads that are answered, there on both sides
        await first.take(mails(BATCH, begin=2 * 10**5, at=n, each=1))
        await first.look()
        await first.copy()
    yield await measuring.cost(
        "new mail: threads of four", [first], lambda n: mails(BATCH // 4, begin=rest * (1 + n)), _copied
    )
    yield await measuring.cost(
        f"answers, one to each of {BATCH} threads of {LENGTH}",
        [first],
        lambda n: mails(BATCH, begin=2 * 10**5, at=LENGTH + n, each=1),
        _copied,
    )
    yield await measuring.cost("one channel", [first], lines, _copied)
    yield await measuring.cost(
        "known already",
        [first],
        lambda n: mails(BATCH // 4, begin=rest),
        Side.ask,
    )
    yield await measuring.cost(
        "edited",
        [first],
        lambda n: _edited(mails(BATCH // 4, begin=rest), n),
        Side.change,
    )
    yield await measuring.cost(
        f"new mail at {AT_ONCE} agencies at once",
        sides,
        lambda n: mails(BATCH // 4, begin=rest * (100 + n)),
        _copied,
    )


class _Measuring:
    """Both sides in turns; between them it is taken down what ours has left."""

    def __init__(self, rounds: int, ours: tuple[int, ...], floor: tuple[int, ...]) -> None:
        self._rounds = rounds
        self._ours, self._floor = ours, floor

    async def cost(self, what: str, sides: Sequence[Side], made: Messages, bare: Bare) -> TakingCost:
        """The medians over the rounds."""
        costs: dict[str, list[Cost]] = {"ours": [], "floor": []}
        for n in range(-WARM, self._rounds):
            messages = made(n + WARM)
            ours = await self._turn("ours", _each(sides, Side.take, messages), self._ours)
            for side in sides:
                await side.look()
            floor = await self._turn("floor", _each(sides, bare, messages), self._floor)
            if n >= 0:
                costs["ours"].append(ours)
                costs["floor"].append(floor)
        return TakingCost(what, *(ratio(costs, "ours", "floor", of) for of in (CLIENT, SERVER, CPU, WALL)))

    async def _turn(self, name: str, work: Work, server: tuple[int, ...]) -> Cost:
        found = await take_turns([Contender(name, work, (1,), server=server)], 1, warm=0)
        return found[name][0]


def _each(sides: Sequence[Side], do: Bare, messages: list[Incoming]) -> Work:
    async def work(order: Sequence[int]) -> None:
        await asyncio.gather(*(do(side, messages) for side in sides))

    return work


async def _copied(side: Side, messages: list[Incoming]) -> None:
    await side.copy()


def _edited(messages: list[Incoming], n: int) -> list[Incoming]:
    return [
        msgspec.structs.replace(
            one, text=f"{one.text} For the {n}th time.", edited_at=one.received_at + timedelta(minutes=n + 1)
        )
        for one in messages
    ]


async def _doors(stack: AsyncExitStack, place: Town) -> tuple[Any, Any]:
    assert place.ways.admin is not None
    admin = await stack.enter_async_context(connected(place.ways.admin))
    return admin, await stack.enter_async_context(bare_pool(place.ways.app, connections=AT_ONCE))


async def _processes(admin: Any, pool: Any, login: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The server's processes for ours and for the floor."""
    held = [await pool.acquire() for _ in range(AT_ONCE)]
    floor = [int(await one.fetchval(BACKEND)) for one in held]
    for one in held:
        await pool.release(one)
    every = [int(row[0]) for row in await admin.fetch(BACKENDS, login)]
    return tuple(pid for pid in every if pid not in floor), tuple(floor)


def told_taken(found: Sequence[TakingCost]) -> tuple[list[Table], list[Goal]]:
    """Each kind of batch beside its floor."""
    table = Table(
        "Messages taken in",
        f"{BATCH} messages a transaction, through bare inserts of the very rows that this leaves (for known ones through the "
        "look-up of their ids, for edited ones through the update of their rows).",
        ("batch", *COSTS),
        [
            (one.what, *(f"{part:.1f}" for part in (one.client, one.server, one.cpu, one.wall)))
            for one in found
        ],
    )
    written = [one for one in found if "known" not in one.what and "edited" not in one.what]
    most = max(written, key=lambda one: one.wall)
    said = f"new messages taken in at most {MOST:.0f} times the time of bare inserts of their rows"
    return [table], [Goal(said, f"{most.wall:.1f} at most ({most.what})", most.wall <= MOST)]
