"""What a person sees in a workbook's cell that holds a number: a date, a share, an id with zeros, a plain number."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_WHOLE = re.compile(r"-?\d{1,30}")
_WINDOWS_EPOCH = datetime(1899, 12, 30)
_MAC_EPOCH = datetime(1904, 1, 1)
_PHANTOM_DAY = 60
"""Excel counts a 29 February 1900 that never was; serials before it are one day short."""
_LAST_SERIAL = 2_958_466
"""The day after 31 December 9999."""

_DATE_IDS = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_TIME_IDS = {*range(18, 22), 45, 47}
_DURATION_ID = 46
_PERCENT_IDS = {9, 10}
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
"""What a format code only prints: quoted texts, escaped characters, paddings, colours, locales, conditions."""

Shown = Literal["number", "date", "duration", "percent", "padded"]


class Look(msgspec.Struct, frozen=True):
    """How a cell's style shows its number; `width` is the number of digits that zeros fill up to."""

    shown: Shown = "number"
    width: int = 0


PLAIN = Look()


def look_of(format_id: int, code: str | None) -> Look:
    """The look of a number format: of its code where the workbook brings one, else of its built-in id."""
    if code is None:
        if format_id in _DATE_IDS | _TIME_IDS:
            return Look("date")
        if format_id == _DURATION_ID:
            return Look("duration")
        return Look("percent") if format_id in _PERCENT_IDS else PLAIN
    first = _LITERALS.sub("", code.split(";")[0]).casefold().strip()
    if re.search(r"\[(h+|m+|s+)\]", first):
        return Look("duration")
    if first != "general" and re.search(r"[dmyhs]", first):
        return Look("date")
    if "%" in first:
        return Look("percent")
    return Look("padded", len(first)) if re.fullmatch(r"0{2,}", first) else PLAIN


def number_text(raw: str, look: Look, *, from_1904: bool = False) -> str:
    """The number as its look shows it, dates in ISO form; what is no number stays as it stands."""
    if look.shown == "number" and _WHOLE.fullmatch(raw):
        return str(int(raw))
    if not _NUMBER.fullmatch(raw):
        return raw
    value = float(raw)
    if look.shown == "date" and 0 <= value < _LAST_SERIAL:
        return _date_text(value, from_1904=from_1904)
    if look.shown == "duration" and abs(value) < _LAST_SERIAL:
        return _duration_text(value)
    if look.shown == "percent":
        return plain(Decimal(f"{value:.15g}") * 100) + "%"
    shown = plain(Decimal(f"{value:.15g}"))
    return shown.zfill(look.width) if shown.isdigit() else shown


def plain(number: Decimal) -> str:
    """Digits without an exponent and without zeros that say nothing."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _date_text(serial: float, *, from_1904: bool) -> str:
    epoch = _MAC_EPOCH if from_1904 else _WINDOWS_EPOCH
    if not from_1904 and 1 <= serial < _PHANTOM_DAY:
        serial += 1
    seconds = round(serial * 86_400)
    try:
        moment = epoch + timedelta(seconds=seconds)
    except OverflowError:
        return plain(Decimal(f"{serial:.15g}"))
    clock = moment.strftime("%H:%M:%S" if moment.second else "%H:%M")
    if seconds < 86_400:
        return clock
    day = moment.date().isoformat()
    return day if seconds % 86_400 == 0 else f"{day} {clock}"


def _duration_text(days: float) -> str:
    seconds = abs(round(days * 86_400))
    sign = "-" if days < 0 and seconds else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
