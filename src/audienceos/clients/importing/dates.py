"""Dates as people and programs write them. Which of two numbers is the day is a question of the whole column."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from audienceos.clients.importing.shapes import DateOrder

ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy")
_YEARS = range(1900, 2200)
_CENTURY_TURNS = 69
"""Two-digit years below it are of this century, as POSIX has it."""
_SERIALS = range(20_000, 80_000)
"""Days since 1899-12-30, as spreadsheets count: from 1954 to 2119."""
_SERIAL_EPOCH = date(1899, 12, 30)

_MONTH_WORDS = (
    "january january jan januar jan janvier janv enero ene gennaio gen januari janeiro",
    "february feb februar février fevrier févr fevr febrero febbraio februari fevereiro fev",
    "march mar märz maerz mrz mär mars marzo maart mrt março marco",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag mei maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août aout agosto ago augustus",
    "september sep sept septembre septiembre set settembre setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro",
)
_MONTHS = {word: number for number, words in enumerate(_MONTH_WORDS, start=1) for word in words.split()}

_CLOCK = (
    r"(?:(?:\s*T\s*|,?\s+(?:at\s+)?)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?"
)
_YEAR = r"(?P<year>\d{4}|\d\d)"
_WORD = r"(?P<word>[^\W\d_]{3,10})\.?"
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
_PATTERNS = tuple(
    re.compile(pattern + _CLOCK, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})",
        rf"(?P<one>\d{{1,2}})(?P<sep>[-/.])(?P<two>\d{{1,2}})(?P=sep){_YEAR}",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|º)?[\s-]+(?:de\s+)?{_WORD}[\s,-]+(?:de\s+)?{_YEAR}",
        rf"{_WEEKDAY}{_WORD}[\s-]+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[\s-]+{_YEAR}",
    )
)


class Moment(NamedTuple):
    """A date in the agency's zone, and the moment if a time of day was given."""

    day: date
    at: datetime | None


def readings(text: str, zone: tzinfo) -> dict[DateOrder, Moment]:
    """The moments that a text may mean, by the order that its column would need; empty when it is no date.

    A text that leaves no doubt has the same moment under both orders. Numbers alone are no dates here.
    """
    for pattern in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            return _under_each_order(found.groupdict(), zone)
    return {}


def parse_moment(text: str, order: DateOrder | None, zone: tzinfo) -> Moment | None:
    """The moment that the text means in a column of this order, or None.

    Without an order a text that means two different dates is None. In a column that is known to hold dates a
    number is taken as well: 20240304, or a spreadsheet's day count.
    """
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        return _of_number(text, zone)
    read = readings(text, zone)
    if order:
        return read.get(order)
    return next(iter(read.values())) if len(set(read.values())) == 1 else None


def is_serial(text: str) -> bool:
    """Whether the text could be a spreadsheet's day count, with a fraction for the time of day."""
    whole, _, fraction = text.partition(".")
    return text.isascii() and whole.isdecimal() and len(whole) == 5 and int(whole) in _SERIALS and (
        not fraction or fraction.isdecimal()
    )  # fmt: skip


def start_of(day: date, zone: tzinfo) -> datetime:
    """The first moment of a date in that zone."""
    return datetime.combine(day, time.min, tzinfo=zone)


def _under_each_order(parts: dict[str, str | None], zone: tzinfo) -> dict[DateOrder, Moment]:
    read: dict[DateOrder, Moment] = {}
    for order in ORDERS:
        moment = _moment(parts, order, zone)
        if moment and "one" not in parts:
            return dict.fromkeys(ORDERS, moment)
        if moment:
            read[order] = moment
    return read


def _moment(parts: dict[str, str | None], order: DateOrder, zone: tzinfo) -> Moment | None:
    day, month = parts.get("day"), parts.get("month")
    if parts.get("one"):
        if parts["sep"] == "." and order == "mdy":
            return None  # nobody writes the month first and then a point
        day, month = (parts["one"], parts["two"]) if order == "dmy" else (parts["two"], parts["one"])
    number = int(month) if month else _MONTHS.get((parts.get("word") or "").casefold(), 0)
    try:
        found = date(_full_year(parts["year"] or ""), number, int(day or 0))
        clock = _clock(parts)
    except ValueError:
        return None
    if found.year not in _YEARS:
        return None
    return Moment(found, None) if clock is None else _at(found, clock, parts.get("zone"), zone)


def _at(day: date, clock: time, said: str | None, zone: tzinfo) -> Moment | None:
    moment = datetime.combine(day, clock, tzinfo=_zone(said) if said else zone)
    return Moment(moment.astimezone(zone).date(), moment)


def _full_year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < _CENTURY_TURNS else 1900)


def _clock(parts: dict[str, str | None]) -> time | None:
    """The time of day, None when there is none. Raises `ValueError` for one that no clock shows."""
    if parts["hour"] is None:
        return None
    hour, half = int(parts["hour"]), (parts["half"] or "").casefold()[:1]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, int(parts["minute"] or 0), int(parts["second"] or 0))


def _zone(text: str) -> tzinfo:
    if not text[-1].isdigit():
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:]) if len(text) > 3 else 0
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _of_number(text: str, zone: tzinfo) -> Moment | None:
    if len(text) == 8 and "." not in text:
        return next(iter(readings(f"{text[:4]}-{text[4:6]}-{text[6:]}", zone).values()), None)
    if not is_serial(text):
        return None
    whole, _, fraction = text.partition(".")
    day = _SERIAL_EPOCH + timedelta(days=int(whole))
    if not fraction.strip("0"):
        return Moment(day, None)
    seconds = round(float(f"0.{fraction}") * 86_400)
    moment = start_of(day, zone) + timedelta(seconds=seconds)
    return Moment(moment.date(), moment)
