"""Workbooks: what a person sees in each cell, from which sheet, in which row."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from audienceos.platform.sheets.reading import read_sheet
from tests.platform.sheets.files import (
    MAIN,
    bare_workbook,
    cells_of,
    inline_row,
    sheet_xml,
    workbook,
)

SEEN = [
    ("Müller & Söhne 漢字 🙂", "Müller & Söhne 漢字 🙂"),
    ("two\nlines", "two\nlines"),
    (9100000000, "9100000000"),
    (-3, "-3"),
    (1234.5, "1234.5"),
    (1234.0, "1234"),
    (0.1 + 0.2, "0.3"),
    (1e21, "1000000000000000000000"),
    (1.5e-7, "0.00000015"),
    (True, "TRUE"),
    (False, "FALSE"),
    (date(2024, 3, 4), "2024-03-04"),
    (datetime(2024, 3, 4, 9, 30), "2024-03-04 09:30"),
    (datetime(2024, 3, 4, 9, 30, 15), "2024-03-04 09:30:15"),
    (datetime(1900, 1, 1), "1900-01-01"),
    (time(14, 5), "14:05"),
    (timedelta(hours=30, minutes=5), "30:05:00"),
    ("=A1+B1", "=A1+B1"),
    ('=HYPERLINK("http://x.example","y")', '=HYPERLINK("http://x.example","y")'),
    (None, ""),
]
FORMATS = [
    (0.125, "0.0%", "12.5%"),
    (2134, "00000", "02134"),
    (1234.5, "#,##0.00 [$€-407]", "1234.5"),
    (45355, "dd/mm/yyyy", "2024-03-04"),
    (45355, '[$-409]d\\-mmm\\-yy;@', "2024-03-04"),
    (45355, '0 "days"', "45355"),
    (-1, "dd/mm/yyyy", "-1"),
    (99999999, "dd/mm/yyyy", "99999999"),
    (1.5, "[h]:mm", "36:00:00"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "seen"), SEEN)
def test_cells_are_texts_as_a_person_sees_them(tmp_path: Path, value: object, seen: str) -> None:
    path = workbook(tmp_path / "list.xlsx", [["Name", "Value"], ["Acme", value]])
    assert cells_of(path) == [["Acme", seen]]


@pytest.mark.parametrize(("value", "code", "seen"), FORMATS)
def test_number_formats_decide_what_is_seen(tmp_path: Path, value: float, code: str, seen: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Name", "Value"])
    sheet.append(["Acme", value])
    sheet["B2"].number_format = code
    book.save(tmp_path / "list.xlsx")
    assert cells_of(tmp_path / "list.xlsx") == [["Acme", seen]]


def test_days_may_count_from_1904(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0].append(["Name", "When"])
    book.worksheets[0].append(["Acme", datetime(2024, 3, 4, 9, 30)])
    book.save(tmp_path / "list.xlsx")
    assert cells_of(tmp_path / "list.xlsx") == [["Acme", "2024-03-04 09:30"]]


def test_the_name_of_the_file_does_not_matter(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", [["Name"], ["Acme"]])
    assert cells_of(path.rename(tmp_path / "list.csv")) == [["Acme"]]


def test_the_first_sheet_with_something_in_it_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", [], [["Name"], ["Acme"]], [["Other"], ["x"]])
    sheet = read_sheet(path)
    assert (sheet.kind, sheet.name, sheet.left_out) == ("workbook", "Sheet 2", ["Sheet 3"])


def test_a_hidden_sheet_comes_last(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook(tmp_path / "list.xlsx", [["Code"], ["1"]], [["Name"], ["Acme"]]))
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    book.save(tmp_path / "list.xlsx")
    sheet = read_sheet(tmp_path / "list.xlsx")
    assert (sheet.name, sheet.left_out) == ("Sheet 2", ["Sheet 1"])


def test_rows_keep_the_numbers_that_the_sheet_shows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["B3"], sheet["C3"], sheet["B5"], sheet["C9"] = "Name", "City", "Acme", "Bern"
    book.save(tmp_path / "list.xlsx")
    read = read_sheet(tmp_path / "list.xlsx")
    assert read.header == ["Column 1", "Name", "City"]
    assert [(row.line, row.cells) for row in read.rows] == [(5, ["", "Acme", ""]), (9, ["", "", "Bern"])]


def test_a_column_beside_the_header_gets_a_name(tmp_path: Path) -> None:
    sheet = read_sheet(workbook(tmp_path / "list.xlsx", [["Name"], ["Acme"], ["Beta", None, "beside"]]))
    assert sheet.header == ["Name", "Column 2", "Column 3"]
    assert [row.cells for row in sheet.rows] == [["Acme", "", ""], ["Beta", "", "beside"]]


def test_formatted_cells_without_content_are_no_columns(tmp_path: Path) -> None:
    row = '<row r="2"><c r="A2"><v>1</v></c><c r="XFD2" s="1"/></row>'
    assert cells_of(bare_workbook(tmp_path / "l.xlsx", sheet_xml(inline_row(1, "Id"), row))) == [["1"]]


def test_a_formula_that_cells_share_is_written_out_in_each(tmp_path: Path) -> None:
    rows = [
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f t="shared" ref="B2:B3" si="0">A2*$A$2</f><v>1</v></c></row>',
        '<row r="3"><c r="A3"><v>2</v></c><c r="B3"><f t="shared" si="0"/><v>2</v></c></row>',
    ]
    path = bare_workbook(tmp_path / "l.xlsx", sheet_xml(inline_row(1, "Id", "Value"), *rows))
    assert cells_of(path) == [["1", "=A2*$A$2"], ["2", "=A3*$A$2"]]


def test_what_other_programs_write_is_read(tmp_path: Path) -> None:
    """Prefixed names, no references, shared texts with phonetic hints and escapes, ISO dates, errors."""
    cells = (
        '<x:c t="s"><x:v>1</x:v></x:c><x:c t="d"><x:v>2024-03-04T00:00:00</x:v></x:c>'
        '<x:c t="e"><x:v>#N/A</x:v></x:c><x:c t="str"><x:v>a_x000D_b_x005F_c</x:v></x:c>'
    )
    header = "".join(f'<x:c t="inlineStr"><x:is><x:t>{name}</x:t></x:is></x:c>' for name in "ABCD")
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row>{header}</x:row><x:row>{cells}</x:row>'
        "</x:sheetData></x:worksheet>"
    )
    shared = (
        f'<sst xmlns="{MAIN}"><si><t>no</t></si><si><r><t xml:space="preserve">東 </t></r><r><t>京</t></r>'
        '<rPh sb="0" eb="1"><t>トウ</t></rPh></si></sst>'
    )
    path = bare_workbook(tmp_path / "l.xlsx", sheet, sharedStrings_xml=shared)
    assert cells_of(path) == [["東 京", "2024-03-04", "#N/A", "a\rb_c"]]


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda number: round(number, 4)),
    st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs"]), max_size=20),
)


def _as_seen(value: object) -> str:
    """By the other reader's value: what our reader must show."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ", timespec="seconds" if value.second else "minutes")
        return text.removesuffix(" 00:00")
    return format(value, ".15g") if isinstance(value, float) else str(value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.lists(values, min_size=1, max_size=5), min_size=1, max_size=5))
def test_another_reader_sees_the_same(tmp_path: Path, rows: list[list[object]]) -> None:
    """Against openpyxl's own reader, which builds trees and knows no limits."""
    rows = [["id", *(value for value in row if not str(value).startswith(("=", "'")))] for row in rows]
    path = workbook(tmp_path / "list.xlsx", [["a", "b", "c", "d", "e", "f"], *rows])
    theirs = openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(min_row=2, values_only=True)
    assert cells_of(path) == [([_as_seen(value) for value in row] + [""] * 6)[:6] for row in theirs]
