from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.realtime.hub import Hub
from tests.platform.realtime.agencies import Agency, found
from tests.platform.realtime.pages import until_listening


@pytest.fixture
async def hub(database: Database) -> AsyncIterator[Hub]:
    """A process's ear, open."""
    async with Hub(database.addresses.listen).running() as hub:
        await until_listening(hub)
        yield hub


@pytest.fixture
async def agency(ways: Addresses) -> Agency:
    """An agency with an admin."""
    return await found(ways)
