"""A job runs as whoever queued it is today; what fails is tried again, then held for an admin."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.errors import Conflict, Forbidden, NotFound, TooMany, Unavailable
from audienceos.platform.jobs.acting import Asker, People
from audienceos.platform.jobs.held import held_jobs, requeue
from audienceos.platform.jobs.queueing import Job
from audienceos.platform.jobs.registry import Registry
from tests.migrations.people import Agency
from tests.platform.jobs.crew import Diary, ask, person, queue, states, until, worker

AT_ONCE = timedelta(0)


def diary_of(registry: Registry, name: str) -> Diary:
    diary = Diary()
    registry.job(name, retries=2, pause=AT_ONCE)(diary)
    return diary


async def change(database: Database, statement: str, *given: object) -> None:
    async with database.serving() as db:
        await (await db.connection()).exec_driver_sql(statement, given)


async def test_it_runs_as_the_person_is_today(database: Database, ours: Agency, name: str) -> None:
    registry = Registry()
    diary = diary_of(registry, name)
    queued_as = person(ours, ours.user, "admin")
    await queue(database, queued_as, Job(name=name, payload={"n": 1}))
    await change(
        database,
        "update agency set timezone = 'Asia/Tokyo', client_visibility = 'assigned' where id = $1",
        ours.id,
    )
    async with worker(database, registry):
        await until(lambda: len(diary.ran) == 1)
    (actor, payload), *_ = diary.ran
    assert payload == {"n": 1}
    assert (actor.agency_id, actor.user_id, actor.kind) == (ours.id, ours.user, "person")
    assert (actor.role, actor.sight, actor.zone) == ("user", "assigned", "Asia/Tokyo")
    assert await states(database, name) == []


async def test_each_of_many_at_once_is_who_they_are(database: Database, ours: Agency, theirs: Agency) -> None:
    people = People(database)
    askers = [
        Asker(agency.id, who, "person") for agency in (ours, theirs) for who in (agency.admin, agency.user)
    ]
    askers += [Asker(ours.id), Asker(ours.id, ours.user, "token")]
    stranger = Asker(ours.id, theirs.admin, "person")
    found = await asyncio.gather(
        *(people.acting(asker) for asker in [*askers, *askers, stranger]), return_exceptions=True
    )
    refused = found.pop()
    actors = [actor for actor in found if isinstance(actor, Actor)]
    assert [(a.agency_id, a.user_id, a.kind) for a in actors] == [
        (asker.agency_id, asker.user_id, asker.actor_kind) for asker in [*askers, *askers]
    ]
    assert [a.role for a in actors][:6] == ["admin", "user", "admin", "user", "admin", "user"]
    assert isinstance(refused, Forbidden)


async def test_its_transaction_is_inside_the_wall(
    database: Database, ours: Agency, theirs: Agency, name: str
) -> None:
    registry = Registry()
    seen: list[int] = []

    @registry.job(name)
    async def look(database: Database, actor: Actor, payload: Json) -> None:
        async with database.acting(Claims(actor)) as db:
            raw = await db.raw()
            seen.append(await raw.fetchval("select count(*) from agency where id = any($1)", both))

    both = [ours.id, theirs.id]
    async with worker(database, registry):
        await queue(database, person(ours), Job(name=name))
        await until(lambda: len(seen) == 1)
    assert seen == [1]


async def test_the_machinery_runs_as_the_system(database: Database, ours: Agency, name: str) -> None:
    registry = Registry()
    diary = diary_of(registry, name)
    async with worker(database, registry):
        await queue(database, system_of(ours.id), Job(name=name))
        await until(lambda: len(diary.ran) == 1)
    actor = diary.ran[0][0]
    assert (actor.kind, actor.user_id, actor.role) == ("system", None, "admin")


async def test_a_deactivated_persons_job_is_held(database: Database, ours: Agency, name: str) -> None:
    registry = Registry()
    diary = diary_of(registry, name)
    await queue(database, person(ours, ours.user, "user"), Job(name=name))
    await change(
        database, 'update "user" set is_active = false where agency_id = $1 and id = $2', ours.id, ours.user
    )
    async with worker(database, registry):
        await until(lambda: _held(database, name))
    (held,) = await held_jobs(database, person(ours))
    assert diary.ran == []
    assert (held.name, held.user_id, held.tries) == (name, ours.user, 1)
    assert "no longer active" in held.reason


async def test_a_failing_job_is_tried_again_then_held(database: Database, ours: Agency, name: str) -> None:
    registry = Registry()
    tries: list[int] = []

    @registry.job(name, retries=2, pause=AT_ONCE)
    async def fail(database: Database, actor: Actor, payload: Json) -> None:
        tries.append(1)
        raise Unavailable("The mailbox does not answer.")

    await queue(database, person(ours), Job(name=name))
    async with worker(database, registry):
        await until(lambda: _held(database, name))
    (held,) = await held_jobs(database, person(ours))
    assert (len(tries), held.tries, held.reason) == (3, 3, "The mailbox does not answer.")


@pytest.mark.parametrize(("problem", "tries"), [(Forbidden("No."), 1), (Conflict("Moved on."), 3)])
async def test_a_refusal_stands_unless_it_may_pass(
    database: Database, ours: Agency, name: str, problem: Exception, tries: int
) -> None:
    registry = Registry()
    tried: list[int] = []

    @registry.job(name, retries=2, pause=AT_ONCE)
    async def refuse(database: Database, actor: Actor, payload: Json) -> None:
        tried.append(1)
        raise problem

    await queue(database, person(ours), Job(name=name))
    async with worker(database, registry):
        await until(lambda: _held(database, name))
    assert len(tried) == tries


async def test_a_job_that_cancels_itself_has_failed(database: Database, ours: Agency, name: str) -> None:
    registry = Registry()

    @registry.job(name, retries=1, pause=AT_ONCE)
    async def give_up(database: Database, actor: Actor, payload: Json) -> None:
        raise asyncio.CancelledError

    await queue(database, person(ours), Job(name=name))
    async with worker(database, registry):
        await until(lambda: _held(database, name))
    (held,) = await held_jobs(database, person(ours))
    assert held.tries == 2


async def test_it_waits_as_long_as_it_was_told(database: Database, ours: Agency, name: str) -> None:
    registry = Registry()

    @registry.job(name, retries=2, pause=AT_ONCE)
    async def slow_down(database: Database, actor: Actor, payload: Json) -> None:
        raise TooMany(retry_after=900)

    async def is_deferred() -> bool:
        query = "select execute_after - updated from jobs.pgqueuer where entrypoint = $1 and attempts = 1"
        rows = await ask(database, query, name)
        return bool(rows) and rows[0][0] == timedelta(seconds=900)

    await queue(database, person(ours), Job(name=name))
    async with worker(database, registry):
        await until(is_deferred)


async def test_an_admin_has_a_held_job_tried_again(
    database: Database, ours: Agency, theirs: Agency, name: str
) -> None:
    registry = Registry()
    broken = True
    diary = Diary()

    @registry.job(name, retries=0)
    async def mend(database: Database, actor: Actor, payload: Json) -> None:
        if broken:
            raise ValueError("broken")
        await diary(database, actor, payload)

    async with worker(database, registry):
        await queue(database, person(ours), Job(name=name, key="once"))
        await until(lambda: _held(database, name))
        (held,) = await held_jobs(database, person(ours))
        assert await held_jobs(database, person(theirs)) == []
        with pytest.raises(NotFound):
            await requeue(database, person(theirs), held.id)
        with pytest.raises(Forbidden):
            await requeue(database, person(ours, ours.user, "user"), held.id)
        broken = False
        await requeue(database, person(ours), held.id)
        await until(lambda: len(diary.ran) == 1)
    with pytest.raises(NotFound):
        await requeue(database, person(ours), held.id)


async def test_held_jobs_are_the_admins(database: Database, ours: Agency) -> None:
    with pytest.raises(Forbidden):
        await held_jobs(database, person(ours, ours.user, "user"))


async def test_a_key_is_free_once_its_job_has_begun(database: Database, ours: Agency, name: str) -> None:
    registry = Registry()
    go_on = asyncio.Event()
    begun: list[int] = []

    @registry.job(name)
    async def slow(database: Database, actor: Actor, payload: Json) -> None:
        begun.append(payload["n"])
        await go_on.wait()

    async with worker(database, registry):
        await queue(database, person(ours), Job(name=name, key="rejudge", payload={"n": 1}))
        await until(lambda: begun == [1])
        await queue(database, person(ours), Job(name=name, key="rejudge", payload={"n": 2}))
        await until(lambda: begun == [1, 2])
        go_on.set()


async def _held(database: Database, name: str) -> bool:
    return await states(database, name) == ["failed"]
