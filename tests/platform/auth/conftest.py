from __future__ import annotations

from collections.abc import Iterator

import pytest

from audienceos.platform import clock
from audienceos.platform.auth.entry import Auth
from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings
from tests.entering import auth_of


@pytest.fixture(scope="session")
def auth(database: Database, settings: Settings) -> Auth:
    """What signing in stands on."""
    return auth_of(database, settings)


@pytest.fixture
def still() -> Iterator[None]:
    """Time stands still, so that a slow machine changes no pause."""
    with clock.stopped_at(clock.now()):
        yield
