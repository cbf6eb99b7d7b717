"""Two hundred tickets opened at the same time: each number once, and none left out."""

from __future__ import annotations

import pytest

from tests.cast import Player
from tests.clients.given import a_client
from tests.tickets.test_opening import opened_at_once

AT_ONCE = 200


@pytest.mark.proof
async def test_two_hundred_at_once_are_numbered_without_gaps(ines: Player) -> None:
    clients = [await a_client(ines, f"Client {at}") for at in range(7)]
    assert await opened_at_once(ines, clients, AT_ONCE) == list(range(1, AT_ONCE + 1))
