"""Records of a text file: any delimiter, any encoding, quoted cells over several lines."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from audienceos.platform.sheets.delimiters import declared_delimiter, dialect_of
from audienceos.platform.sheets.encodings import encoding_of
from audienceos.platform.sheets.shapes import Kind, Limits, Record, SheetError

_SAMPLE_LINES = 1000
_SAMPLE_CHARS = 400_000


class TextSource:
    """A text file of which encoding and delimiter are known. Raises `SheetError` where it can't be read."""

    kind: Kind = "text"
    name = ""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self.left_out: list[str] = []
        self.encoding = encoding_of(path)
        sample = self._sample()
        declared = declared_delimiter(sample[0]) if sample else None
        self._skipped = 1 if declared else 0
        self.delimiter, self._trims = dialect_of(sample[self._skipped :], declared)

    def records(self) -> Iterator[Record]:
        """Every record with the line on which it begins."""
        with self._open() as file:
            lines = self._lines(file)
            for _ in islice(lines, self._skipped):
                pass
            yield from self._parsed(lines)

    def _open(self) -> TextIOWrapper:
        return self._path.open(encoding=self.encoding, newline="")

    def _lines(self, file: TextIOWrapper) -> Generator[str]:
        """Lines with their ends; one without an end is refused before it fills the memory."""
        most = self._limits.record_chars
        for number, line in enumerate(iter(lambda: file.readline(most), ""), start=1):
            if len(line) >= most:
                raise _too_long(number, most)
            yield line

    def _sample(self) -> list[str]:
        """The first lines: enough to tell the delimiter by."""
        sample: list[str] = []
        size = 0
        with self._open() as file:
            for line in islice(self._lines(file), _SAMPLE_LINES):
                sample.append(line)
                size += len(line)
                if size > _SAMPLE_CHARS:
                    break
        return sample

    def _parsed(self, lines: Iterator[str]) -> Iterator[Record]:
        pending: list[str] = []
        """The lines of the record that is being read: they tell where it began and where its quotes broke."""
        start = 1 + self._skipped
        most = self._limits.record_chars

        def feed() -> Iterator[str]:
            held = 0
            for line in lines:
                held = held + len(line) if pending else len(line)
                if held > most:
                    raise _too_long(start, most)
                pending.append(line)
                yield line

        reader = csv.reader(feed(), delimiter=self.delimiter, strict=True, skipinitialspace=self._trims)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise self._broken(pending, start) from error
            yield start, cells
            start += len(pending)
            pending.clear()

    def _broken(self, pending: list[str], start: int) -> SheetError:
        """Strict CSV breaks at a quote, or at a cell longer than the parser's own limit."""
        opened = _open_quote(pending, self.delimiter, trims=self._trims)
        if opened is None:
            return _long_cell(start, self._limits.cell_chars)
        line = start + opened
        return SheetError.because(
            "quotes",
            f"The quote that opens on line {line} is not closed where its cell ends. Close it, or write a quote "
            'inside a cell twice (""), and choose the file again.',
            line=line,
        )


def _open_quote(lines: list[str], delimiter: str, *, trims: bool) -> int | None:
    """The index of the line on which the quote opened that these lines break at; None when none is open."""
    state = "start"
    opened = 0
    for index, line in enumerate(lines):
        for char in line:
            ends = char == delimiter or char in "\r\n"
            if state == "quoted":
                state = "closing" if char == '"' else "quoted"
            elif ends:
                state = "start"
            elif state == "closing":
                if char != '"':
                    return opened
                state = "quoted"
            elif state == "start" and char == '"':
                state, opened = "quoted", index
            elif not (state == "start" and trims and char == " "):
                state = "plain"
    return opened if state == "quoted" else None


def _too_long(line: int, most: int) -> SheetError:
    return SheetError.because(
        "long_cell",
        f"The row that begins on line {line} is longer than {most:,} characters, so this is hardly a list of rows. "
        "Look for a missing line end or a missing quote there.",
        line=line,
    )


def _long_cell(line: int, most: int) -> SheetError:
    return SheetError.because(
        "long_cell",
        f"A cell of the row on line {line} is longer than {most:,} characters. Shorten it and choose the file again.",
        line=line,
    )
