"""How many cards of a status the board draws: twenty at first, the rest as one asks, and the count always whole."""

from __future__ import annotations

import pytest

from audienceos.tickets.queries.board import CARDS_A_COLUMN
from tests.cast import Player
from tests.clients.given import Row
from tests.tickets.given import a_ticket

MANY = CARDS_A_COLUMN + 1


async def drawn(player: Player, asked: str = "") -> str:
    """The board's text."""
    answer = await player.get(player.at(f"/tickets{asked}"))
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture
async def many(ines: Player, oxbow: Row) -> None:
    """One new ticket more than the board draws at first."""
    for n in range(MANY):
        await a_ticket(ines, oxbow, f"Ticket {n}")


async def test_the_first_are_drawn_and_all_are_counted(ines: Player, many: None) -> None:
    text = await drawn(ines)
    assert (text.count('<article class="card"'), f"New, {MANY} tickets" in text) == (CARDS_A_COLUMN, True)
    assert ">1 more</a>" in text


async def test_the_rest_follow_by_a_link_and_stay_when_the_board_is_drawn_anew(
    ines: Player, many: None
) -> None:
    first = await drawn(ines, "?category=general")
    deeper = f"{ines.at('/tickets')}?category=general&amp;deep=70"
    assert f'href="{deeper}#board"' in first
    text = await drawn(ines, "?category=general&deep=70")
    assert (text.count('<article class="card"'), " more</a>" in text) == (MANY, False)
    assert f'hx-get="{deeper}" hx-trigger="live:ticket' in text


@pytest.mark.parametrize("deep", [str(CARDS_A_COLUMN - 1), "1001", "many"])
async def test_the_board_is_not_asked_for_all(ines: Player, deep: str) -> None:
    assert (await ines.get(ines.at(f"/tickets?deep={deep}"))).status_code == 400
