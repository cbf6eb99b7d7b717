"""What a killed worker had begun runs again; what kills every worker is held; a restarted server changes nothing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import msgspec
import pytest
from sqlalchemy.exc import DBAPIError

from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.connect import Connection, connected
from audienceos.platform.db.database import Database
from audienceos.platform.db.embedded import running
from audienceos.platform.db.urls import Addresses, addresses
from audienceos.platform.jobs.held import held_jobs, requeue
from audienceos.platform.jobs.queueing import Job
from audienceos.platform.jobs.registry import Registry
from audienceos.platform.jobs.store import DEATHS
from audienceos.platform.jobs.worker import APPLICATION
from audienceos.platform.settings import Settings
from tests.migrations.people import Agency, found
from tests.platform.db.servers import kill_postmaster, made_home
from tests.platform.jobs.crew import Diary, ask, person, queue, states, until, worker
from tests.platform.jobs.doomed import doomed_worker

PROCESS = """
import asyncio, sys
from pathlib import Path
import msgspec
from audienceos.platform.db.urls import Addresses
from audienceos.platform.settings import Settings
from audienceos.worker import run

ways = msgspec.json.decode(sys.stdin.read(), type=Addresses)
sys.exit(asyncio.run(run(Settings(data_dir=Path(sys.argv[1]), pool_size=4), ways)))
"""
LISTENS = "select count(*) from pg_stat_activity where application_name = $1 and query ilike '%pgqueuer%'"
AWAY = (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError)


async def test_a_killed_workers_job_runs_again(
    database: Database, ways: Addresses, ours: Agency, name: str
) -> None:
    registry, diary = Registry(), Diary()
    registry.job(name)(diary)
    await queue(database, person(ours), Job(name=name, payload={"n": 1}))
    with doomed_worker(ways, name, "hang") as process:
        assert await states(database, name) == ["picked"]
        process.kill()
    async with worker(database, registry):
        await until(lambda: diary.numbers == [1])
    assert await states(database, name) == []


@pytest.mark.proof
async def test_a_job_that_kills_its_workers_is_held(
    database: Database, ways: Addresses, ours: Agency, name: str
) -> None:
    registry, diary = Registry(), Diary()
    registry.job(name)(diary)
    await queue(database, person(ours), Job(name=name, payload={"n": 1}))
    for _ in range(DEATHS):
        with doomed_worker(ways, name, "die") as process:
            await asyncio.to_thread(process.wait)
    async with worker(database, registry):
        await until(lambda: _held(database, name))
        assert diary.ran == []
        (held,) = await held_jobs(database, person(ours))
        assert "died" in held.reason
        await requeue(database, person(ours), held.id)
        await until(lambda: diary.numbers == [1])


async def test_the_worker_process_ends_when_told(ways: Addresses, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROCESS, str(tmp_path)],
        stdin=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(ways).decode())
        process.stdin.close()
        async with connected(ways.service) as connection:
            await until(lambda: _works(connection))
        process.terminate()
        assert await asyncio.to_thread(process.wait) == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.proof
async def test_a_restarted_server_loses_no_job(settings: Settings, migrated_home: Path, name: str) -> None:
    registry, diary = Registry(), Diary()
    first = asyncio.Event()

    @registry.job(name)
    async def note(database: Database, actor: Actor, payload: Json) -> None:
        await diary(database, actor, payload)
        if not first.is_set():
            first.set()
            await asyncio.Event().wait()

    with made_home(migrated_home) as home:
        async with running(home) as socket:
            ways = addresses(settings, socket)
            agency, database = await found(ways), Database(ways, pool_size=4)
            await queue(database, person(agency), Job(name=name, payload={"n": 1}))
            async with worker(database, registry):
                await first.wait()
                kill_postmaster(home)
                await until(lambda: _answers(database))
                await queue(database, person(agency), Job(name=name, payload={"n": 2}))
                await until(lambda: sorted(diary.numbers) == [1, 1, 2])
            await database.close()


async def _answers(database: Database) -> bool:
    try:
        await ask(database, "select 1")
        async with database.app.connect() as connection:
            await connection.exec_driver_sql("select 1")
    except AWAY:
        return False
    return True


async def _works(connection: Connection) -> bool:
    return await connection.fetchval(LISTENS, APPLICATION) == 1


async def _held(database: Database, name: str) -> bool:
    return await states(database, name) == ["failed"]
