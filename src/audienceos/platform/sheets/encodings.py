"""Which characters a text file's bytes stand for.

A mark at the beginning decides; else what is valid UTF-8 is UTF-8, always. Of the rest Windows-1252 is by far
the likeliest, so it is taken unless it reads as no language does; only then a guesser is asked, and what it
can't tell is refused rather than turned into wrong letters.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import charset_normalizer

from audienceos.platform.sheets.shapes import SheetError

_CHUNK_BYTES = 1 << 20
_SAMPLE_BYTES = 65_536
_OTHERS = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1257",
    "mac_roman",
    "shift_jis",
    "gb18030",
    "big5",
]
"""What spreadsheets save without a mark on computers that are set to other languages."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_SIGN_IN_WORD = re.compile(r"[^\W\d_][¡¢£¤¥¬¯±¶³¹¿]+[^\W\d_]")
_MOST_MARKED = 0.5
"""In a western word fewer than half of the letters carry marks; a wrong alphabet is nothing but marks."""

_TELLING_LETTERS = 12
"""Fewer letters than this in words with marks say nothing about the alphabet."""


def encoding_of(path: Path) -> str:
    """The encoding's name as Python knows it. Raises `SheetError` for NUL characters and what can't be read."""
    with path.open("rb") as file:
        head = file.read(4)
    if head in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        raise _unreadable(None)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            line = _undecodable_line(path, name)
            if line is not None:
                raise _unreadable(line)
            return name
    if _undecodable_line(path, "utf-8") is None:
        return "utf-8"
    return _legacy_encoding(path)


def _undecodable_line(path: Path, encoding: str) -> int | None:
    """The line of the first bytes that mean nothing in this encoding, or None when all of it reads."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK_BYTES)
            try:
                text = decoder.decode(chunk, not chunk)
            except UnicodeDecodeError as error:
                before = bytes(error.object[: error.start]).decode(encoding, "ignore")
                return line + before.count("\n")
            _refuse_nul(text, line)
            line += text.count("\n")
            if not chunk:
                return None


def _refuse_nul(text: str, line: int) -> None:
    at = text.find("\0")
    if at >= 0:
        where = line + text.count("\n", 0, at)
        raise SheetError.because(
            "nul",
            f"Line {where} holds a NUL character, so this is no text file or a damaged one. "
            "Save the list again as CSV UTF-8 or .xlsx.",
            line=where,
        )


def _legacy_encoding(path: Path) -> str:
    sample = _marked_lines(path)
    if _undecodable_line(path, "cp1252") is None and _reads_as_western(sample.decode("cp1252", "replace")):
        return "cp1252"
    best = charset_normalizer.from_bytes(sample, cp_isolation=_OTHERS).best()
    if best is None or _undecodable_line(path, best.encoding) is not None:
        raise _unreadable(_undecodable_line(path, "utf-8"))
    return best.encoding


def _marked_lines(path: Path) -> bytes:
    """The first lines with bytes beyond ASCII: only those tell encodings apart."""
    lines: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size < _SAMPLE_BYTES and (line := file.readline(_SAMPLE_BYTES)):
            if not line.isascii():
                lines.append(line)
                size += len(line)
    return b"".join(lines)


def _reads_as_western(text: str) -> bool:
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    letters = sum(map(len, words))
    marked = sum(not letter.isascii() for word in words for letter in word)
    strange = letters >= _TELLING_LETTERS and marked > _MOST_MARKED * letters
    return not strange and not _SIGN_IN_WORD.search(text)


def _unreadable(line: int | None) -> SheetError:
    where = f" (first on line {line})" if line else ""
    return SheetError.because(
        "encoding",
        f"The file's characters can't be read{where}. Save it again as “CSV UTF-8” or as .xlsx.",
        line=line,
    )
