"""Records of a workbook (.xlsx), read part by part from its archive; nothing is unpacked that is too large."""

from __future__ import annotations

import posixpath
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from audienceos.platform.sheets.markup import ForbiddenMarkup, Handler, walked
from audienceos.platform.sheets.shapes import Kind, Limits, Record, SheetError
from audienceos.platform.sheets.workbook_cells import BrokenSheet, Cells
from audienceos.platform.sheets.workbook_numbers import Look
from audienceos.platform.sheets.workbook_parts import Relations, SharedTexts, Styles, Tabs

_MOST_PARTS = 10_000
_ENTRY = b"PK\x01\x02"
"""Begins each entry of an archive's directory. They are counted before the directory is read into memory."""
_CHUNK_BYTES = 1 << 20
_ENCRYPTED = 0x1
_DAMAGE = (
    BadZipFile,
    NotImplementedError,  # a version or a packing of zip that no workbook has
    zlib.error,
    EOFError,
    UnicodeDecodeError,
    expat.ExpatError,
    ForbiddenMarkup,
    BrokenSheet,
)
_ROOT_RELATIONS = "_rels/.rels"

_OTHER_ARCHIVES = {
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a presentation",
    "content.xml": "an OpenDocument file (such as .ods)",
    "Index/Document.iwa": "a Numbers document",
    "xl/workbook.bin": "a binary workbook (.xlsb)",
}

_H = TypeVar("_H", bound=Handler)


class _Tab(NamedTuple):
    name: str
    part: str


class WorkbookSource:
    """A workbook of which one sheet was chosen: the first that a person sees with something in it.

    Raises `SheetError` for an archive that is no workbook, is protected or damaged, or unpacks to too much.
    """

    kind: Kind = "workbook"
    encoding = "utf-8"
    delimiter = ""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self._shared: list[str] = []
        self._looks: list[Look] = []
        self._from_1904 = False
        with _damage_told():
            _refuse_crowded(path)
            with ZipFile(path) as archive:
                _refuse_unsafe(archive, limits)
                tabs = self._prepared(archive, _book_part(archive, limits))
        self._tab, self.left_out = self._chosen(tabs)
        self.name = self._tab.name

    def records(self) -> Iterator[Record]:
        """Every row with something in it, with its number in the sheet."""
        return self._records(self._tab)

    def _records(self, tab: _Tab) -> Iterator[Record]:
        cells = Cells(self._shared, self._looks, self._limits, from_1904=self._from_1904)
        with _damage_told(), ZipFile(self._path) as archive, archive.open(tab.part) as stream:
            for _ in walked(stream, cells):
                yield from cells.rows
                cells.rows.clear()
                if cells.done:
                    return

    def _prepared(self, archive: ZipFile, book: str) -> list[_Tab]:
        """Read what the cells lean on; the sheets that exist, in order."""
        names = set(archive.namelist())
        most = self._limits.part_bytes
        folder, file = posixpath.split(book)
        relations = Relations()
        if (part := f"{folder}/_rels/{file}.rels".lstrip("/")) in names:
            _heard(archive, part, relations, most)
        tabs = _heard(archive, book, Tabs(), most)
        self._from_1904 = tabs.from_1904
        if (part := relations.first("styles", book)) in names:
            self._looks = _heard(archive, part, Styles(), most).looks
        if (part := relations.first("sharedStrings", book)) in names:
            texts = SharedTexts(
                most_texts=self._limits.rows * self._limits.columns, most_chars=self._limits.shared_chars
            )
            self._shared = _heard(archive, part, texts, self._limits.unpacked_bytes).texts
        parts = [_Tab(tab.name, relations.target(tab.relation, "worksheet", book)) for tab in tabs.in_order()]
        return [tab for tab in parts if tab.part in names]

    def _chosen(self, tabs: list[_Tab]) -> tuple[_Tab, list[str]]:
        for place, tab in enumerate(tabs):
            if next(self._records(tab), None) is not None:
                return tab, [other.name for other in tabs[place + 1 :]]
        raise SheetError.because("empty", "The workbook has no sheet with anything in it.")


def _heard(archive: ZipFile, part: str, handler: _H, most_bytes: int) -> _H:
    """The handler after it has heard the whole part."""
    if archive.getinfo(part).file_size > most_bytes:
        raise _unpacks_to_too_much()
    with archive.open(part) as stream:
        for _ in walked(stream, handler):
            pass
    return handler


def _book_part(archive: ZipFile, limits: Limits) -> str:
    names = set(archive.namelist())
    for part, what in _OTHER_ARCHIVES.items():
        if part in names:
            raise _no_workbook(what)
    if _ROOT_RELATIONS in names:
        book = _heard(archive, _ROOT_RELATIONS, Relations(), limits.part_bytes).first("officeDocument", "")
        if book in names:
            return book
    raise _no_workbook("an archive (such as .zip)")


def _refuse_crowded(path: Path) -> None:
    found, tail = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            found += (tail + chunk).count(_ENTRY)
            tail = chunk[-len(_ENTRY) + 1 :]
    if found > _MOST_PARTS:
        raise _no_workbook("an archive of many files")


def _refuse_unsafe(archive: ZipFile, limits: Limits) -> None:
    """Unpacking never gives more than an entry's stated size, so the stated sizes are what counts."""
    parts = archive.infolist()
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise SheetError.because(
            "password",
            "The archive is protected by a password. Save a copy without the password and import that.",
        )
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise _unpacks_to_too_much()
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise BadZipFile


@contextmanager
def _damage_told() -> Generator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise SheetError.because(
            "damaged",
            "The workbook is damaged or holds what no spreadsheet writes. Open it in a spreadsheet program, save it "
            "again as .xlsx or CSV, and choose that file.",
        ) from error


def _unpacks_to_too_much() -> SheetError:
    return SheetError.because(
        "too_large",
        "The workbook is much larger than its file and can't be unpacked safely. Save only the list, as CSV.",
    )


def _no_workbook(what: str) -> SheetError:
    return SheetError.because(
        "not_a_table", f"This is {what}, not a table. Export the list as CSV or .xlsx and choose that file."
    )
