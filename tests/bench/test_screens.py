"""Screens are weighed as a first visit meets them, and told against their budgets."""

from __future__ import annotations

import pytest
from bench.counting import counter
from bench.ground import Town
from bench.screens import SCREENS, ScreenCost, Weight, weighed
from bench.telling import told_screens

from audienceos.platform.settings import Settings

KB = 1024


@pytest.mark.slow
async def test_every_screen_is_weighed_with_its_files(place: Town, settings: Settings) -> None:
    async with counter(place, settings) as asked:
        found = {name: await weighed(asked, name) for name in SCREENS}
    assert all(
        min(weight.page, weight.code, weight.font, weight.drawings) > 0 for weight, _ in found.values()
    )
    assert found["board"][0].code > found["list"][0].code  # what is dragged needs a script of its own
    assert {name for name, (_, statements) in found.items() if statements < 2} == {"sign-in"}


def cost(name: str, code: int, font: int = 40 * KB) -> ScreenCost:
    """A screen of that much code."""
    return ScreenCost(name, Weight(10 * KB, code, font, 2 * KB), 3, 4.25, 1.5, 2.0)


def test_the_heaviest_screen_is_told_against_the_budget() -> None:
    (table,), (visit, font) = told_screens([cost("list", 60 * KB), cost("board", 95 * KB)])
    assert (visit.met, visit.found) == (False, "105.0 KB at most (board)")
    assert (font.met, font.found) == (True, "40.0 KB")
    assert table.rows[0] == ("list", "10.0", "70.0", "112.0", "3", "4.2", "1.5", "2.0")


def test_a_heavy_font_is_told() -> None:
    _, goals = told_screens([cost("list", KB, font=50 * KB)])
    assert [goal.met for goal in goals] == [True, False]
