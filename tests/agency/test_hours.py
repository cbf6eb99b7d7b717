"""Time as the agency works: pure, over nights, weekends and days on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audienceos.agency.hours import Hours, after, worked

BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]


def hours(start: str = "09:00", end: str = "17:00", days: list[str] | None = None) -> Hours:
    """An agency's in Berlin."""
    made = Hours.of({"start": start, "end": end, "days": days or WEEKDAYS}, BERLIN)
    assert made is not None
    return made


def at(text: str) -> datetime:
    """A moment by the clock of Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def h(number: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("since", "until", "passed"),
    [
        ("2026-05-20T10:00", "2026-05-20T12:30", 2.5),
        ("2026-05-20T07:00", "2026-05-20T23:00", 8),
        ("2026-05-20T16:00", "2026-05-21T10:00", 2),
        ("2026-05-22T16:00", "2026-05-25T10:00", 2),  # over a weekend
        ("2026-05-23T10:00", "2026-05-24T10:00", 0),
        ("2026-05-20T17:00", "2026-05-20T18:00", 0),
        ("2026-05-20T12:00", "2026-05-20T11:00", 0),
        ("2026-05-18T00:00", "2026-05-25T00:00", 40),
    ],
)
def test_only_working_time_counts(since: str, until: str, passed: float) -> None:
    assert worked(hours(), at(since), at(until)) == h(passed)


@pytest.mark.parametrize(
    ("since", "until", "passed"),
    [
        ("2026-05-20T21:00", "2026-05-20T23:00", 1),
        ("2026-05-20T23:00", "2026-05-21T05:00", 6),
        ("2026-05-21T05:00", "2026-05-21T23:00", 2),
        ("2026-05-22T23:00", "2026-05-23T12:00", 7),  # Friday's shift ends on Saturday
        ("2026-05-24T23:00", "2026-05-25T05:00", 0),  # no shift begins on Sunday
    ],
)
def test_a_shift_over_midnight_belongs_to_the_day_that_it_began_on(
    since: str, until: str, passed: float
) -> None:
    assert worked(hours("22:00", "06:00"), at(since), at(until)) == h(passed)


@pytest.mark.parametrize(("night", "length"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-05-23", 8)])
def test_the_night_in_which_clocks_change_is_shorter_or_longer(night: str, length: float) -> None:
    shift = hours("22:00", "06:00", ["sat"])
    assert worked(shift, at(f"{night}T12:00"), at(f"{night}T12:00") + timedelta(days=1)) == h(length)


def test_a_day_has_its_hours_though_the_clocks_changed_before() -> None:
    sunday = hours(days=["sun"])
    assert worked(sunday, at("2026-03-29T00:00"), at("2026-03-30T00:00")) == h(8)
    assert sunday.shift(at("2026-03-29T00:00").date())[0] == datetime(2026, 3, 29, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "amount", "then"),
    [
        ("2026-05-20T10:00", 4, "2026-05-20T14:00"),
        ("2026-05-20T10:00", 7, "2026-05-20T17:00"),
        ("2026-05-20T10:00", 8, "2026-05-21T10:00"),
        ("2026-05-22T16:00", 8, "2026-05-25T16:00"),
        ("2026-05-23T03:00", 1, "2026-05-25T10:00"),
        ("2026-05-20T10:00", 0, "2026-05-20T10:00"),
    ],
)
def test_an_amount_has_passed_at_a_moment_of_work(since: str, amount: float, then: str) -> None:
    assert after(hours(), at(since), h(amount)) == at(then)


def test_without_hours_the_clock_goes_round() -> None:
    assert Hours.of(None, BERLIN) is None
    assert worked(None, at("2026-05-23T03:00"), at("2026-05-24T04:00")) == h(25)
    assert after(None, at("2026-05-23T03:00"), h(25)) == at("2026-05-24T04:00")


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
CLOCKS = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")


@st.composite
def any_hours(draw: Any) -> Hours:
    """Hours that an agency can have."""
    start, end = draw(st.tuples(CLOCKS, CLOCKS).filter(lambda both: both[0] != both[1]))
    days = draw(st.lists(st.sampled_from([*WEEKDAYS, "sat", "sun"]), min_size=1, unique=True))
    return hours(start, end, days)


@given(any_hours(), MOMENTS, st.integers(1, 30_000))
def test_the_moment_after_an_amount_is_the_first_by_which_it_was_worked(
    mine: Hours, since: datetime, minutes: int
) -> None:
    amount = timedelta(minutes=minutes)
    then = after(mine, since, amount)
    assert worked(mine, since, then) == amount
    assert worked(mine, since, then - timedelta(seconds=1)) < amount


@given(any_hours(), MOMENTS, MOMENTS, MOMENTS)
def test_parts_add_up(mine: Hours, one: datetime, two: datetime, three: datetime) -> None:
    first, second, third = sorted((one, two, three))
    assert worked(mine, first, second) + worked(mine, second, third) == worked(mine, first, third)
