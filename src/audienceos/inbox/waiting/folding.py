"""Text folded so that equal words compare equal, cut into sentences. Every step takes time in proportion to the text.

`unicodedata.normalize` is left out on purpose: a long run of combining marks costs it the square of its length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import msgspec

SHOWN = 300
"""Characters of a sentence that are quoted at most."""
MARKS = frozenset(",;:?()–—-")
"""What begins a new clause, as a word of its own in `Sentence.words`."""
_SPECIAL = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "´": "'",
}


def _plain() -> dict[int, str | None]:
    """Letters of Latin scripts without their marks; combining marks go."""
    table: dict[int, str | None] = dict.fromkeys(range(768, 880))
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = "".join(c for c in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(c))
        table[code] = base.casefold()
    return table | {ord(letter): plain for letter, plain in _SPECIAL.items()}


_PLAIN = _plain()
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,2000}")
_MONTH = r"\.(?=\s(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez))"
_SENTENCE = re.compile(
    r"[^\n.!?…]*(?:(?:" + _MONTH + r"|[.!?…](?!\s|$|[.!?…\"'”»)]))[^\n.!?…]*)*[.!?…]*[\"'”»)]?"
)
_WRAPPED = re.compile(r"(?<=[^\s.!?:;…])\n(?=[a-zà-öø-ÿ])")
_WORD = re.compile(r"[\w@']+|[,;:?()–—]|(?<=\s)-(?=\s)")


class Sentence(msgspec.Struct, frozen=True):
    """A sentence as it was written, and its folded words with the marks between clauses."""

    said: str
    words: tuple[str, ...]
    asks: bool
    """Whether it ends as a question."""


def listed(said: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(said.split())


def fold(text: str) -> str:
    """Lower case, without accents, with plain apostrophes."""
    return text.lower() if text.isascii() else text.casefold().translate(_PLAIN)


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences in their order, without those of blanks only. Addresses of pages are left out of the words.

    A line that goes on in small letters belongs to the one before it, as mail programs wrap them.
    """
    for line in _WRAPPED.sub(" ", text).splitlines():
        for found in _SENTENCE.finditer(line):
            said = found[0].strip()
            if said:
                yield _sentence(said)


def _sentence(said: str) -> Sentence:
    bare = _ADDRESS.sub(" ", said)
    words = tuple(word.strip("'") or "'" for word in _WORD.findall(fold(bare)))
    asks = "?" in bare.rstrip("\"'”») .!…")[-3:] or bare.rstrip().endswith("?")
    quote = said if len(said) <= SHOWN else f"{said[: SHOWN - 1]}…"
    return Sentence(said=quote, words=words, asks=asks)
