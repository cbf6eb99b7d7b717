"""Too few connections, and one that is lost at the worst moment: between the work and its commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, cast

import httpx
import pytest
from litestar import Request, post

from audienceos.app import Parts, build_app, parts_of
from audienceos.clients.actions.creating import create_client
from audienceos.clients.forms import ClientIn
from audienceos.platform.db import database as databases
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.settings import Settings
from audienceos.platform.web.requests import Transaction, database_of
from tests.cast import Player, Stage
from tests.outages.harm import are_readable_refusals, asked_for_everything

POOL = 4


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a connection for long."""
    monkeypatch.setattr(databases, "POOL_SECONDS", 0.5)


@pytest.fixture
async def few(database: Database, settings: Settings) -> AsyncIterator[Parts]:
    """A web process with few connections."""
    own = Database(database.addresses, pool_size=POOL)
    yield parts_of(settings, own, Hub(own.addresses.listen))
    await own.close()


@post("/v1/lost-commits")
async def lose_the_commit(request: Request[Any, Any, Any], db: Transaction) -> str:
    """Make a client, and lose the connection when all is said and nothing is kept."""
    await create_client(db, ClientIn(name="Never was"))
    await db.flush()
    connection = await db.raw()
    own = await connection.fetchval("select pg_backend_pid()")
    async with connected(database_of(request).addresses.app) as other:
        await other.execute("select pg_terminate_backend($1)", own)
    return "made"


@asynccontextmanager
async def all_taken(parts: Parts, player: Player) -> AsyncGenerator[None]:
    """Others have every connection."""
    async with AsyncExitStack() as held:
        for _ in range(POOL):
            await held.enter_async_context(parts.database.reading(player.claims))
        for _ in range(max(2, POOL // 2)):
            taken = await held.enter_async_context(parts.database.serving())
            await taken.connection()
        yield


@pytest.mark.usefixtures("hasty")
async def test_a_full_pool_is_told_and_then_serves_again(few: Parts) -> None:
    app = build_app(few)
    stage = Stage(few, httpx.ASGITransport(cast("Any", app), raise_app_exceptions=False))
    player = await stage.owner()
    async with all_taken(few, player):
        are_readable_refusals(await asked_for_everything(player))
    answers = await asked_for_everything(player)
    assert [answer.status_code for answer in answers.values()] == [200, 200, 201, 200, 401]


async def test_more_callers_than_connections_are_all_served(few: Parts) -> None:
    app = build_app(few)
    player = await Stage(few, httpx.ASGITransport(cast("Any", app))).owner()
    names = [f"Client {number}" for number in range(4 * POOL)]
    made = await asyncio.gather(*(player.post("/v1/clients", json={"name": name}) for name in names))
    assert {answer.status_code for answer in made} == {201}


async def test_a_commit_that_fails_is_never_told_as_done(few: Parts) -> None:
    app = build_app(few, [lose_the_commit])
    player = await Stage(few, httpx.ASGITransport(cast("Any", app), raise_app_exceptions=False)).owner()
    key = {"Idempotency-Key": "once"}
    answer = await player.post("/v1/lost-commits", headers=key)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert (await player.get("/v1/clients")).json()["items"] == []
    again = await player.post("/v1/lost-commits", headers=key)
    assert again.status_code == 503, "the answer of what never happened was kept"
    assert (await player.post("/v1/clients", json={"name": "Was"}, headers=key)).status_code == 201
