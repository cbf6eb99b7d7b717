"""Whether this process lives, and whether it can work: for balancers and whoever looks after the machine.

Nothing secret is told: no address, no version, no name, no message of the database.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Any, Literal, cast

import asyncpg
import msgspec
import structlog
from litestar import Request, Response, get
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from audienceos.platform import clock
from audienceos.platform.db.database import Database
from audienceos.platform.db.revisions import state_of

PATIENCE_SECONDS = 2  # a balancer asks again sooner than a person would wait
OPEN = {"public": True, "unlimited": True}

# An idle worker runs the timetable alone, at least once a minute.
WORKER_SEEN = "select max(greatest(updated, heartbeat, last_run)) from jobs.pgqueuer_schedules"

Asked = Request[Any, Any, Any]
log = structlog.get_logger()


class Live(msgspec.Struct, frozen=True):
    """This process answers."""

    status: Literal["live"] = "live"


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """Whether requests can be served here, and what stands in the way."""

    status: Literal["ready", "not_ready"]
    database: Literal["reachable", "away"]
    database_ms: float | None
    """One round trip as the request login, in milliseconds."""
    migrations: Literal["current", "behind", "unknown"]
    live_updates: bool
    """Whether open pages hear of changes through this process."""
    worker_seen_seconds: int | None
    """How long ago a worker last ran the timetable; null if none ever did."""


class Sounding(msgspec.Struct, frozen=True):
    """What the database said of itself."""

    ms: float
    is_current: bool
    worker_seen: datetime | None


@get("/health/live", name="health-live", opt=OPEN, tags=["health"])
async def live() -> Live:
    """Whether the process answers at all."""
    return Live()


@get("/health/ready", name="health-ready", opt=OPEN | {"answers": {503: Ready}}, tags=["health"])
async def ready(request: Asked) -> Response[Ready]:
    """Whether the process can serve: 503 while the database is away or isn't migrated to this program."""
    state = request.app.state
    found = await sounding(cast("Database", state.database))
    serves = found is not None and found.is_current
    body = Ready(
        status="ready" if serves else "not_ready",
        database="reachable" if found else "away",
        database_ms=found.ms if found else None,
        migrations=("current" if found.is_current else "behind") if found else "unknown",
        live_updates=bool(state.hub.listening),
        worker_seen_seconds=_seconds_since(found.worker_seen if found else None),
    )
    return Response(body, status_code=200 if serves else 503)


HANDLERS: list[Any] = [live, ready]


async def sounding(database: Database, seconds: float = PATIENCE_SECONDS) -> Sounding | None:
    """Ask the database how it is; None when it doesn't answer within the time."""
    try:
        async with asyncio.timeout(seconds):
            async with database.app.connect() as connection:
                begun = time.perf_counter()
                await connection.execute(text("select 1"))
                ms = round((time.perf_counter() - begun) * 1000, 2)
            async with database.service.connect() as connection:
                current = (await state_of(connection)).is_current
                seen = await _worker_seen(connection) if current else None
    except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
        log.warning("not ready", exc_info=problem)
        return None
    return Sounding(ms, current, seen)


async def _worker_seen(connection: AsyncConnection) -> datetime | None:
    return cast("datetime | None", (await connection.execute(text(WORKER_SEEN))).scalar())


def _seconds_since(moment: datetime | None) -> int | None:
    return None if moment is None else max(0, int((clock.now() - moment).total_seconds()))
