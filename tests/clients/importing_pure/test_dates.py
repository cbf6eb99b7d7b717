"""Dates: every way to write them, and never the wrong one of two."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audienceos.clients.importing.dates import is_serial, parse_moment, readings, start_of
from audienceos.clients.importing.shapes import DateOrder

ZONE = ZoneInfo("America/New_York")
FOURTH_OF_MARCH = [
    "2024-03-04", "2024/3/4", "2024.03.04", "4 March 2024", "4. März 2024", "4 mars 2024", "4 de marzo de 2024",
    "March 4, 2024", "Mar 4th, 2024", "4-Mar-24", "Mon, 4 Mar 2024", "Monday, March 4, 2024", "04.03.2024", "4.3.24",
    "20240304", "45355", "45355.0", "2024-03-04T09:30:00", "2024-03-04 09:30:00.123", "4 Mar 2024, 9:30 am",
]  # fmt: skip
NO_DATES = [
    "", "soon", "2024", "2024-13-01", "2024-02-30", "31/04/2024", "13/13/2024", "0000-01-01", "1899-12-31", "2200-01-01",
    "4 Marchember 2024", "2024-03-04 25:00", "2024-03-04 13:00 pm", "1-800-2024", "=TODAY()", "12", "999999", "03/04",
    "2024-03-04 09:30 XYZ", "٤/٣/٢٠٢٤x",
]  # fmt: skip


@pytest.mark.parametrize("text", FOURTH_OF_MARCH)
@pytest.mark.parametrize("order", ["dmy", None])
def test_the_fourth_of_march(text: str, order: DateOrder | None) -> None:
    moment = parse_moment(text, order, ZONE)
    assert moment is not None
    assert moment.day == date(2024, 3, 4)


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date(text: str) -> None:
    assert parse_moment(text, "dmy", ZONE) is None
    assert parse_moment(text, None, ZONE) is None


@pytest.mark.parametrize("sign", ["/", "-"])
def test_two_numbers_are_read_in_the_columns_order(sign: str) -> None:
    text = f"03{sign}04{sign}2024"
    assert {order: moment.day for order, moment in readings(text, ZONE).items()} == {
        "dmy": date(2024, 4, 3),
        "mdy": date(2024, 3, 4),
    }
    assert parse_moment(text, None, ZONE) is None


def test_a_day_beyond_twelve_leaves_no_doubt() -> None:
    assert list(readings("25/12/2024", ZONE)) == ["dmy"]
    assert list(readings("12/25/2024", ZONE)) == ["mdy"]
    assert parse_moment("12/25/2024", "dmy", ZONE) is None


def test_the_same_number_twice_needs_no_order() -> None:
    assert parse_moment("03/03/2024", None, ZONE) == (date(2024, 3, 3), None)


def test_a_time_without_a_zone_is_the_agencys() -> None:
    moment = parse_moment("2024-07-04 23:30", None, ZONE)
    assert moment is not None
    assert moment.at == datetime(2024, 7, 5, 3, 30, tzinfo=UTC)
    assert moment.day == date(2024, 7, 4)


@pytest.mark.parametrize("text", ["2024-07-05T03:30:00Z", "2024-07-05 03:30 UTC", "2024-07-05T05:30+02:00"])
def test_a_time_with_a_zone_has_the_agencys_date(text: str) -> None:
    moment = parse_moment(text, None, ZONE)
    assert moment is not None
    assert moment.at == datetime(2024, 7, 5, 3, 30, tzinfo=UTC)
    assert moment.day == date(2024, 7, 4)


@pytest.mark.parametrize(
    ("text", "hour"), [("12:05 am", 0), ("12:05 PM", 12), ("1:05 p.m.", 13), ("9:05\u202fAM", 9)]
)
def test_halves_of_the_day(text: str, hour: int) -> None:
    moment = parse_moment(f"03/25/2024, {text}", None, UTC)
    assert moment is not None
    assert moment.at == datetime(2024, 3, 25, hour, 5, tzinfo=UTC)


def test_a_day_count_may_have_a_time() -> None:
    assert parse_moment("45355.5", None, UTC) == (date(2024, 3, 4), datetime(2024, 3, 4, 12, tzinfo=UTC))
    assert not readings("45355", UTC)
    assert is_serial("45355.25")
    assert not is_serial("1e4")


def test_two_digits_of_a_year() -> None:
    assert [readings(f"1 Jan {year}", UTC)["dmy"].day.year for year in ("00", "68", "69", "99")] == [
        2000, 2068, 1969, 1999,
    ]  # fmt: skip


dates = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(dates, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%B %d, %Y", "%d-%b-%Y", "%Y%m%d"]))
def test_unambiguous_forms_come_back(day: date, form: str) -> None:
    moment = parse_moment(day.strftime(form), None, ZONE)
    assert moment == (day, None)


@given(dates, st.sampled_from(["/", "-"]))
def test_each_order_gives_its_own_date_or_none(day: date, sign: str) -> None:
    assert readings(day.strftime(f"%d{sign}%m{sign}%Y"), ZONE)["dmy"] == (day, None)
    assert readings(day.strftime(f"%m{sign}%d{sign}%Y"), ZONE)["mdy"] == (day, None)


@given(st.datetimes(datetime(1955, 1, 1), datetime(2119, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_moments_with_an_offset_are_exact(moment: datetime, minutes: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=UTC)
    offset = timedelta(minutes=minutes)
    local, sign = aware + offset, "-" if minutes < 0 else "+"
    text = f"{local:%Y-%m-%dT%H:%M:%S}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    read = parse_moment(text, None, ZONE)
    assert read is not None
    assert read.at == aware
    assert read.day == aware.astimezone(ZONE).date()


@given(st.text(max_size=30))
def test_no_text_breaks_it(text: str) -> None:
    for moment in readings(text.strip(), ZONE).values():
        assert 1899 < moment.day.year < 2201


@given(dates)
def test_a_date_begins_at_its_midnight(day: date) -> None:
    assert start_of(day, ZONE).astimezone(ZONE).date() == day
