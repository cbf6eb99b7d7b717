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
"""Words, beginnings and ends of words, one of which stands there, and how many words may come before it."""
_Phrase = tuple[str, int, tuple[_Element, ...]]
"""Its meaning, where it must begin, and what must follow the word or the two words that it was found by."""


class Lexicon:
    """All phrases of all meanings, by their first word and, where the second follows at once, by both."""

    def __init__(self, meanings: Mapping[str, Iterable[str]]) -> None:
        self._words: dict[str, list[_Phrase]] = {}
        self._pairs: dict[tuple[str, str], list[_Phrase]] = {}
        self._stems: dict[str, list[tuple[tuple[str, ...], _Phrase]]] = {}
        for meaning, phrases in meanings.items():
            for phrase in phrases:
                bare = phrase.lstrip("^")
                self._add(meaning, len(phrase) - len(bare), _elements(bare))

    def read(self, words: Sequence[str]) -> dict[str, int]:
        """The meanings that the words have, each with the place of the first phrase that has it."""
        found: dict[str, int] = {}
        begins = 2
        for at, word in enumerate(words):
            _note(found, self._words.get(word, ()), words, at, at, begins)
            if at + 1 < len(words):
                _note(found, self._pairs.get((word, words[at + 1]), ()), words, at, at + 1, begins)
            for stems, phrase in self._stems.get(word[:STEM], ()):
                if word.startswith(stems):
                    _note(found, (phrase,), words, at, at, begins)
            if word in MARKS or word in JOINS:
                begins = max(begins, 1)
            elif word not in OPENERS:
                begins = 0
        return found

    def _add(self, meaning: str, anchor: int, elements: tuple[_Element, ...]) -> None:
        (firsts, stems, _, _), *rest = elements
        phrase = (meaning, anchor, tuple(rest))
        for stem in {stem[:STEM] for stem in stems}:
            assert len(stem) == STEM, meaning
            self._stems.setdefault(stem, []).append((stems, phrase))
        at_once = bool(rest) and rest[0][1:] == ((), (), 0)
        for first in firsts:
            if not at_once:
                self._words.setdefault(first, []).append(phrase)
                continue
            for second in rest[0][0]:
                self._pairs.setdefault((first, second), []).append((meaning, anchor, tuple(rest[1:])))


def _elements(phrase: str) -> tuple[_Element, ...]:
    elements: list[_Element] = []
    gap = 0
    for part in phrase.split():
        if part == "..":
            gap = GAP
            continue
        options = [fold(option) for option in part.split("/")]
        stems = tuple(option[:-1] for option in options if option.endswith("~"))
        ends = tuple(option[1:] for option in options if option.startswith("~"))
        elements.append((frozenset(option for option in options if "~" not in option), stems, ends, gap))
        gap = 0
    return tuple(elements)


def _note(
    found: dict[str, int], phrases: Iterable[_Phrase], words: Sequence[str], at: int, last: int, begins: int
) -> None:
    """Keep the meanings of those phrases that go on after their last word found."""
    for meaning, anchor, rest in phrases:
        if begins >= anchor and meaning not in found and (not rest or _goes_on(rest, words, last)):
            found[meaning] = at


def _goes_on(rest: tuple[_Element, ...], words: Sequence[str], at: int) -> bool:
    """Whether the rest of the phrase follows, each element at the first place that fits."""
    for exact, stems, ends, gap in rest:
        for place in range(at + 1, min(at + 2 + gap, len(words))):
            word = words[place]
            if word in exact or word.startswith(stems) or word.endswith(ends):
                at = place
                break
        else:
            return False
    return True
