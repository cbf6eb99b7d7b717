"""Google's fake in the place of the real one, and an account at it."""

from __future__ import annotations

import pytest

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a_client
from tests.connections.conftest import vendors
from tests.connections.given import Vendors, connected
from tests.inbox.given import MAYA, Inbox, known_to
from tests.providers.gmail.given import Gmail

__all__ = ["vendors"]


@pytest.fixture
def inbox(database: Database, ines: Player) -> Inbox:
    """Her agency's."""
    return Inbox(database, ines)


@pytest.fixture
async def thornfield(ines: Player) -> Row:
    """A client whose contact Maya is."""
    client = await a_client(ines, "Thornfield Hearing Centres")
    await known_to(ines, client, MAYA.address)
    return client


@pytest.fixture
async def gmail(database: Database, vendors: Vendors, ines: Player) -> Gmail:
    """The agency's own account, connected through Google's page."""
    return Gmail(database, vendors, ines, await connected(ines, "gmail"))
