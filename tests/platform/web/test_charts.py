"""Where a series' figures are drawn."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audienceos.platform.web.charts import HEIGHT, SLOT, Figure, plot


def test_bars_stand_on_nought_and_the_highest_is_below_the_top() -> None:
    drawn = plot([("Jan", 4), ("Feb", 16)])
    assert [mark for _, mark in drawn.ticks] == [20, 15, 10, 5, 0]
    assert [(bar.y, bar.height) for bar in drawn.bars] == [(80, 20), (20, 80)]


def test_below_nought_a_bar_hangs_from_it() -> None:
    (up, down) = plot([("Jan", 2), ("Feb", -2)]).bars
    assert up.y + up.height == down.y
    assert down.y + down.height == HEIGHT


def test_a_missing_figure_breaks_the_line_and_is_no_bar() -> None:
    drawn = plot([("Jan", 1), ("Feb", None), ("Mar", 1), ("Apr", 2)])
    assert [bar.label for bar in drawn.bars] == ["Jan", "Mar", "Apr"]
    assert [step[0] for step in drawn.line.split(" ") if step[0] in "ML"] == ["M", "M", "L"]


def test_only_noughts_are_drawn_on_the_line_of_nought() -> None:
    drawn = plot([("Jan", 0), ("Feb", 0)])
    assert [mark for _, mark in drawn.ticks] == [1, 0]
    assert [bar.height for bar in drawn.bars] == [0, 0]


@pytest.mark.parametrize("points", [[], [("Jan", None)]])
def test_without_figures_nothing_is_drawn(points: list[tuple[str, None]]) -> None:
    drawn = plot(points)
    assert (drawn.bars, drawn.line, drawn.ticks, drawn.highest) == ([], "", [], None)


def test_money_keeps_its_cents_where_it_is_told() -> None:
    drawn = plot([("Jan", Decimal("10.25")), ("Feb", Decimal("9.90"))])
    assert drawn.highest == ("Jan", Decimal("10.25"))
    assert drawn.lowest == ("Feb", Decimal("9.90"))


FIGURES = st.one_of(st.integers(-(10**9), 10**9), st.decimals(-(10**6), 10**6, places=2), st.none())


@given(st.lists(FIGURES, max_size=40))
def test_everything_stays_inside_and_lines_are_few(figures: list[Figure | None]) -> None:
    drawn = plot([(str(at), figure) for at, figure in enumerate(figures)])
    assert all(bar.x >= 0 and bar.x + bar.width <= drawn.width for bar in drawn.bars)
    assert all(bar.y >= -0.01 and bar.y + bar.height <= HEIGHT + 0.02 for bar in drawn.bars)
    assert all(0 < x < SLOT * len(figures) for x, _ in drawn.dots)
    assert len(drawn.ticks) <= 7
