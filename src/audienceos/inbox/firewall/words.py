"""Names as words, so that they are found whatever their case, accents and punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from audienceos.inbox.waiting.folding import fold

LONGEST = 12
"""Words of a name that are compared at most."""
JOINED = 8
"""Letters from which on a name of several words is also found written as one, as in `@haldendental`."""
_WORD = re.compile("(?:[^\\W_][\u0300-\u036f\u00ad\u200b-\u200d]*)+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def _lists() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    section: set[str] = set()
    for line in (Path(__file__).parent / "common.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), set())
        else:
            section.update(fold(word) for word in line.split())
    return {name: frozenset(words) for name, words in found.items()}


_LISTS = _lists()
EVERYDAY = _LISTS["words"]
"""Words, days, places and offices that are names too."""
COMMON = EVERYDAY | _LISTS["given"]
"""The same with first names."""
LEGAL = _LISTS["legal"]
"""Forms of companies, which are left out of their names."""
FREE_MAIL = _LISTS["mail"]
"""Domains at which anybody can have an address."""


class Word(msgspec.Struct, frozen=True):
    """A word of a text and where it stands."""

    folded: str
    said: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """The words of a text in their order; an underscore parts them too."""
    for found in _WORD.finditer(text):
        yield Word(fold(found[0]), found[0], found.start(), found.end())


def name_words(name: str) -> tuple[Word, ...]:
    """The words of a name without the company's form at its end and an article before it."""
    found = list(words(name))[:LONGEST]
    while len(found) > 1 and found[-1].folded in LEGAL:
        found.pop()
    if len(found) > 2 and found[0].folded == "the":
        found = found[1:]
    return tuple(found)


def forms(name: str) -> Iterator[tuple[Word, ...]]:
    """The ways in which a name is written: as it is, with `ue` for `ü`, and in one word."""
    plain = name_words(name)
    if not plain:
        return
    yield plain
    if name != (spelt := name.translate(_UMLAUTS)):
        yield name_words(spelt)
    joined = "".join(word.folded for word in plain)
    if len(plain) > 1 and len(joined) >= JOINED:
        yield (Word(joined, "".join(word.said for word in plain), 0, len(joined)),)


def is_common(word: str) -> bool:
    """Whether the folded word says nothing by itself: an everyday word, a number, or a few letters."""
    return word in COMMON or word in LEGAL or len(word) <= 2 or word[1:].isdigit()
