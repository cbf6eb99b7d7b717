"""An agency's inbox, and a client whom mail is known by."""

from __future__ import annotations

import pytest

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a_client
from tests.inbox.given import MAYA, Inbox, known_to


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
