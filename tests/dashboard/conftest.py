"""The rest of the cast, and a client that figures are about."""

from __future__ import annotations

import pytest

from audienceos.platform.db.database import Database
from tests.cast import Player, Stage
from tests.clients.given import Row, a_client, only_assigned


@pytest.fixture
async def oxbow(ines: Player) -> Row:
    """A client of Ines's agency."""
    return await a_client(ines, "Oxbow")


@pytest.fixture
async def mia(stage: Stage, database: Database, ines: Player) -> Player:
    """A member of Ines's agency, where members see only the clients that they are assigned to."""
    mia = await stage.member(ines, "Mia Lind")
    await only_assigned(database, ines)
    return mia
