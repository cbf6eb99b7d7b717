"""Many names looked for in one pass over the words of a text. The longest name at a place counts.

A name of everyday words (`Next`, `Target`, `Fresh Start`) counts only where it is written with the capitals of the
name, and a single such word only inside a sentence, with no other capital behind it; then it is a doubt, not a
certainty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Literal
from uuid import UUID

import msgspec

from audienceos.inbox.firewall.words import LEGAL, Word, words

Care = Literal["plain", "capitals", "everyday", "short"]
"""How much must fit: the words; a capital on each; the very capitals; and for a name's first word a capital."""
What = Literal["name", "person", "campaign"]
NEAR = 3
"""Characters that may stand between two words of a name."""
ABBREVIATED = 3
"""Letters of a word after which a full stop doesn't end the sentence."""


class Entry(msgspec.Struct):
    """One name, whose it is, and how carefully it is matched."""

    what: What
    care: Care
    said: tuple[str, ...]
    owners: set[UUID | None]
    """Clients; None stands for the agency itself."""


class Match(msgspec.Struct, frozen=True):
    """A name of somebody else in a text."""

    entry: Entry
    start: int
    end: int
    is_certain: bool


class Names:
    """All names of an agency and its clients, by their words."""

    def __init__(self) -> None:
        self._root: dict[str, dict[str, object]] = {}
        self._entries: dict[tuple[str, ...], list[Entry]] = {}
        self._prefixes: set[tuple[str, ...]] = set()

    def add(self, name: Sequence[Word], what: What, care: Care, owner: UUID | None) -> None:
        """One more name."""
        key = tuple(word.folded for word in name)
        said = tuple(word.said for word in name)
        entries = self._entries.setdefault(key, [])
        for entry in entries:
            if (entry.what, entry.care, entry.said) == (what, care, said):
                entry.owners.add(owner)
                return
        entries.append(Entry(what, care, said, {owner}))
        self._prefixes.update(key[:length] for length in range(1, len(key) + 1))

    def find(self, text: str, own: UUID, known: Set[str]) -> Iterator[Match]:
        """The names in the text that are neither the own client's nor the agency's.

        `known` are words that mean the own client or the agency; none of them alone is somebody else's.
        """
        found = list(words(text))
        at = 0
        while at < len(found):
            length = begun = self._longest(text, found, at)
            while length:
                entries = self._entries.get(tuple(word.folded for word in found[at : at + length]), ())
                if any(None in entry.owners or own in entry.owners for entry in entries):
                    break
                match = self._begun(found, at, begun, entries)
                match = match or self._first(text, found, at, length, entries, known)
                if match:
                    length = begun if match.entry.care == "short" else length
                    yield match
                    break
                length -= 1
            at += max(length, 1)

    def _longest(self, text: str, found: Sequence[Word], at: int) -> int:
        """How many words from there on begin a name."""
        key: tuple[str, ...] = ()
        length = 0
        for place in range(at, len(found)):
            if place > at and not _together(text, found[place - 1], found[place]):
                break
            key += (found[place].folded,)
            if key not in self._prefixes:
                break
            length += 1
        return length

    def _begun(self, found: Sequence[Word], at: int, begun: int, entries: Sequence[Entry]) -> Match | None:
        """The rare first word of a name with more of the name behind it: that is no chance."""
        short = next((entry for entry in entries if entry.care == "short"), None)
        if short is None or begun < 2 or not found[at].said[0].isupper():
            return None
        return Match(short, found[at].start, found[at + begun - 1].end, True)

    def _first(
        self,
        text: str,
        found: Sequence[Word],
        at: int,
        length: int,
        entries: Sequence[Entry],
        known: Set[str],
    ) -> Match | None:
        for entry in entries:
            certain = _fits(text, found, at, length, entry, known)
            if certain is not None:
                return Match(entry, found[at].start, found[at + length - 1].end, certain)
        return None


def _fits(
    text: str, found: Sequence[Word], at: int, length: int, entry: Entry, known: Set[str]
) -> bool | None:
    """Whether the name is meant: surely, perhaps, or (None) not at all."""
    said = found[at : at + length]
    if entry.care == "plain":
        return None if length == 1 and said[0].folded in known else True
    if entry.care == "capitals":
        return True if all(word.said[0].isupper() for word in said) else None
    if entry.care == "short":
        return False if said[0].said[0].isupper() and said[0].folded not in known else None
    written = tuple(word.said for word in said)
    if written != entry.said or not said[0].said[0].isupper():
        shouted = length > 1 and all(word.isupper() for word in written)
        return False if shouted or length > 2 else None
    if length > 1:
        return True
    following = found[at + 1] if at + 1 < len(found) and _together(text, said[0], found[at + 1]) else None
    if following and following.folded in LEGAL:
        return True
    if said[0].folded in known or _begins(text, said[0].start) or (following and following.said[0].isupper()):
        return None
    return False


def _together(text: str, before: Word, after: Word) -> bool:
    between = text[before.end : min(after.start, before.end + NEAR + 1)]
    if len(between) > NEAR or "\n\n" in between:
        return False
    ends = any(mark in between for mark in ".!?;:") and any(mark in between for mark in " \n")
    return not ends or len(before.said) <= ABBREVIATED


def _begins(text: str, start: int) -> bool:
    """Whether a sentence, a line or a quotation begins there."""
    before = text[max(0, start - 8) : start].rstrip(" \t")
    return not before or before[-1] in ".!?:;\n\"'“„»«(-•*>|–—"
