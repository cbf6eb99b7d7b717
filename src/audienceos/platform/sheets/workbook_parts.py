"""The small parts of a workbook that its cells lean on: relations, the list of sheets, texts, number formats."""

from __future__ import annotations

import posixpath
from typing import NamedTuple

from audienceos.platform.sheets.shapes import SheetError
from audienceos.platform.sheets.workbook_cells import unescaped
from audienceos.platform.sheets.workbook_numbers import PLAIN, Look, look_of


class Silent:
    """A handler that hears nothing; the others hear what they need."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Characters within an element."""


class Relations(Silent):
    """Where a part's relations lead. Types are compared by their last word: two standards prefix them anew."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Remember one relation by its id."""
        if name == "Relationship":
            word = attributes.get("Type", "").rpartition("/")[2]
            self._found[attributes.get("Id", "")] = (word, attributes.get("Target", ""))

    def target(self, relation: str, word: str, base: str) -> str:
        """The part that this relation leads to, if it is of that type; empty if not."""
        found, target = self._found.get(relation, ("", ""))
        return _resolved(target, base) if target and found == word else ""

    def first(self, word: str, base: str) -> str:
        """The part that the first relation of that type leads to; empty if there is none."""
        return next((_resolved(t, base) for found, t in self._found.values() if found == word), "")


class Tab(NamedTuple):
    """One sheet as the workbook lists it."""

    name: str
    relation: str
    is_hidden: bool


class Tabs(Silent):
    """The workbook's sheets, and from which day it counts."""

    def __init__(self) -> None:
        self._tabs: list[Tab] = []
        self.from_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Remember one sheet, or the day from which serials count."""
        if name == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self._tabs.append(Tab(attributes.get("name", ""), relation, hidden))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in ("1", "true")

    def in_order(self) -> list[Tab]:
        """As a person sees them from left to right; hidden ones last."""
        return sorted(self._tabs, key=lambda tab: tab.is_hidden)


class Styles(Silent):
    """How each cell style shows numbers, by the style's index."""

    def __init__(self) -> None:
        self.looks: list[Look] = []
        self._codes: dict[str, str] = {}
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Remember a format's code, or a cell style's look."""
        if name == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            wanted = attributes.get("numFmtId", "0")
            known = wanted.isdecimal() and len(wanted) < 6
            self.looks.append(look_of(int(wanted), self._codes.get(wanted)) if known else PLAIN)

    def end(self, name: str) -> None:
        """The cell styles are over."""
        if name == "cellXfs":
            self._inside = False


class SharedTexts(Silent):
    """Texts that cells refer to by number. Raises `SheetError` when there are more than memory should hold."""

    def __init__(self, *, most_texts: int, most_chars: int) -> None:
        self.texts: list[str] = []
        self._most_texts, self._left = most_texts, most_chars
        self._parts: list[str] = []
        self._listens = False
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Listen to texts, but not to the hints of how they are pronounced."""
        if name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._listens = not self._phonetic

    def end(self, name: str) -> None:
        """One text is complete."""
        if name == "t":
            self._listens = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.texts.append(unescaped("".join(self._parts)))
            self._parts.clear()
            if len(self.texts) > self._most_texts:
                raise _too_many_texts()

    def text(self, data: str) -> None:
        """A piece of the text."""
        if self._listens:
            self._parts.append(data)
            self._left -= len(data)
            if self._left < 0:
                raise _too_many_texts()


def _resolved(target: str, base: str) -> str:
    """A relation's target as the archive names it: absolute, or from the folder of the part that it is of."""
    joined = target if target.startswith("/") else posixpath.join(posixpath.dirname(base), target)
    return posixpath.normpath(joined).lstrip("/")


def _too_many_texts() -> SheetError:
    return SheetError.because(
        "too_large", "The workbook holds more text than can be imported at once. Split it into smaller files."
    )
