"""The worker serves every agency, keeps the timetable, and loses nothing when it stops or its connection does."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Address, Addresses
from audienceos.platform.jobs.queueing import Job, later
from audienceos.platform.jobs.registry import Registry
from audienceos.platform.jobs.store import purge_log
from audienceos.platform.jobs.worker import APPLICATION, direct
from tests.migrations.people import Agency
from tests.platform.jobs.crew import QUICK, Diary, ask, person, queue, states, until, worker

EVERY_SECOND = "* * * * * */1"
WORKERS = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1"


async def test_a_long_queue_of_one_agency_keeps_nobody_waiting(
    database: Database, ours: Agency, theirs: Agency, name: str
) -> None:
    registry = Registry()
    diary = Diary()
    registry.job(name)(diary)
    await queue(database, person(theirs), *[Job(name=name)] * 500)
    await queue(database, person(ours), Job(name=name))

    def place() -> int:
        return next((n for n, (by, _) in enumerate(diary.ran) if by.agency_id == ours.id), -1)

    async with worker(database, registry):
        await until(lambda: place() >= 0)
    # Nearly first in line; those that began with it may end before it.
    assert place() < 5 * QUICK.at_once


async def test_the_timetable_queues_a_job_for_each_agency(
    database: Database, ours: Agency, theirs: Agency, name: str
) -> None:
    registry = Registry()
    diary = Diary()
    registry.job(name)(diary)

    @registry.every(EVERY_SECOND, f"{name}.due")
    async def sweep(database: Database) -> None:
        async with database.serving() as db:
            for agency in (ours, theirs):
                later(db, Job(name=name, key=name), system_of(agency.id))

    async with worker(database, registry):
        await until(lambda: {by.agency_id for by, _ in diary.ran} == {ours.id, theirs.id})
    assert {by.kind for by, _ in diary.ran} == {"system"}


async def test_a_round_that_fails_is_begun_again(database: Database, name: str) -> None:
    registry = Registry()
    begun: list[int] = []

    @registry.every(EVERY_SECOND, name)
    async def fail(database: Database) -> None:
        begun.append(1)
        raise ValueError("not today")

    async with worker(database, registry):
        await until(lambda: len(begun) > 1)


async def test_a_job_ends_before_its_worker_does(database: Database, ours: Agency, name: str) -> None:
    registry = Registry()
    begun, go_on = asyncio.Event(), asyncio.Event()
    ended: list[int] = []

    @registry.job(name)
    async def slow(database: Database, actor: Actor, payload: Json) -> None:
        begun.set()
        await go_on.wait()
        ended.append(1)

    async with worker(database, registry):
        await queue(database, person(ours), Job(name=name))
        await begun.wait()
        asyncio.get_running_loop().call_later(0.5, go_on.set)
    assert ended == [1]
    assert await states(database, name) == []


async def test_a_job_that_takes_too_long_is_put_back(database: Database, ours: Agency, name: str) -> None:
    registry, begun = Registry(), asyncio.Event()

    @registry.job(name, retries=0)
    async def endless(database: Database, actor: Actor, payload: Json) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with worker(database, registry):
        await queue(database, person(ours), Job(name=name, payload={"n": 1}))
        await begun.wait()
    assert await states(database, name) == ["queued"]
    again, diary = Registry(), Diary()
    again.job(name)(diary)
    async with worker(database, again):
        await until(lambda: diary.numbers == [1])


async def test_a_worker_that_lost_its_connection_goes_on(
    database: Database, ways: Addresses, ours: Agency, name: str
) -> None:
    registry = Registry()
    diary = Diary()
    registry.job(name)(diary)
    async with worker(database, registry):
        await queue(database, person(ours), Job(name=name, payload={"n": 1}))
        await until(lambda: diary.numbers == [1])
        async with connected(ways.service) as connection:
            assert len(await connection.fetch(WORKERS, APPLICATION)) == 1
        await queue(database, person(ours), Job(name=name, payload={"n": 2}))
        await until(lambda: 2 in diary.numbers)


async def test_the_log_is_purged_but_for_what_is_held(database: Database, ours: Agency, name: str) -> None:
    registry = Registry()

    @registry.job(name, retries=0)
    async def fail_first(database: Database, actor: Actor, payload: Json) -> None:
        if payload["n"] == 1:
            raise ValueError("broken")

    async with worker(database, registry):
        await queue(database, person(ours), *[Job(name=name, payload={"n": n}) for n in (1, 2)])
        await until(lambda: _ended(database, name))
    async with database.serving() as db:
        aged = "update jobs.pgqueuer_log set created = created - interval '25 hours' where entrypoint = $1"
        await (await db.connection()).exec_driver_sql(aged, (name,))
    await purge_log(database)
    kept = "select distinct job_id from jobs.pgqueuer_log where entrypoint = $1"
    held = "select id from jobs.pgqueuer where entrypoint = $1 and status = 'failed'"
    assert await ask(database, kept, name) == await ask(database, held, name)


def test_a_worker_goes_past_the_pooler(ways: Addresses) -> None:
    pooled = Addresses(
        owner=ways.owner,
        app=ways.app,
        service=_at(ways.service, "pooler"),
        listen=_at(ways.app, "server"),
        admin=None,
    )
    assert direct(ways) == ways.service
    assert (direct(pooled).login, direct(pooled).host) == (ways.service.login, "server")


def test_the_registry_refuses_what_it_cannot_keep() -> None:
    registry = Registry()
    registry.job("a.b")(Diary())
    with pytest.raises(ValueError, match="two jobs"):
        registry.job("a.b")(Diary())
    with pytest.raises(ValueError, match="cron"):
        registry.every("every now and then", "a.c")(purge_log)
    registry.every("* * * * *", "a.c")(purge_log)
    with pytest.raises(ValueError, match="two appointments"):
        registry.every("5 * * * *", "a.c")(purge_log)


def _at(address: Address, host: str) -> Address:
    return msgspec.structs.replace(address, host=host, pooled=host == "pooler")


async def _ended(database: Database, name: str) -> bool:
    return await states(database, name) == ["failed"]
