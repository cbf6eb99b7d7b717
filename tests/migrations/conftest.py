from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import msgspec
import pytest

from audienceos.platform.db.bootstrap import bootstrap
from audienceos.platform.db.embedded import running
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.migrating import migrate
from audienceos.platform.db.urls import Addresses, addresses
from audienceos.platform.settings import Settings
from tests.platform.db.debian15 import debian15
from tests.platform.db.servers import short_home

SETTINGS = Settings(data_dir=Path("/nonexistent"))
LOGINS = Logins(*SETTINGS.logins)


class Server(msgspec.Struct):
    """A running server of one version, and databases of its own for whoever asks."""

    socket: Path
    made: count[int]

    async def empty(self) -> Addresses:
        """A database with its logins and nothing else."""
        ways = addresses(SETTINGS, self.socket)
        name = f"migrations_{next(self.made)}"
        places = {field: getattr(ways, field).at(name) for field in ways.__struct_fields__}
        there = Addresses(**places)
        await bootstrap(there, SETTINGS)
        return there


@pytest.fixture(params=["wheel", pytest.param("debian15", marks=pytest.mark.proof)], scope="session")
async def server(request: pytest.FixtureRequest) -> AsyncIterator[Server]:
    """The newest PostgreSQL that we run on, and the oldest."""
    binaries = debian15() if request.param == "debian15" else None
    with short_home() as home:
        async with running(home, binaries=binaries) as socket:
            yield Server(socket, count())


@pytest.fixture
async def empty(server: Server) -> Addresses:
    """A database of this test's own, not yet migrated."""
    return await server.empty()


@pytest.fixture(scope="session")
async def migrated(server: Server) -> Addresses:
    """A migrated database that tests share; each writes only into agencies that it founded itself."""
    there = await server.empty()
    await migrate(there.owner.sqlalchemy(), LOGINS)
    return there
