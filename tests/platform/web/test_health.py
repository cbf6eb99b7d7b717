"""Whether the process lives and can work, told to anyone, and nothing else."""

from __future__ import annotations

from pathlib import Path

import httpx
import msgspec
import pytest
from sqlalchemy import text

from audienceos.app import Parts, build_app
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.web.health import WORKER_SEEN
from tests.platform.web.conftest import caller


async def test_a_process_that_answers_lives(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


async def test_a_watcher_may_ask_by_head(nobody: httpx.AsyncClient) -> None:
    asked, head = await nobody.get("/health/live"), await nobody.head("/health/live")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == asked.headers["content-length"]
    assert (await nobody.head("/v1/nothing")).status_code == 404


async def test_it_is_ready_when_the_database_is_there_and_migrated(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get("/health/ready")
    told = answer.json()
    assert answer.status_code == 200, told
    assert told["database_ms"] > 0
    assert {name: told[name] for name in ("status", "database", "migrations")} == {
        "status": "ready",
        "database": "reachable",
        "migrations": "current",
    }
    assert answer.headers["cache-control"] == "no-store"


async def test_it_is_not_ready_while_the_database_is_away(
    parts: Parts, ways: Addresses, tmp_path: Path
) -> None:
    nowhere = {
        name: msgspec.structs.replace(getattr(ways, name), host=str(tmp_path)) for name in ("app", "service")
    }
    away = Database(msgspec.structs.replace(ways, **nowhere), pool_size=1)
    web = build_app(msgspec.structs.replace(parts, database=away))
    async with caller(web, {}) as nobody:
        answer = await nobody.get("/health/ready")
        assert (answer.status_code, answer.json()["database"]) == (503, "away")
        assert str(tmp_path) not in answer.text
        assert (await nobody.get("/health/live")).status_code == 200
    await away.close()


async def test_it_is_not_ready_before_the_last_migration(
    parts: Parts, nobody: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audienceos.platform.db.revisions.chain", lambda: ("999",))
    answer = await nobody.get("/health/ready")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "behind")


async def test_the_worker_is_seen_by_its_timetable(database: Database, nobody: httpx.AsyncClient) -> None:
    async with database.serving() as db:
        await db.execute(
            text(
                "insert into jobs.pgqueuer_schedules (expression, entrypoint, updated, heartbeat)"
                " values ('* * * * *', 'probe', now() - interval '90 s', now() - interval '100 s')"
            )
        )
        assert (await db.execute(text(WORKER_SEEN))).scalar() is not None
    try:
        seen = (await nobody.get("/health/ready")).json()["worker_seen_seconds"]
        assert 0 <= seen <= 95
    finally:
        async with database.serving() as db:
            await db.execute(text("delete from jobs.pgqueuer_schedules where entrypoint = 'probe'"))
