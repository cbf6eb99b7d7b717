"""Moments in words: how long ago, and from when on a date says more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from audienceos.platform.clock import stopped_at
from audienceos.platform.web.templating import ago, short_day

NOW = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "words"),
    [(6.9, "6 d ago"), (7, "1 week ago"), (20, "2 weeks ago"), (34.9, "4 weeks ago"), (35, "")],
)
def test_weeks_follow_days_and_end_where_a_date_says_more(days: float, words: str) -> None:
    with stopped_at(NOW):
        assert ago(NOW - timedelta(days=days)) == words


def test_a_date_has_its_year_where_it_is_another_one() -> None:
    with stopped_at(NOW):
        assert short_day(datetime(2026, 1, 2, 9, 0, tzinfo=UTC), "UTC") == "2 Jan"
        assert short_day(datetime(2025, 1, 2, 9, 0, tzinfo=UTC), "UTC") == "2 Jan 2025"


def test_a_date_is_that_of_the_agencys_zone() -> None:
    with stopped_at(NOW):
        assert short_day(datetime(2025, 12, 31, 20, 0, tzinfo=UTC), "Asia/Tokyo") == "1 Jan"
