"""Words that a text is found by, folded so that equal words compare equal.

Row security keeps LIKE and full-text operators from an index, so long texts are searched by a table of their terms,
which is compared by `=` and `>=`.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 50  # characters of a term; what is longer is found by its beginning
MOST_SOUGHT = 8  # words of a question that count
HIGHEST = "\U0010ffff"  # sorts behind every character
_WORD = re.compile(r"\w+")


def name_key(name: str) -> str:
    """A name folded for comparing and sorting: NFKC, case-folded, single spaces (at most 100 characters)."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:100]


def terms_of(*texts: str | None) -> set[str]:
    """Every word of the texts, once: NFKC, case-folded, at most 50 characters each."""
    found: set[str] = set()
    for text in texts:
        if text:
            found.update(word[:LONGEST] for word in _words(text))
    return found


def sought_in(question: str) -> list[str]:
    """The words of what somebody is looking for, each once, in their order, the first eight."""
    return [word[:LONGEST] for word in dict.fromkeys(_words(question))][:MOST_SOUGHT]


def up_to(term: str) -> str:
    """The end of the range of terms that begin with this one, in the order of bytes."""
    return term + HIGHEST


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
