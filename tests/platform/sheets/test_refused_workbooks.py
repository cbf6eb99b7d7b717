"""Workbooks that are broken, locked or made to burst: refused before they can do harm."""

from __future__ import annotations

import contextlib
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from audienceos.platform.sheets.reading import read_sheet
from audienceos.platform.sheets.shapes import Limits, SheetError
from tests.platform.sheets.files import MAIN, bare_workbook, inline_row, refusal, sheet_xml, workbook, written

MEGABYTE = 1 << 20


def test_a_workbook_without_anything(tmp_path: Path) -> None:
    assert refusal(workbook(tmp_path / "l.xlsx", [], [])).code == "empty"
    assert refusal(workbook(tmp_path / "l.xlsx", [["Name", "City"]])).code == "header_only"


def test_same_names_and_long_cells_as_in_text_files(tmp_path: Path) -> None:
    assert (
        refusal(workbook(tmp_path / "l.xlsx", [["Name", "name"], ["Acme", "x"]])).code == "duplicate_headers"
    )
    long = workbook(tmp_path / "l.xlsx", [["Name"], ["Acme"], ["x" * 101]])
    assert (refusal(long, Limits(cell_chars=100)).code, refusal(long, Limits(cell_chars=100)).line) == (
        "long_cell",
        3,
    )


def test_too_many_rows_end_the_walk(tmp_path: Path) -> None:
    path = workbook(tmp_path / "l.xlsx", [["Name"], *[["Acme"]] * 5])
    assert refusal(path, Limits(rows=4)).code == "too_many_rows"
    assert len(list(read_sheet(path, limits=Limits(rows=5)).rows)) == 5


def test_too_many_columns(tmp_path: Path) -> None:
    path = workbook(tmp_path / "l.xlsx", [[f"c{place}" for place in range(201)], ["x"]])
    assert refusal(path).code == "too_many_columns"


def test_a_bomb_is_refused_by_its_stated_size(tmp_path: Path) -> None:
    path = bare_workbook(tmp_path / "l.xlsx", sheet_xml(inline_row(1, "a")), big_xml=" " * (3 * MEGABYTE))
    assert path.stat().st_size < 50_000
    assert refusal(path, Limits(unpacked_bytes=2 * MEGABYTE)).code == "too_large"


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_says(tmp_path: Path) -> None:
    xml = sheet_xml(inline_row(1, "Name"), inline_row(2, "Acme")) + " " * (3 * MEGABYTE)
    path = bare_workbook(tmp_path / "l.xlsx", xml)
    content = path.read_bytes().replace(struct.pack("<I", len(xml)), struct.pack("<I", 200))
    assert refusal(written(tmp_path, content, "lie.xlsx"), Limits(unpacked_bytes=MEGABYTE)).code == "damaged"


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "http://x.example/">]>',
    ],
)
def test_document_types_are_refused_in_every_part(tmp_path: Path, document: str) -> None:
    fine = sheet_xml(inline_row(1, "Name"), inline_row(2, "Acme"))
    assert refusal(bare_workbook(tmp_path / "a.xlsx", document + fine)).code == "damaged"
    shared = f'{document}<sst xmlns="{MAIN}"/>'
    assert refusal(bare_workbook(tmp_path / "b.xlsx", fine, sharedStrings_xml=shared)).code == "damaged"


def test_one_row_of_endless_cells_takes_no_memory(tmp_path: Path) -> None:
    """A tree of these cells would take ten megabytes, and grow with the row."""
    cells = '<c r="A2"><v>1</v></c>' * 30_000
    path = bare_workbook(tmp_path / "l.xlsx", sheet_xml(inline_row(1, "Id"), f'<row r="2">{cells}</row>'))
    del cells
    tracemalloc.start()
    rows = list(read_sheet(path).rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.cells for row in rows] == [["1"]]
    assert peak < 2 * MEGABYTE


def test_a_cell_of_endless_text_is_cut_short(tmp_path: Path) -> None:
    path = bare_workbook(
        tmp_path / "l.xlsx", sheet_xml(inline_row(1, "Name"), inline_row(2, "x" * 9_000_000))
    )
    error = refusal(path)
    assert (error.code, error.line) == ("long_cell", 2)


def test_shared_texts_have_a_limit_of_their_own(tmp_path: Path) -> None:
    fine = sheet_xml(inline_row(1, "Name"), inline_row(2, "Acme"))
    texts = f'<sst xmlns="{MAIN}">{"<si><t>0123456789</t></si>" * 50}</sst>'
    path = bare_workbook(tmp_path / "l.xlsx", fine, sharedStrings_xml=texts)
    assert refusal(path, Limits(shared_chars=499)).code == "too_large"
    assert refusal(path, Limits(rows=49, columns=1)).code == "too_large"
    assert len(list(read_sheet(path, limits=Limits(shared_chars=500, rows=50, columns=1)).rows)) == 1


def test_an_archive_of_very_many_files_is_not_even_listed(tmp_path: Path) -> None:
    path = tmp_path / "l.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(10_001):
            archive.writestr(str(number), "")
    assert "many files" in str(refusal(path))


def test_a_locked_archive(tmp_path: Path) -> None:
    path = workbook(tmp_path / "l.xlsx", [["Name"], ["Acme"]])
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    assert refusal(written(tmp_path, bytes(content), "locked.xlsx")).code == "password"


BROKEN = {
    "no XML": "Name,City",
    "cut off": sheet_xml(inline_row(1, "Name"))[:-30],
    "rows go back": sheet_xml(inline_row(3, "Name"), inline_row(2, "Acme")),
    "row of nowhere": sheet_xml(inline_row(1_048_577, "Name")),
    "column of nowhere": sheet_xml(inline_row(1, "Name"), '<row r="2"><c r="ZZZ2"><v>1</v></c></row>'),
    "text that is not there": sheet_xml(inline_row(1, "Name"), '<row r="2"><c t="s"><v>7</v></c></row>'),
    "text of no number": sheet_xml(inline_row(1, "Name"), '<row r="2"><c t="s"><v>-1</v></c></row>'),
    "bad shared formula": sheet_xml(
        '<row r="1"><c t="str"><f t="shared" si="0">A"</f></c></row>',
        '<row r="2"><c r="A2"><f t="shared" si="0"/></c></row>',
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_sheet_that_contradicts_itself_is_damaged(tmp_path: Path, what: str) -> None:
    assert refusal(bare_workbook(tmp_path / "l.xlsx", BROKEN[what])).code == "damaged"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_off_is_damaged(tmp_path: Path, share: float) -> None:
    content = workbook(tmp_path / "l.xlsx", [["Name"], *[["Acme"]] * 100]).read_bytes()
    assert refusal(written(tmp_path, content[: int(len(content) * share)])).code == "damaged"


def test_every_flipped_byte_is_read_or_refused_but_never_crashes(tmp_path: Path) -> None:
    content = workbook(tmp_path / "l.xlsx", [["Name", "City"], ["Acme", 3], ["Beta", "=A1"]]).read_bytes()
    for at in range(0, len(content), 7):
        flipped = content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]
        with contextlib.suppress(SheetError):
            list(read_sheet(written(tmp_path, flipped, "f.xlsx")).rows)
