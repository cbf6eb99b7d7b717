from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audienceos.platform.db.embedded import running
from tests.platform.db.debian15 import debian15
from tests.platform.db.servers import short_home


@pytest.fixture(params=["wheel", "debian15"], scope="session")
def binaries(request: pytest.FixtureRequest) -> Path | None:
    """The newest PostgreSQL that we run on, and the oldest."""
    return debian15() if request.param == "debian15" else None


@pytest.fixture(scope="session")
async def made18() -> AsyncIterator[Path]:
    """A stopped server's folder, to copy: making the data is the slow part of a first start."""
    with short_home() as home:
        async with running(home):
            pass
        yield home
