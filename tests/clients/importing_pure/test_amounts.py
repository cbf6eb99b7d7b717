"""Numbers and money: every way to write them, and never a thousand for a one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audienceos.clients.importing.amounts import amounts, is_in, parse_amount
from audienceos.clients.importing.shapes import DecimalMark

WRITTEN = [
    ("$1,234.50", "1234.50", "$"),
    ("1.234,50 €", "1234.50", "€"),
    ("€ 1.234.567", "1234567", "€"),
    ("(120)", "-120", ""),
    ("($1,200.00)", "-1200.00", "$"),
    ("-$5", "-5", "$"),
    ("$-5", "-5", "$"),
    ("5-", "-5", ""),
    ("−5.25", "-5.25", ""),
    ("+7", "7", ""),
    ("USD 12.5", "12.5", "USD"),
    ("12,5 EUR", "12.5", "EUR"),
    ("CA$ 9", "9", "CA$"),
    ("CHF 1'234.50", "1234.50", "CHF"),
    ("1 234 567,89", "1234567.89", ""),
    ("1\u00a0234,5", "1234.5", ""),
    ("1\u202f234,5", "1234.5", ""),
    ("12,34,567.00", "1234567.00", ""),
    ("0.125", "0.125", ""),
    ("0,5", "0.5", ""),
    (".5", "0.5", ""),
    ("5.", "5", ""),
    ("9100000000", "9100000000", ""),
    ("0", "0", ""),
]
NO_NUMBERS = [
    "", "-", "abc", "1,23,45", "1.2.3", "12,34,56", "1,234,56.00", "1 23", "--5", "(5", "5)", "(-5)", "$5€", "1e5",
    "1_000", "NaN", "inf", "12%", "+49 30 1234-5", "1,,234", "5 apples", "=1+1", "1" * 41,
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "currency"), WRITTEN)
def test_every_way_to_write_an_amount(text: str, value: str, currency: str) -> None:
    assert parse_amount(text, None) == (Decimal(value), currency)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number(text: str) -> None:
    assert amounts(text) == {}


def test_a_mark_before_three_digits_is_the_columns_question() -> None:
    assert {mark: amount.value for mark, amount in amounts("1,234").items()} == {
        ".": 1234,
        ",": Decimal("1.234"),
    }
    assert parse_amount("1,234", None) is None
    assert parse_amount("1,234", ".") == (Decimal(1234), "")
    assert parse_amount("1.234", ",") == (Decimal(1234), "")
    assert parse_amount("1.234,5", ".") is None


@pytest.mark.parametrize(
    ("sign", "currency", "fits"),
    [
        ("", "USD", True),
        ("$", "USD", True),
        ("$", "CAD", True),
        ("$", "EUR", False),
        ("US$", "USD", True),
        ("CA$", "CAD", True),
        ("CA$", "USD", False),
        ("A$", "AUD", True),
        ("€", "EUR", True),
        ("€", "USD", False),
        ("EUR", "EUR", True),
        ("EUR", "USD", False),
        ("¥", "CNY", True),
        ("zł", "PLN", True),
        ("€", "", True),
    ],
)
def test_signs_and_currencies(sign: str, currency: str, fits: bool) -> None:
    assert is_in(sign, currency) is fits


numbers = st.decimals(-(10**9), 10**9, allow_nan=False, places=2)


@given(numbers, st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'"), (".", "")]))
def test_what_is_written_with_a_mark_is_read_with_it(value: Decimal, marks: tuple[DecimalMark, str]) -> None:
    mark, group = marks
    text = f"{value:,.2f}".replace(",", "_").replace(".", mark).replace("_", group)
    read = parse_amount(text, mark)
    assert read is not None
    assert read.value == value


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_leave_no_doubt(value: int) -> None:
    assert parse_amount(str(value), None) == (Decimal(value), "")


@given(st.text(st.sampled_from("0123456789.,-+()$€ '"), max_size=12))
def test_no_text_breaks_it(text: str) -> None:
    for amount in amounts(text).values():
        assert amount.value.is_finite()
        assert any(char.isdecimal() for char in text)
