"""A job is queued by the commit that makes it necessary, for the agency that acts, and stands fairly in line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audienceos.platform.actor import system_of
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.db.urls import Addresses
from audienceos.platform.jobs.queueing import Job, later, write_jobs
from tests.migrations.people import Agency, acting
from tests.platform.jobs.crew import ask, person, queue, states

INSERT = """
insert into jobs.pgqueuer (priority, entrypoint, status, headers, dedupe_key)
values (0, 'test.forged', 'queued', jsonb_build_object('agency_id', $1::uuid), $2)"""


async def test_a_commit_queues(database: Database, ours: Agency, name: str) -> None:
    await queue(database, person(ours), Job(name=name, payload={"what": "é"}), Job(name=name))
    query = "select payload, headers ->> 'user_id' from jobs.pgqueuer where entrypoint = $1"
    rows = await ask(database, query, name)
    assert sorted(row[0] for row in rows) == ['{"what":"é"}'.encode(), b"{}"]
    assert rows[0][1] == str(ours.admin)


async def test_a_rollback_queues_nothing(database: Database, ours: Agency, name: str) -> None:
    async with database.acting(Claims(person(ours))) as db:
        later(db, Job(name=name))
        await db.run_sync(write_jobs)
        await db.rollback()
    assert await states(database, name) == []


async def test_a_key_is_the_agencys_own(database: Database, ours: Agency, theirs: Agency, name: str) -> None:
    for agency in (ours, theirs, ours):
        await queue(database, person(agency), *[Job(name=name, key="nightly")] * 2)
    rows = await ask(
        database,
        "select headers ->> 'agency_id' from jobs.pgqueuer where entrypoint = $1 order by id",
        name,
    )
    assert [row[0] for row in rows] == [str(ours.id), str(theirs.id)]
    logged = "select count(*) from jobs.pgqueuer_log where entrypoint = $1"
    assert (await ask(database, logged, name))[0][0] == 2


async def test_the_service_says_for_whom(database: Database, ours: Agency, theirs: Agency, name: str) -> None:
    async with database.serving() as db:
        for agency in (ours, theirs):
            later(db, Job(name=name, key="due"), system_of(agency.id))
    assert await states(database, name) == ["queued", "queued"]
    with pytest.raises(KeyError):
        async with database.serving() as db:
            later(db, Job(name=name))


async def test_a_job_for_another_agency_is_refused(
    database: Database, ours: Agency, theirs: Agency, name: str
) -> None:
    with pytest.raises(Exception, match="row-level security"):
        async with database.acting(Claims(person(ours))) as db:
            later(db, Job(name=name), person(theirs))
    assert await states(database, name) == []


async def test_nobody_takes_anothers_key(ways: Addresses, ours: Agency, theirs: Agency) -> None:
    async with acting(ways.app, ours.claims(ours.admin)) as connection:
        await connection.execute(INSERT, ours.id, f"{ours.id}:nightly")
        with pytest.raises(Exception, match="row-level security"):
            await connection.execute(INSERT, ours.id, f"{theirs.id}:nightly")


async def test_the_queue_is_seen_by_its_agency_alone(
    database: Database, ways: Addresses, ours: Agency, theirs: Agency, name: str
) -> None:
    await queue(database, person(theirs), Job(name=name))
    count = "select count(*) from jobs.pgqueuer where entrypoint = $1"
    async with acting(ways.app, ours.claims(ours.admin)) as connection:
        assert await connection.fetchval(count, name) == 0
        touched = await connection.execute("update jobs.pgqueuer set updated = now()")
        assert touched == "UPDATE 0"
    async with acting(ways.app, theirs.claims(theirs.user)) as connection:
        assert await connection.fetchval(count, name) == 1
        assert await connection.fetchval("select count(*) from jobs.pgqueuer_log") == 0


async def test_a_skipped_key_holds_the_waiting_job_until_the_commit(
    database: Database, ways: Addresses, ours: Agency, name: str
) -> None:
    await queue(database, person(ours), Job(name=name, key="rejudge"))
    free = "select id from jobs.pgqueuer where entrypoint = $1 for update skip locked"
    async with connected(ways.service) as service:
        async with database.acting(Claims(person(ours))) as db:
            later(db, Job(name=name, key="rejudge"))
            await db.run_sync(write_jobs)
            assert await service.fetch(free, name) == []
        assert len(await service.fetch(free, name)) == 1


async def test_a_deferred_job_is_due_later(database: Database, ours: Agency, name: str) -> None:
    await queue(database, person(ours), Job(name=name, after=timedelta(hours=2)))
    rows = await ask(
        database, "select execute_after - created from jobs.pgqueuer where entrypoint = $1", name
    )
    assert rows[0][0] == timedelta(hours=2)


async def test_agencies_take_turns_in_line(
    database: Database, ours: Agency, theirs: Agency, name: str
) -> None:
    await queue(database, person(ours), *[Job(name=name)] * 3)
    await queue(database, person(ours), *[Job(name=name)] * 3)
    await queue(database, person(theirs), *[Job(name=name)] * 2)
    rows = await ask(
        database,
        "select headers ->> 'agency_id' from jobs.pgqueuer where entrypoint = $1"
        " order by priority / 30 desc, id",
        name,
    )
    line = [row[0] == str(theirs.id) for row in rows]
    assert line == [False, True, False, True, False, False, False, False]


async def test_what_is_urgent_stands_ahead(database: Database, ours: Agency, name: str) -> None:
    await queue(database, person(ours), *[Job(name=name)] * 5, Job(name=name, priority=3600))
    rows = await ask(
        database, "select id from jobs.pgqueuer where entrypoint = $1 order by priority desc", name
    )
    assert rows[0][0] == max(row[0] for row in rows)
