"""The list and the board, read by the product's own questions, beside the same statements on the bare driver.

The floor is asyncpg's own pool, one statement that begins and sets the claims, the very statements that the
product sends with the same values, and the commit; its rows stay as the driver gives them.
"""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, cast

import asyncpg
import msgspec

from audienceos.agency.pipeline import Pipeline, Thresholds
from audienceos.clients.queries.board import BoardQuery, board
from audienceos.clients.queries.listing import CLIENTS, COUNT, ClientQuery
from audienceos.platform.actor import Actor
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.sessions import Claims, Opening
from audienceos.platform.db.urls import Address
from bench.filling import LARGE, agency_id, credential, person_id
from bench.ground import Town
from bench.measuring import CLIENT, CPU, SERVER, WALL, Contender, Rounds, Work, ratio, take_turns
from bench.recording import Asked, Question, asked_by

BEGIN = "begin isolation level repeatable read read only"
BACKEND = "select pg_backend_pid()"
READS = 40  # of each way in a round
FLOOR, UNRESET, KNOWN, ENTERS = "floor", "floor without reset", "known", "enters"
GROWS, LARGER = "more agencies: ", "more clients: "
PIPELINE = Pipeline((), {}, Thresholds(), 4)


async def ask_list(lane: Lane) -> None:
    """What the list's page asks about clients: its first 25, by name, and how many there are."""
    query = ClientQuery()
    await CLIENTS.page(lane, query, sort=query.sort, binds=query.binds, form=query.form)
    await COUNT.one(lane, query.binds, form=query.form)


async def ask_board(lane: Lane) -> None:
    """What the board asks about clients: how many stand in each stage, and the first cards."""
    await board(lane, PIPELINE, BoardQuery())


QUESTIONS: Mapping[str, Question] = {"list": ask_list, "board": ask_board}


def known(agency: int) -> Claims:
    """The agency's admin, already known, as a job's person is."""
    return Claims(Actor(agency_id=agency_id(agency), user_id=person_id(agency), role="admin"))


class Product:
    """The product's way: its pool, its `reading`, its structs."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def work(self, question: Question, *, enters: bool) -> Work:
        """`enters`: each read shows a session, as a request does; else who reads is known already."""

        async def read(agencies: Sequence[int]) -> None:
            for agency in agencies:
                opening: Opening = credential(agency) if enters else known(agency)
                async with self.database.reading(opening) as lane:
                    await question(lane)

        return read


class Floor:
    """The bare driver's way."""

    def __init__(self, pool: Any, asked: Mapping[int, list[Asked]]) -> None:
        self.pool = pool
        self.asked = asked
        self.begins = {agency: begins(agency) for agency in asked}

    async def read(self, agencies: Sequence[int]) -> None:
        for agency in agencies:
            async with self.pool.acquire() as connection:
                await connection.execute(self.begins[agency])
                for asked in self.asked[agency]:
                    await connection.fetch(asked.text, *asked.values)
                await connection.execute("commit")


def begins(agency: int, how: str = BEGIN) -> str:
    """One statement that begins a transaction and says who acts: the agency's admin."""
    (claims,) = known(agency).arguments
    return f"{how}; select app.set_claims('{claims}')"


@asynccontextmanager
async def bare_pool(address: Address, *, resets: bool = True, connections: int = 1) -> AsyncGenerator[Any]:
    """asyncpg's own pool. `resets`: as it comes, with a reset at each return."""
    how: dict[str, Any] = {} if resets else {"reset": _nothing}
    pool = cast("Any", asyncpg).create_pool(
        **address.asyncpg(), min_size=connections, max_size=connections, **how
    )
    async with pool:
        yield pool


async def _nothing(connection: Any) -> None:
    pass


class ReadCost(msgspec.Struct, frozen=True):
    """A read through another of the same round."""

    question: str
    agencies: int
    what: str
    client: float
    server: float
    cpu: float
    wall: float


async def measure(places: Sequence[Town], rounds: int) -> list[ReadCost]:
    """Every way to both questions in every database, those that are compared in turns.

    First each through the floor of its database, then at each size through the smallest, then at an agency with
    many clients through one with few.
    """
    costs: list[ReadCost] = []
    async with AsyncExitStack() as stack:
        ways = [await _Ways.of(stack, place) for place in places]
        for question in QUESTIONS:
            few = [contender for way in ways for contender in await way.contenders(question)]
            costs += _told(await take_turns(few, rounds), question, places)
            many = await ways[0].contenders(question, large=True)
            costs += _told_large(await take_turns(many, rounds // 2), question, places[0])
    return costs


def _told(found: Rounds, question: str, places: Sequence[Town]) -> Iterator[ReadCost]:
    for place in places:
        floor = f"{place.agencies} {FLOOR}"
        for way in (ENTERS, KNOWN, UNRESET):
            yield _ratio(found, question, place, way, floor)
    for place in places[1:]:
        for way in (ENTERS, FLOOR):
            yield _ratio(found, question, place, way, f"{places[0].agencies} {way}", GROWS)


def _told_large(found: Rounds, question: str, place: Town) -> Iterator[ReadCost]:
    for way in (ENTERS, FLOOR):
        yield _ratio(found, question, place, f"{way} large", f"{place.agencies} {way}", LARGER)


def _ratio(found: Rounds, question: str, place: Town, way: str, floor: str, what: str = "") -> ReadCost:
    mine = f"{place.agencies} {way}"
    client, server, cpu, wall = (ratio(found, mine, floor, of) for of in (CLIENT, SERVER, CPU, WALL))
    return ReadCost(question, place.agencies, what + way.removesuffix(" large"), client, server, cpu, wall)


class _Ways(msgspec.Struct, frozen=True):
    """The product's pool and two bare ones over one database, a connection each."""

    place: Town
    database: Database
    pools: dict[str, Any]
    order: list[int]

    @classmethod
    async def of(cls, stack: AsyncExitStack, place: Town) -> _Ways:
        database = Database(place.ways, pool_size=1)
        stack.push_async_callback(database.close)
        address = place.ways.app
        pools = {
            FLOOR: await stack.enter_async_context(bare_pool(address)),
            UNRESET: await stack.enter_async_context(bare_pool(address, resets=False)),
        }
        chance = random.Random(2)  # the same agencies each run
        return cls(place, database, pools, [chance.randint(1, place.agencies) for _ in range(READS)])

    async def contenders(self, question: str, *, large: bool = False) -> list[Contender]:
        """All ways to one question; `large` adds those that ask it of the large agency."""
        made = await self._all(question, self.order)
        if large:
            more = await self._all(question, [LARGE] * READS)
            made += [msgspec.structs.replace(one, name=f"{one.name} large") for one in more]
        return made

    async def _all(self, question: str, order: Sequence[int]) -> list[Contender]:
        ask, product = QUESTIONS[question], Product(self.database)
        asked = {agency: await asked_by(self.database, known(agency), ask) for agency in set(order)}
        async with self.database.reading(known(LARGE)) as lane:
            ours = (int(await lane.raw.fetchval(BACKEND)),)
        made = [
            Contender(
                f"{self.place.agencies} {way}", product.work(ask, enters=way == ENTERS), order, server=ours
            )
            for way in (ENTERS, KNOWN)
        ]
        for way, pool in self.pools.items():
            theirs = (int(await pool.fetchval(BACKEND)),)
            made.append(
                Contender(f"{self.place.agencies} {way}", Floor(pool, asked).read, order, server=theirs)
            )
        return made
