"""Two agencies, and a name that no other test's jobs have."""

from __future__ import annotations

import pytest

from audienceos.platform.db.base import uuid7
from audienceos.platform.db.urls import Addresses
from tests.migrations.people import Agency, found


@pytest.fixture
async def ours(ways: Addresses) -> Agency:
    """The agency whose test it is."""
    return await found(ways)


@pytest.fixture
async def theirs(ways: Addresses) -> Agency:
    """Another."""
    return await found(ways)


@pytest.fixture
def name() -> str:
    """A job's name."""
    return f"test.{uuid7().hex}"
