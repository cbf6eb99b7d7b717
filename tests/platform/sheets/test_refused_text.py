"""What is no table is refused with a sentence that says what to do."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audienceos.platform.errors import Invalid
from audienceos.platform.sheets.reading import read_sheet
from audienceos.platform.sheets.shapes import Limits, SheetError
from tests.platform.sheets.files import ole_container, refusal, written


def _archive(*names: str) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return held.getvalue()


NO_TABLES = {
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "image": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "web page": b"\xef\xbb\xbf\n<!DOCTYPE html><html><table><tr><td>Name</td></tr></table></html>",
    "HTML": b"<table border=1><tr><td>Name</td></tr></table>",
    "XML": b'<?xml version="1.0"?><Workbook></Workbook>',
    "JSON": b'[{"name": "Acme"}]',
    "archive": gzip.compress(b"Name,City\nAcme,Bern\n"),
    "old Office": ole_container("Workbook"),
    "archive (such as .zip)": _archive("clients.csv"),
    "Word": _archive("[Content_Types].xml", "word/document.xml"),
    "OpenDocument": _archive("mimetype", "content.xml"),
    "binary workbook": _archive("[Content_Types].xml", "xl/workbook.bin"),
}


@pytest.mark.parametrize("what", NO_TABLES)
def test_what_is_no_table_is_named(tmp_path: Path, what: str) -> None:
    error = refusal(written(tmp_path, NO_TABLES[what]))
    assert error.code == "not_a_table"
    assert what in error.faults[0].message


def test_a_refusal_is_a_fault_of_the_field_file(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, b""))
    assert isinstance(error, Invalid)
    assert error.status == 422
    assert [fault.field for fault in error.faults] == ["file"]


@pytest.mark.parametrize("content", [b"", b" \r\n\r\n", codecs.BOM_UTF8, b"\n" * 10_000, b",,\n,,\n"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    assert refusal(written(tmp_path, content)).code == "empty"


@pytest.mark.parametrize("content", [b"Name,City", b"Name,City\r\n\r\n,\r\n"])
def test_a_header_without_rows(tmp_path: Path, content: bytes) -> None:
    assert refusal(written(tmp_path, content)).code == "header_only"


def test_a_password_is_told_apart_from_an_old_format(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, ole_container("EncryptionInfo", "EncryptedPackage")))
    assert error.code == "password"
    assert "password" in str(error)


def test_same_names_are_told_with_their_places(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, b"Name,E-mail,City,e-mail ,City\nAcme,a,b,c,d\n"))
    assert error.code == "duplicate_headers"
    assert "“E-mail” (columns 2, 4)" in str(error)
    assert "“City” (columns 3, 5)" in str(error)


def test_a_first_row_of_prose_is_no_header(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, b"word " * 100 + b",b\nAcme,Bern\n"))
    assert (error.code, error.line) == ("not_a_table", 1)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'Name,City\nAcme,"Bern\nBeta,Basel\n', 2),
        (b'Name,City\nAcme,Bern\n"Beta,Basel\nGamma,"Chur, old"\n', 3),
        (b'Name,City\n"two\nlines",x\n"more\nlines","open\nBeta,Basel\n', 5),
        (b'Name,City\nAcme,"Bern" old\n', 2),
        (b'Name,City\nAcme,"' + b"long text\n" * 20_000, 2),
    ],
)
def test_an_open_quote_is_told_by_its_line(tmp_path: Path, content: bytes, line: int) -> None:
    error = refusal(written(tmp_path, content))
    assert (error.code, error.line) == ("quotes", line)
    assert f"line {line}" in str(error)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_nul_characters_are_refused_with_their_line(tmp_path: Path, encoding: str) -> None:
    error = refusal(written(tmp_path, "Name,City\nAcme,Be\0rn\n".encode(encoding)))
    assert (error.code, error.line) == ("nul", 2)


def test_utf16_without_its_mark_is_refused_not_misread(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "Name,City\nAcme,Bern\n".encode("utf-16-le"))).code == "nul"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (codecs.BOM_UTF8 + b"Name\nAcme\nM\xfcller\n", 3),
        (codecs.BOM_UTF16_LE + "Name\nAcme\n".encode("utf-16-le") + b"\x00\xd8a\x00", 3),
        (codecs.BOM_UTF32_LE + "Name\nAcme\n".encode("utf-32-le"), None),
    ],
)
def test_a_mark_that_does_not_hold_is_refused(tmp_path: Path, content: bytes, line: int | None) -> None:
    error = refusal(written(tmp_path, content))
    assert (error.code, error.line) == ("encoding", line)


def test_bytes_that_mean_nothing_are_refused(tmp_path: Path) -> None:
    content = b"Name,City\n" + bytes(range(1, 9)) + bytes(range(128, 256)) * 3 + b"\n"
    assert refusal(written(tmp_path, content)).code in {"encoding", "not_a_table"}


def test_limits_are_met_while_streaming(tmp_path: Path) -> None:
    """The walk ends at the row too many; broken lines behind it are never reached."""
    content = b"Name,City\n" + b"Acme,Bern\n" * 3 + b'"broken'
    assert refusal(written(tmp_path, content), Limits(rows=2)).code == "too_many_rows"
    assert refusal(written(tmp_path, content), Limits(rows=3)).code == "quotes"


def test_a_million_rows_are_refused_at_the_limit(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, b"Name\n" + b"Acme\n" * 1_000_000))
    assert (error.code, error.line) == ("too_many_rows", 50_002)


def test_exactly_the_limit_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b\n" + b"1,2\n" * 5)
    assert refusal(path, Limits(columns=1)).code == "too_many_columns"
    assert refusal(path, Limits(file_bytes=23)).code == "too_large"
    with pytest.raises(AssertionError):
        refusal(path, Limits(rows=5, columns=2, file_bytes=24, cell_chars=1))


def test_a_long_cell_is_told_by_its_place(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, b"Name,City\nAcme," + b"x" * 100_001 + b"\n"))
    assert (error.code, error.line) == ("long_cell", 2)
    assert "column 2" in str(error)
    assert refusal(written(tmp_path, b"Name,City\nAcme," + b"x" * 200_000 + b"\n")).code == "long_cell"


def test_a_line_without_an_end_is_not_held(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, b"Name,City\nAcme,Bern\n" + b"x," * 5_000_000))
    assert (error.code, error.line) == ("long_cell", 3)


def test_a_record_without_an_end_is_not_held(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, b"Name,City\n" + b'"x\n",' * 2_000_000)).code == "long_cell"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.one_of(st.binary(max_size=200), st.text(st.sampled_from('ab,;"\n\t é'), max_size=60).map(str.encode))
)
def test_every_file_is_read_or_refused_but_never_crashes(tmp_path: Path, content: bytes) -> None:
    with contextlib.suppress(SheetError):
        sheet = read_sheet(written(tmp_path, content))
        assert all(len(row.cells) == len(sheet.header) for row in sheet.rows)
