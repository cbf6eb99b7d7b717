"""Text files: every delimiter, every encoding, and where a person finds each row."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from audienceos.platform.sheets.reading import read_sheet
from audienceos.platform.sheets.shapes import Limits
from tests.platform.sheets.files import cells_of, written

TABLE = 'Name{d}Website{d}Notes\r\nMüller & Söhne{d}mueller.example{d}"Zürich{d} ""Altstadt"""\r\nÉtoile{d}{d}ok\r\n'
CELLS = [["Müller & Söhne", "mueller.example", 'Zürich{d} "Altstadt"'], ["Étoile", "", "ok"]]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252"]
MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_delimiter_in_every_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    sheet = read_sheet(
        written(tmp_path, MARKS.get(encoding, b"") + TABLE.format(d=delimiter).encode(encoding))
    )
    assert sheet.header == ["Name", "Website", "Notes"]
    assert sheet.delimiter == delimiter
    assert sheet.encoding == ("utf-16" if encoding in MARKS else encoding)
    assert [row.cells for row in sheet.rows] == [[cell.format(d=delimiter) for cell in row] for row in CELLS]


def test_rows_can_be_walked_again(tmp_path: Path) -> None:
    sheet = read_sheet(written(tmp_path, b"Name,City\nAcme,Bern\nBeta,Basel\n"))
    assert (
        [row.cells for row in sheet.rows]
        == [row.cells for row in sheet.rows]
        == [["Acme", "Bern"], ["Beta", "Basel"]]
    )


def test_lines_are_those_that_an_editor_shows(tmp_path: Path) -> None:
    text = '\r\nName,Notes\r\nAcme,"one\r\ntwo\r\nthree"\r\n\r\nBeta,x\r\n'
    rows = list(read_sheet(written(tmp_path, text.encode())).rows)
    assert [(row.line, row.cells) for row in rows] == [
        (3, ["Acme", "one\r\ntwo\r\nthree"]),
        (7, ["Beta", "x"]),
    ]


def test_a_first_line_may_declare_the_delimiter(tmp_path: Path) -> None:
    sheet = read_sheet(written(tmp_path, "\ufeffsep=:\r\nName:City\r\nAcme, Inc:Bern\r\n".encode()))
    assert sheet.delimiter == ":"
    assert [(row.line, row.cells) for row in sheet.rows] == [(3, ["Acme, Inc", "Bern"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end(tmp_path: Path, end: str) -> None:
    content = end.join(["Name,City", "Acme,Bern", "Beta,Basel"]).encode()
    assert cells_of(written(tmp_path, content)) == [["Acme", "Bern"], ["Beta", "Basel"]]


def test_one_column_keeps_its_commas(tmp_path: Path) -> None:
    assert cells_of(written(tmp_path, b"Client\nAcme, Inc.\nBeta\nGamma, Delta, Ltd\n")) == [
        ["Acme, Inc."],
        ["Beta"],
        ["Gamma, Delta, Ltd"],
    ]


def test_a_comma_within_names_is_no_delimiter(tmp_path: Path) -> None:
    path = written(tmp_path, b"Name, legal;Street, city\nAcme, Inc;Main 1, Bern\nBeta, Ltd;High 2, Basel\n")
    assert read_sheet(path).header == ["Name, legal", "Street, city"]


def test_decimal_commas_are_no_delimiter(tmp_path: Path) -> None:
    assert cells_of(written(tmp_path, b"Name;Value\nAcme;1,5\nBeta;2,5\n")) == [
        ["Acme", "1,5"],
        ["Beta", "2,5"],
    ]


def test_a_blank_before_a_quote_is_not_the_cells(tmp_path: Path) -> None:
    assert cells_of(written(tmp_path, b'Name, City\n"Acme", "Bern, old town"\n')) == [
        ["Acme", "Bern, old town"]
    ]


def test_an_inch_sign_within_a_cell_is_a_character(tmp_path: Path) -> None:
    assert cells_of(written(tmp_path, b'Name,Size\nAcme,5" pipe\n')) == [["Acme", '5" pipe']]


def test_short_rows_are_filled_up_and_long_ones_say_why(tmp_path: Path) -> None:
    rows = list(
        read_sheet(written(tmp_path, b"Name,City,Tag\nAcme\nBeta, Inc,Bern,x,y\nGamma,Bern,x,,\n")).rows
    )
    assert [row.cells for row in rows] == [["Acme", "", ""], ["Beta", " Inc", "Bern"], ["Gamma", "Bern", "x"]]
    assert "5 cells" in rows[1].fault
    assert not rows[0].fault
    assert not rows[2].fault


def test_a_column_without_a_name_gets_one(tmp_path: Path) -> None:
    sheet = read_sheet(written(tmp_path, b"Name,, ,Column 2\nAcme,a,b,c\n"))
    assert sheet.header == ["Name", "Column 2 (2)", "Column 3", "Column 2"]


def test_names_of_columns_are_trimmed_and_the_guard_is_off(tmp_path: Path) -> None:
    assert read_sheet(written(tmp_path, b"  Client \t name ,'=Sum\nAcme,1\n")).header == [
        "Client name",
        "=Sum",
    ]


def test_rows_of_blanks_are_passed_over_and_not_counted(tmp_path: Path) -> None:
    path = written(tmp_path, b"Name,City\n,\n , \nAcme,Bern\n,,,,\nBeta,Bern\n")
    rows = list(read_sheet(path, limits=Limits(rows=2)).rows)
    assert [row.line for row in rows] == [4, 6]


def test_valid_utf8_is_utf8_whatever_a_guesser_would_say(tmp_path: Path) -> None:
    text = "Name,City\nÃ©toile,Ðнепр\n"
    sheet = read_sheet(written(tmp_path, text.encode()))
    assert sheet.encoding == "utf-8"
    assert [row.cells for row in sheet.rows] == [["Ã©toile", "Ðнепр"]]


def test_bytes_beyond_ascii_late_in_a_long_file_count(tmp_path: Path) -> None:
    content = b"Name,City\n" + b"Acme,%b\n" % (b"Bern" * 500) * 1_500 + "Müller,Zürich\n".encode("cp1252")
    sheet = read_sheet(written(tmp_path, content))
    assert sheet.encoding == "cp1252"
    assert list(sheet.rows)[-1].cells == ["Müller", "Zürich"]


def test_another_alphabet_is_not_taken_for_western(tmp_path: Path) -> None:
    names = (
        "Название,Город\nРога и копыта,Москва\nЗолотой телёнок,Санкт-Петербург\nВелосипедный завод,Пермь\n"
    )
    sheet = read_sheet(written(tmp_path, names.encode("cp1251")))
    assert sheet.header == ["Название", "Город"]
    assert next(iter(sheet.rows)).cells == ["Рога и копыта", "Москва"]


@pytest.mark.parametrize("text", ["à la carte", "L´Oréal", "col·lecció", "£5 – €6", "naïve “quotes”", "ÄÖÜ"])
def test_western_texts_with_few_letters_are_western(tmp_path: Path, text: str) -> None:
    sheet = read_sheet(written(tmp_path, f"Name,City\n{text},Bern\n".encode("cp1252")))
    assert sheet.encoding == "cp1252"
    assert next(iter(sheet.rows)).cells[0] == text
