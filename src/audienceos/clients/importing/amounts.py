"""Numbers and money as people write them. Which sign is the decimal mark is a question of the whole column."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from audienceos.clients.importing.shapes import DecimalMark

MARKS: tuple[DecimalMark, DecimalMark] = (".", ",")
_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₽": "RUB",
    "₺": "TRY",
    "₴": "UAH",
    "₪": "ILS",
    "₩": "KRW",
    "zł": "PLN",
}
_DOLLARS = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS", "BRL", "TWD"}
"""Currencies whose sign is $, alone or with a letter before it."""
_YENS = {"JPY", "CNY"}
_CURRENCY = r"(?P<{}>[A-Z]{{3}}|[A-Z]{{0,3}}\$|[€£₹₽₺₴₪₩¥]|zł)?"
_SHAPE = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+−])?\s*{_CURRENCY.format('before')}\s*(?P<inner>[-−])?\s*"
    rf"(?P<digits>[\d.,'’\u00a0\u202f ]*\d[.,]?)\s*{_CURRENCY.format('after')}\s*(?P<trailing>[-−])?\s*(?P<close>\))?"
)
_DIGITS_AT_MOST = 40


class Amount(NamedTuple):
    """A number and the currency sign or code that stood with it, empty if none did."""

    value: Decimal
    currency: str


def amounts(text: str) -> dict[DecimalMark, Amount]:
    """What a text may mean as a number, by the decimal mark that its column would need; empty: no number.

    Brackets or a minus on either side make it negative. Thousands may be parted by the other mark, a blank or an
    apostrophe, but only where thousands are: 12,34 has no thousands.
    """
    found = _SHAPE.fullmatch(text)
    read: dict[DecimalMark, Amount] = {}
    if not found or len(text) > _DIGITS_AT_MOST or bool(found["open"]) != bool(found["close"]):
        return read
    minuses = sum(1 for part in ("open", "sign", "inner", "trailing") if found[part] and found[part] != "+")
    if minuses > 1 or (found["before"] and found["after"]):
        return read
    currency = found["before"] or found["after"] or ""
    for mark in MARKS:
        value = _value(found["digits"], mark)
        if value is not None:
            read[mark] = Amount(-value if minuses else value, currency)
    return read


def parse_amount(text: str, mark: DecimalMark | None) -> Amount | None:
    """The amount in a column of this decimal mark; without one, only if the text leaves no doubt."""
    read = amounts(text)
    if mark:
        return read.get(mark)
    return next(iter(read.values())) if len(set(read.values())) == 1 else None


def is_in(currency: str, wanted: str) -> bool:
    """Whether a sign or code as it stood in a cell can mean this currency (three letters)."""
    if not currency or not wanted:
        return True
    if currency.endswith("$"):
        letters = currency[:-1]
        return wanted in _DOLLARS and (not letters or wanted.startswith(letters) or wanted[:2] == letters[:2])
    if currency == "¥":
        return wanted in _YENS
    return _SIGNS.get(currency, currency) == wanted


def _value(digits: str, mark: DecimalMark) -> Decimal | None:
    whole, _, fraction = digits.partition(mark)
    if fraction and not fraction.isdecimal():
        return None
    if whole and not whole.isdecimal():
        parter = next(char for char in whole if not char.isdecimal())
        groups = whole.split(parter)
        if not all(group.isdecimal() for group in groups) or not _are_thousands(groups):
            return None
        whole = "".join(groups)
    return Decimal(f"{whole or '0'}.{fraction}" if fraction else whole)


def _are_thousands(groups: list[str]) -> bool:
    """Threes, but for the first, which is no zero; or twos before the last three, as in India."""
    first, *middle, last = map(len, groups)
    western = first <= 3 and all(size == 3 for size in middle)
    indian = first <= 2 and all(size == 2 for size in middle)
    return last == 3 and not groups[0].startswith("0") and (western or indian)
