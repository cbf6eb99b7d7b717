"""The people of each module's own agency: what stands in it is made once, and its tests don't collide."""

from __future__ import annotations

import pytest

from tests.cast import Player, Stage


@pytest.fixture(scope="module")
async def ines(stage: Stage) -> Player:
    """The owner of the module's agency."""
    return await stage.owner()


@pytest.fixture(scope="module")
async def tom(stage: Stage, ines: Player) -> Player:
    """A team-mate of hers, who is no admin."""
    return await stage.member(ines, "Tom Baker")


@pytest.fixture(scope="module")
async def mia(stage: Stage, ines: Player) -> Player:
    """A member of her agency."""
    return await stage.member(ines, "Mia Lind")
