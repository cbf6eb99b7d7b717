"""An agency that lives with Slack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from audienceos.app import Parts
from tests.cast import Player, Stage
from tests.connections.given import Vendors, played
from tests.providers.slack.live import House, house


@pytest.fixture
def vendors(parts: Parts) -> Iterator[Vendors]:
    """Every vendor's fake, in the place of the real ones."""
    with played(parts.settings) as fakes:
        yield fakes


@pytest.fixture
async def north(stage: Stage, ines: Player, vendors: Vendors) -> House:
    """Ines's agency, connected."""
    return await house(stage, ines, vendors)
