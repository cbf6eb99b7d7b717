from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import structlog

from audienceos.app import Parts, build_app, parts_of
from audienceos.platform.db import embedded
from audienceos.platform.db.database import Database
from audienceos.platform.db.embedded import running
from audienceos.platform.db.urls import Addresses, addresses
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.settings import Settings
from audienceos.platform.web.logs import configure_logs
from tests.cast import Player, Stage
from tests.conftest import in_one_task
from tests.outages.harm import until_listening
from tests.platform.db.servers import made_home


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    """Logs as the product writes them: drawn for a terminal, each trace takes longer than the outage."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    configure_logs(io.BytesIO())
    yield
    structlog.configure(**before)
    root.handlers, root.level = handlers, level


@pytest.fixture
def home(migrated_home: Path) -> Iterator[Path]:
    """The folder of a server that a test may harm, with a migrated database."""
    with made_home(migrated_home) as home:
        yield home


@pytest.fixture
async def there(home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Addresses]:
    """The database on it, which comes back soon after it went."""
    monkeypatch.setattr(embedded, "WATCH_SECONDS", 0.2)
    async with running(home) as socket:
        yield addresses(settings, socket)


@pytest.fixture
async def own(there: Addresses, settings: Settings) -> AsyncIterator[Parts]:
    """A web process of the test's own over it."""
    database = Database(there, pool_size=settings.pool_size)
    yield parts_of(settings, database, Hub(there.listen))
    await database.close()


@pytest.fixture
async def ada(own: Parts) -> AsyncIterator[Player]:
    """Somebody at work in it. Faults come back as answers, as they do over the wire."""
    app = build_app(own)
    async with in_one_task(app.lifespan()):
        await until_listening(own.hub)
        transport = httpx.ASGITransport(cast("Any", app), raise_app_exceptions=False)
        yield await Stage(own, transport).owner("Ada Quist", "Lighthouse")
