"""Figures as shapes: every day has its place, and nothing leaves the drawing."""

from __future__ import annotations

import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from audienceos.clients.queries.installs import InstallDay
from audienceos.dashboard.drawing import BOTTOM, LEFT, RIGHT, TOP, drawn, sparkline, weeks

MONDAY = date(2026, 3, 2)
DAYS = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=1, max_size=90).map(
    lambda told: [InstallDay(MONDAY + timedelta(days=at), *both) for at, both in enumerate(told)]
)


@given(DAYS)
def test_every_day_has_a_place_within_the_drawing(days: list[InstallDay]) -> None:
    found = drawn(days)
    assert len(found.slots) == len(days)
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)H", found.above_line + found.below_line)]
    assert len(heights) == 2 * len(days)
    assert min(heights) >= TOP - 0.01
    assert max(heights) <= BOTTOM + 0.01
    assert found.slots[0].x == LEFT
    assert abs(found.slots[-1].x + found.slots[-1].width - RIGHT) < 0.5
    assert (found.new, found.completed) == (sum(d.new for d in days), sum(d.completed for d in days))


@given(DAYS)
def test_weeks_hold_what_their_days_do(days: list[InstallDay]) -> None:
    found = weeks(days)
    assert sum(week.new for week in found) == sum(day.new for day in days)
    assert [week.day for week in found] == sorted({week.day for week in found})
    assert all(week.day.weekday() == 0 for week in found[1:])


def test_lines_behind_stand_for_round_numbers() -> None:
    assert [mark for _, mark in drawn([InstallDay(MONDAY, 7, 3)]).ticks] == [10, 5, 0, 5, 10]
    assert [mark for _, mark in drawn([InstallDay(MONDAY, 0, 0)]).ticks] == [2, 1, 0, 1, 2]


def test_two_figures_show_no_course() -> None:
    assert sparkline([1, 2]) == ""
    assert sparkline([1, 3, 2]) == "0.0,22.0 44.0,2.0 88.0,12.0"
