"""A worksheet's XML as records, cell by cell, without holding more than one row."""

from __future__ import annotations

import re
from collections.abc import Callable

from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError

from audienceos.platform.sheets.shapes import Limits, Record, SheetError
from audienceos.platform.sheets.workbook_numbers import PLAIN, Look, number_text

_WIDEST = 16_384
"""Columns of the widest sheet that a spreadsheet knows."""
_TALLEST = 1_048_576
_FORMULA_CHARS = 8192
"""The longest formula that a spreadsheet accepts."""
_NO_FORMULA = (TokenizerError, TranslatorError, IndexError)
"""What openpyxl raises for a formula that is none; the last where brackets close that never opened."""
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f]|5[Ff])_")
"""How the format writes control characters, and the underscore that would be taken for such an escape."""


class BrokenSheet(Exception):
    """The worksheet contradicts itself: a cell nowhere, a text that isn't there."""


def unescaped(text: str) -> str:
    """The text with its control characters in place."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x00" in text else text


class Cells:
    """Handler of a worksheet: collects finished rows in `rows`; `done` when the cells are over."""

    def __init__(self, shared: list[str], looks: list[Look], limits: Limits, *, from_1904: bool) -> None:
        self._shared, self._looks, self._limits, self._from_1904 = shared, looks, limits, from_1904
        self.rows: list[Record] = []
        self.done = False
        self._inside = False
        self._line = 0
        self._row: dict[int, str] = {}
        self._row_chars = 0
        self._column = -1
        self._cell: dict[str, str] = {}
        self._formula: dict[str, str] | None = None
        self._formulas: dict[str, Callable[[str], str]] = {}
        self._parts: dict[str, list[str]] = {"v": [], "f": [], "t": []}
        self._into: list[str] | None = None
        self._used = False
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "sheetData":
            self._inside = True
        elif not self._inside or self.done:
            return
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._begin_row(attributes)
        elif name in self._parts and not self._phonetic:
            self._into = self._parts[name]
            self._used = True
            if name == "f":
                self._formula = attributes
        elif name == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "c":
            self._end_cell()
        elif name in self._parts:
            self._into = None
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._phonetic = False
        elif name == "sheetData":
            self._inside, self.done = False, True

    def text(self, data: str) -> None:
        """Characters of the cell's value, formula or inline text; others are the document's white space."""
        if self._into is None:
            return
        self._into.append(data)
        self._row_chars += len(data)
        if self._row_chars > self._limits.record_chars:
            raise SheetError.because(
                "long_cell",
                f"Row {self._line} holds more than {self._limits.record_chars:,} characters. Shorten its cells.",
                line=self._line,
            )

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        line = int(number) if number.isdecimal() and len(number) < 8 else self._line + 1
        if not self._line < line <= _TALLEST:
            raise BrokenSheet
        self._line, self._column, self._row_chars = line, -1, 0

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column = _place(reference[1]) if reference else self._column + 1
        if self._column >= _WIDEST:
            raise BrokenSheet
        self._cell = attributes

    def _end_cell(self) -> None:
        if not self._inside:
            return
        if self._formula is not None:
            text = self._formula_text("".join(self._parts["f"])) or self._value_text()
            self._formula = None
        elif self._parts["t"]:
            text = unescaped("".join(self._parts["t"]))
        else:
            text = self._value_text()
        if text:
            self._row[self._column] = text
        if self._used:
            self._forget_parts()

    def _forget_parts(self) -> None:
        for parts in self._parts.values():
            parts.clear()
        self._used = False

    def _value_text(self) -> str:
        value = "".join(self._parts["v"])
        if not value:
            return ""
        match self._cell.get("t", "n"):
            case "s":
                return self._shared_text(value)
            case "n":
                return number_text(value, self._look(), from_1904=self._from_1904)
            case "b":
                return "FALSE" if value.strip() in ("0", "false") else "TRUE"
            case "d":
                return value.removesuffix("T00:00:00").replace("T", " ")
            case _:
                return unescaped(value)

    def _shared_text(self, value: str) -> str:
        if not value.isdecimal() or len(value) > 9 or int(value) >= len(self._shared):
            raise BrokenSheet
        return self._shared[int(value)]

    def _look(self) -> Look:
        style = self._cell.get("s", "0")
        known = style.isdecimal() and len(style) < 6 and int(style) < len(self._looks)
        return self._looks[int(style)] if known else PLAIN

    def _formula_text(self, formula: str) -> str:
        """The formula as the person would see it in this cell; empty where only its value is kept."""
        about = self._formula or {}
        if about.get("t") != "shared":
            return "=" + unescaped(formula) if formula else ""
        group, here = about.get("si", ""), f"{_letters(self._column)}{self._line}"
        try:
            if formula:
                moved = Translator("=" + unescaped(formula[:_FORMULA_CHARS]), here)
                self._formulas[group] = moved.translate_formula  # pyright: ignore[reportUnknownMemberType]
                return "=" + unescaped(formula)
            return self._formulas[group](here) if group in self._formulas else ""
        except _NO_FORMULA as error:
            raise BrokenSheet from error

    def _end_row(self) -> None:
        if self._row:
            cells = [""] * (max(self._row) + 1)
            for place, text in self._row.items():
                cells[place] = text
            self.rows.append((self._line, cells))
            self._row.clear()


_places: dict[str, int] = {}


def _place(letters: str) -> int:
    """A column's index from zero. Kept by letters: a sheet asks for the same few again and again."""
    if letters not in _places:
        place = 0
        for letter in letters:
            place = place * 26 + ord(letter) - 64
        _places[letters] = place - 1
    return _places[letters]


def _letters(place: int) -> str:
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text
