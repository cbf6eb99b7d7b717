from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from bench.ground import Ground, Town, town

from audienceos.platform.db.connect import connected
from audienceos.platform.db.urls import Addresses
from audienceos.platform.settings import Settings

AGENCIES = 8


@pytest.fixture(scope="session")
async def place(ways: Addresses, settings: Settings) -> AsyncIterator[Town]:
    """A filled database beside the run's own."""
    name = f"agencies_{AGENCIES}"
    yield await town(Ground(settings, ways), AGENCIES)
    assert ways.admin is not None
    async with connected(ways.admin) as connection:
        await connection.execute(f"drop database {name} with (force)")
