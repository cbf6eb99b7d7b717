"""The database server goes and comes back under open pages."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy.exc import SQLAlchemyError

from audienceos.platform.db import embedded
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import addresses
from audienceos.platform.realtime import hub as hubs
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.settings import Settings
from tests.platform.db.servers import kill_postmaster, made_home, postmaster
from tests.platform.realtime.agencies import Agency, found, happen, place
from tests.platform.realtime.pages import PATIENCE, opened, until_listening

pytestmark = pytest.mark.slow


@pytest.fixture
def home(migrated_home: Path) -> Iterator[Path]:
    with made_home(migrated_home) as home:
        yield home


@pytest.fixture
async def own_database(home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """The database on a server of this test's own, which comes back soon after it went."""
    monkeypatch.setattr(embedded, "WATCH_SECONDS", 0.1)
    settings = Settings(data_dir=Path("/nonexistent"))
    async with embedded.running(home) as socket:
        ways = addresses(settings, socket)
        database = Database(ways, pool_size=2)
        yield database
        await database.close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
async def test_open_pages_live_on_and_fetch_everything(
    own_database: Database, home: Path, how: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything, because a server that crashed may give the last transaction numbers out again."""
    monkeypatch.setattr(hubs, "PATIENCE_SECONDS", float(PATIENCE))
    agency = await found(own_database.addresses)
    before = postmaster(home)
    async with Hub(own_database.addresses.listen).running() as hub:
        await until_listening(hub)
        async with opened(hub, own_database, agency, await place(own_database, agency)) as page:
            await page.until("caught-up")
            told = await happen(own_database, agency, None)
            assert await page.ids(1) == told
            kill_postmaster(home, how)
            assert [heard.name for heard in await page.until("caught-up")] == ["reload", "caught-up"]
            assert postmaster(home) != before
            told = await _happen_at_last(own_database, agency)
            assert await page.ids(1) == told


async def _happen_at_last(database: Database, agency: Agency) -> list[UUID]:
    """Connections that died with the server are found out one by one."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await happen(database, agency, None)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError):
                await asyncio.sleep(0.05)
