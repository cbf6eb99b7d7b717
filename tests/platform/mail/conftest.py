from __future__ import annotations

import pytest

from audienceos.platform.auth.entry import Auth
from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings
from tests.entering import auth_of


@pytest.fixture(scope="session")
def auth(database: Database, settings: Settings) -> Auth:
    """What signing in stands on."""
    return auth_of(database, settings)
