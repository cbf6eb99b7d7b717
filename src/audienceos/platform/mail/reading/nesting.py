"""Tags put in order: whatever is opened is closed, in the right place, and nothing lies deeper than a mail needs.

A browser repairs tangled tags by opening formatting anew in each paragraph and cell, so that fifty kilobytes can become
a hundred megabytes. What comes out of here needs no repair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from audienceos.platform.mail.reading.markup import Closed, Opened, Token

DEPTH = 150
"""Tables within tables within a long thread come to a third of this."""

TAGS = 60_000
"""A megabyte of a newsletter has a tenth of this. Of what comes after, only the texts stay."""

VOID: Final = frozenset(["br", "hr", "img", "col", "wbr"])
BLOCKS: Final = frozenset(
    (
        *("address", "article", "blockquote", "center", "dd", "details", "div", "dl", "dt"),
        *("figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
        *("section", "table", "ul"),
    )
)
_CELLS: Final = frozenset(["td", "th", "caption"])
_PARENTS: Final = {
    "caption": frozenset(["table"]),
    "colgroup": frozenset(["table"]),
    "col": frozenset(["colgroup", "table"]),
    "thead": frozenset(["table"]),
    "tbody": frozenset(["table"]),
    "tfoot": frozenset(["table"]),
    "tr": frozenset(["table", "thead", "tbody", "tfoot"]),
    "td": frozenset(["tr"]),
    "th": frozenset(["tr"]),
}
_TABLE: Final = frozenset(["table", "thead", "tbody", "tfoot", "tr", "colgroup"])
"""Within these only their own parts may stand; anything else a browser would carry out of the table."""
_ENDED_BY: Final = {
    "li": frozenset(["li"]),
    "dd": frozenset(["dd", "dt"]),
    "dt": frozenset(["dd", "dt"]),
}
_LISTS: Final = frozenset(["ul", "ol", "dl"])
_ONCE: Final = frozenset(["a", "p", "h1", "h2", "h3", "h4", "h5", "h6"])
"""Elements that may not lie within their like; a browser closes the outer one."""


def in_order(stream: Iterable[Token], known: frozenset[str]) -> Iterator[Token]:
    """The stream with only these elements, well nested. The texts of others stay; tables keep only cells' texts."""
    return _Nest(known).ordered(stream)


class _Nest:
    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._open: list[str] = []
        self._counts: Counter[str] = Counter()
        self._left = TAGS

    def ordered(self, stream: Iterable[Token]) -> Iterator[Token]:
        for token in stream:
            match token:
                case str():
                    if not (self._open and self._open[-1] in _TABLE):
                        yield token
                    elif token.strip():
                        yield from self._to_text()
                        yield token
                case Opened():
                    if token.name in self._known and self._left:
                        self._left -= 1
                        yield from self._opened(token)
                case Closed():
                    if self._counts[token.name]:
                        yield from self._closed(token.name)
        yield from self._down_to(0)

    def _opened(self, token: Opened) -> Iterator[Token]:
        name = token.name
        parents = _PARENTS.get(name)
        if parents is not None:
            place = self._place(parents)
            if place < 0:
                return
            yield from self._down_to(place)
        else:
            yield from self._to_text()
            yield from self._ended_by(name)
        if name in VOID:
            yield token
        elif len(self._open) < DEPTH:
            self._open.append(name)
            self._counts[name] += 1
            yield token

    def _to_text(self) -> Iterator[Token]:
        """Leave a table in whose rows something stands that is no cell, as a browser would carry it out."""
        at = len(self._open)
        while at and self._open[at - 1] in _TABLE:
            at -= 1
        yield from self._down_to(at)

    def _ended_by(self, name: str) -> Iterator[Token]:
        """Close what an element of that name ends by beginning."""
        ended = _ENDED_BY.get(name, frozenset())
        if name in BLOCKS:
            ended |= {"p"}
        if name in _ONCE:
            ended |= {name}
        if not any(self._counts[outer] for outer in ended):
            return
        lowest = len(self._open)
        for at in range(len(self._open) - 1, -1, -1):
            outer = self._open[at]
            if outer in _CELLS or (name in _ENDED_BY and outer in _LISTS):
                break
            if outer in ended:
                lowest = at
        yield from self._down_to(lowest)

    def _place(self, parents: frozenset[str]) -> int:
        """How much of what is open a table's part keeps open around it; -1 where there is no table for it."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at] in parents:
                return at + 1
            if self._open[at] == "table":
                return -1
        return -1

    def _closed(self, name: str) -> Iterator[Token]:
        """Close it and what lies within. From a cell nothing is closed that lies around its table."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at] == name:
                yield from self._down_to(at)
                return
            if self._open[at] in _CELLS and name not in _PARENTS and name != "table":
                return

    def _down_to(self, depth: int) -> Iterator[Token]:
        while len(self._open) > depth:
            name = self._open.pop()
            self._counts[name] -= 1
            yield Closed(name)
