"""How a figure stands beside the one before: direction and goodness are two things."""

from __future__ import annotations

import pytest

from audienceos.dashboard.kpis import KPIS, Trend, trend


@pytest.mark.parametrize(
    ("value", "previous", "lower", "expected"),
    [
        (4, 3, True, Trend(1, 33.3, "up", "worse")),
        (3, 4, True, Trend(-1, -25.0, "down", "better")),
        (4, 3, False, Trend(1, 33.3, "up", "better")),
        (4, 3, None, Trend(1, 33.3, "up", None)),
        (105, 100, True, Trend(5, 5.0, "stable", None)),
        (95, 100, True, Trend(-5, -5.0, "stable", None)),
        (106, 100, True, Trend(6, 6.0, "up", "worse")),
        (0, 0, True, Trend(0, None, "stable", None)),
        (2, 0, True, Trend(2, None, "new", "worse")),
        (0, 2, True, Trend(-2, -100.0, "down", "better")),
        (None, 2, True, Trend()),
        (2, None, True, Trend()),
    ],
)
def test_direction_and_goodness(
    value: float | None, previous: float | None, lower: bool | None, expected: Trend
) -> None:
    assert trend(value, previous, lower_is_better=lower) == expected


def test_every_figure_has_a_name_of_its_own_and_says_what_it_means() -> None:
    assert len({kpi.name for kpi in KPIS}) == len(KPIS)
    assert [kpi.name for kpi in KPIS if not kpi.meaning.endswith(".") or len(kpi.meaning) < 20] == []
