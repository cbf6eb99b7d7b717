"""Phrases by what they mean, found in the words of a sentence in one pass.

A phrase is written as words with blanks between them: `can/could you` stands for two phrases, `disappoint~` for every
word that begins so, `~ing` for every word that ends so, and `..` for at most four words. It counts anywhere, or with
`^` only where a clause begins, or with `^^` only where the sentence does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from audienceos.inbox.waiting.folding import MARKS, fold, listed

GAP = 4
"""Words that `..` stands for at most."""
STEM = 4
"""Letters that a stem has at least; it is looked up by them."""
JOINS = listed("and but so also or und aber oder auch et mais ou donc y e pero o en maar of dus then btw ps")
OPENERS = listed("""
hi hey hello hallo hoi hola bonjour dear all team guys everyone please pls just morning ok okay yes
yeah oh well hmm sorry thanks bitte danke merci gracias ja oui si sure lol great perfect
""")
"""Words before which and after which a clause still begins."""

_Element = tuple[frozenset[str], tuple[str, ...], tuple[str, ...], int]
_Phrase = tuple[str, int, tuple[_Element, ...]]


class Lexicon:
    """All phrases of all meanings."""

    def __init__(self, meanings: Mapping[str, Iterable[str]]) -> None:
        self._words: dict[str, list[_Phrase]] = {}
        self._stems: dict[str, list[_Phrase]] = {}
        for meaning, phrases in meanings.items():
            for phrase in phrases:
                self._add(meaning, phrase)

    def read(self, words: Sequence[str]) -> dict[str, int]:
        """The meanings that the words have, each with the place of the first phrase that has it."""
        found: dict[str, int] = {}
        begins = 2
        for at, word in enumerate(words):
            for meaning, anchor, elements in (*self._words.get(word, ()), *self._stems.get(word[:STEM], ())):
                if meaning in found or begins < anchor:
                    continue
                if _is(elements[0], word) and _goes_on(elements, words, at):
                    found[meaning] = at
            if word in MARKS or word in JOINS:
                begins = max(begins, 1)
            elif word not in OPENERS:
                begins = 0
        return found

    def _add(self, meaning: str, phrase: str) -> None:
        bare = phrase.lstrip("^")
        elements: list[_Element] = []
        gap = 0
        for part in bare.split():
            if part == "..":
                gap = GAP
                continue
            options = [fold(option) for option in part.split("/")]
            stems = tuple(option[:-1] for option in options if option.endswith("~"))
            ends = tuple(option[1:] for option in options if option.startswith("~"))
            elements.append((frozenset(o for o in options if "~" not in o), stems, ends, gap))
            gap = 0
        entry = (meaning, len(phrase) - len(bare), tuple(elements))
        for word in elements[0][0]:
            self._words.setdefault(word, []).append(entry)
        for stem in elements[0][1]:
            assert len(stem) >= STEM, phrase
            self._stems.setdefault(stem[:STEM], []).append(entry)


def _goes_on(elements: tuple[_Element, ...], words: Sequence[str], at: int) -> bool:
    """Whether the rest of the phrase follows, each element at the first place that fits."""
    for element in elements[1:]:
        following = range(at + 1, min(at + 2 + element[3], len(words)))
        at = next((place for place in following if _is(element, words[place])), -1)
        if at < 0:
            return False
    return True


def _is(element: _Element, word: str) -> bool:
    return word in element[0] or word.startswith(element[1]) or word.endswith(element[2])
