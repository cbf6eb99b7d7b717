"""One look at every value of every column: what they could be, and what they certainly aren't."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from itertools import islice
from typing import TypeVar

import msgspec

from audienceos.clients.importing.amounts import MARKS, amounts
from audienceos.clients.importing.dates import ORDERS, is_serial, readings
from audienceos.clients.importing.shapes import DateOrder, DecimalMark
from audienceos.clients.importing.values import is_nothing, parse_bool, parse_email
from audienceos.clients.words import domain_of
from audienceos.platform.sheets.shapes import Sheet

DISTINCT_AT_MOST = 200
"""Different values that are counted one by one; a column with more is no list of choices."""
_SAMPLES = 5
_SAMPLE_CHARS = 80
_CHUNK_ROWS = 1000
_PATIENCE = 40
"""So many different values without half of them being dates, and no more are tried."""
_ADDRESSES_TRIED = 200

_T = TypeVar("_T")
_LABEL = re.compile(r"0\d|\d{16}")
"""Digits that are no quantity: a number would lose their zeros, or their last places in a spreadsheet."""


class ColumnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one column. Shares are of its different values that say something, from 0 to 1."""

    header: str
    filled: int
    """Rows with something in this column."""
    blanks: int
    longest: int
    samples: list[str]
    counts: dict[str, int]
    """How often each value occurs, the most frequent first; empty when there are more than 200."""
    dates: float
    """The share of texts that are dates. Numbers alone are counted in `serials`."""
    date_orders: list[DateOrder]
    """The orders under which the most are dates, the surer first."""
    has_ambiguous_dates: bool
    """The two orders in `date_orders` give different dates."""
    has_times: bool
    serials: float
    numbers: float
    """The share of numbers, with or without a currency, that lose nothing as numbers."""
    decimal_marks: list[DecimalMark]
    """The marks under which the most are numbers, the likelier first."""
    has_ambiguous_numbers: bool
    """Where 1,234 and its like are all that is in doubt, the comma is likelier to part thousands: money has no
    third decimal. 1.234 may be either."""
    currencies: list[str]
    emails: float
    domains: float
    is_yes_or_no: bool


def profile_sheet(sheet: Sheet) -> list[ColumnProfile]:
    """Walk the whole sheet once; a profile for each column. Raises `SheetError` where the file is broken."""
    columns = [_Column(header) for header in sheet.header]
    rows = (row.cells for row in sheet.rows)
    while chunk := list(islice(rows, _CHUNK_ROWS)):
        for column, cells in zip(columns, zip(*chunk, strict=True), strict=True):
            column.add(cells)
    return [column.profile() for column in columns]


class _Column:
    """One column while its values go by."""

    def __init__(self, header: str) -> None:
        self.header = header
        self.rows = self.filled = self.longest = 0
        self.samples: list[str] = []
        self.counts: Counter[str] | None = Counter()
        self.tested: set[str] = set()
        self.total = self.dates = self.serials = self.numbers = 0
        self.orders: Counter[DateOrder] = Counter()
        self.twofold = self.timed = False
        self.marks: Counter[DecimalMark] = Counter()
        self.doubtful: set[DecimalMark] = set()
        self.currencies: set[str] = set()
        self.addresses = self.emails = self.domains = 0
        self.yes_or_no = True

    def add(self, cells: Sequence[str]) -> None:
        """Take in a piece of the column."""
        texts = [text for cell in cells if (text := cell.strip())]
        self.rows += len(cells)
        self.filled += len(texts)
        if self.counts is not None:
            self.counts.update(texts)
            if len(self.counts) > DISTINCT_AT_MOST:
                self.counts = None
        for text in dict.fromkeys(texts):
            if text not in self.tested:
                self._remember(text)
                if not is_nothing(text):
                    self._test(text)

    def _remember(self, text: str) -> None:
        if len(self.tested) < DISTINCT_AT_MOST:
            self.tested.add(text)
        self.longest = max(self.longest, len(text))
        if len(self.samples) < _SAMPLES:
            self.samples.append(text if len(text) <= _SAMPLE_CHARS else text[:_SAMPLE_CHARS] + "…")

    def _test(self, text: str) -> None:
        self.total += 1
        if self._is_worth(self.dates):
            self._test_date(text)
        if self._is_worth(self.numbers):
            self._test_number(text)
        if self.serials == self.total - 1 and is_serial(text):
            self.serials += 1
        if self.yes_or_no:
            self.yes_or_no = parse_bool(text) is not None
        if self.addresses < _ADDRESSES_TRIED:
            self.addresses += 1
            self.emails += parse_email(text) is not None
            self.domains += "@" not in text and domain_of(text) is not None

    def _is_worth(self, found: int) -> bool:
        """Whether another value should be tried for what so many were found to be."""
        return self.total <= _PATIENCE or found * 2 >= _PATIENCE

    def _test_date(self, text: str) -> None:
        read = readings(text, UTC)
        self.dates += bool(read)
        self.orders.update(read.keys())
        self.twofold = self.twofold or len(set(read.values())) > 1
        self.timed = self.timed or any(moment.at for moment in read.values())

    def _test_number(self, text: str) -> None:
        read = {} if _LABEL.match(text) else amounts(text)
        self.numbers += bool(read)
        self.marks.update(read.keys())
        if len({amount.value for amount in read.values()}) > 1:
            self.doubtful.add("," if "," in text else ".")
        self.currencies.update(amount.currency for amount in read.values() if amount.currency)

    def profile(self) -> ColumnProfile:
        """What was seen."""
        orders, marks = _best(self.orders, ORDERS), _best(self.marks, MARKS)
        if not self.doubtful <= {","}:
            marks.reverse()
        return ColumnProfile(
            header=self.header,
            filled=self.filled,
            blanks=self.rows - self.filled,
            longest=self.longest,
            samples=self.samples,
            counts=dict(self.counts.most_common()) if self.counts is not None else {},
            dates=_share(self.dates, self.total),
            date_orders=orders,
            has_ambiguous_dates=self.twofold and len(orders) > 1,
            has_times=self.timed,
            serials=_share(self.serials, self.total),
            numbers=_share(self.numbers, self.total),
            decimal_marks=marks,
            has_ambiguous_numbers=bool(self.doubtful) and len(marks) > 1,
            currencies=sorted(self.currencies),
            emails=_share(self.emails, self.addresses),
            domains=_share(self.domains, self.addresses),
            is_yes_or_no=self.yes_or_no and self.total > 0,
        )


def _share(part: int, total: int) -> float:
    return part / total if total else 0.0


def _best(counts: Counter[_T], known: Sequence[_T]) -> list[_T]:
    """Those that explain the most values."""
    most = max(counts.values(), default=0)
    return [one for one in known if most and counts[one] == most]
