"""Addresses of a header field: names decoded, groups flattened, one walk over the text whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from audienceos.platform.mail.reading.charsets import Guesses
from audienceos.platform.mail.reading.shapes import Mailbox
from audienceos.platform.mail.reading.words import one_line, words

_TOKEN: Final = re.compile(r'[^"(<>,;:\\]++|.', re.DOTALL)
_NAME_CHARS, _ADDRESS_CHARS = 300, 320
_BARE: Final = re.compile(r"(?<![^\s<>@])[^\s<>@]++@[^\s<>@]+")


class _Reader:
    """Collects what stands between two commas: a phrase, an address in angles, comments."""

    def __init__(self, text: str, guesses: Guesses) -> None:
        self._text, self._guesses = text, guesses
        self._at = 0
        self._phrase: list[str] = []
        self._comment: list[str] = []
        self._angle: str | None = None
        self._has_at = False

    def mailboxes(self) -> Iterator[Mailbox]:
        """One after the other, as they stand there."""
        while found := _TOKEN.match(self._text, self._at):
            self._at = found.end()
            match found[0]:
                case '"':
                    self._phrase.append(self._quoted())
                case "(":
                    self._comment.append(self._nested())
                case "<":
                    self._angle = self._upto(">")
                case ":" if self._angle is None and not self._has_at:
                    self._forget()
                case "," | ";":
                    yield from self._finished()
                case ">" | "\\":
                    pass
                case text:
                    self._has_at = self._has_at or "@" in text
                    self._phrase.append(text)
        yield from self._finished()

    def _finished(self) -> Iterator[Mailbox]:
        phrase = "".join(self._phrase).strip()
        address = self._angle
        if address is None:
            bare = _BARE.search(phrase)
            address = bare[0] if bare else ""
            phrase = phrase.replace(address, " ", 1).strip() if bare else ""
        address = one_line(address, _ADDRESS_CHARS).replace(" ", "")
        if address.startswith("@") and ":" in address:
            address = address.rpartition(":")[2]
        address = address.removeprefix("mailto:").strip("'\"")
        name = one_line(words(phrase or " ".join(self._comment), self._guesses), _NAME_CHARS)
        name = name.strip("'\" ") if name[:1] == name[-1:] and name[:1] in ("'", '"') else name
        self._forget()
        if address:
            yield Mailbox(name="" if name == address else name, address=address)

    def _forget(self) -> None:
        self._phrase.clear()
        self._comment.clear()
        self._angle = None
        self._has_at = False

    def _quoted(self) -> str:
        out: list[str] = []
        while self._at < len(self._text) and (letter := self._text[self._at]) != '"':
            self._at += 1
            if letter == "\\":
                letter = self._text[self._at : self._at + 1]
                self._at += 1
            out.append(letter)
        self._at += 1
        return "".join(out)

    def _nested(self) -> str:
        """A comment, with those within it."""
        start, depth = self._at, 1
        while self._at < len(self._text) and depth:
            letter = self._text[self._at]
            depth += (letter == "(") - (letter == ")")
            self._at += 2 if letter == "\\" else 1
        return self._text[start : self._at - 1] if not depth else self._text[start : self._at]

    def _upto(self, closing: str) -> str:
        """What stands before the closing angle; where it is missing, before the next comma or the end."""
        end = self._text.find(closing, self._at, self._at + 2 * _ADDRESS_CHARS)
        if end < 0:
            comma = self._text.find(",", self._at)
            end = len(self._text) if comma < 0 else comma
            inside = self._text[self._at : end]
            self._at = end
            return inside
        inside = self._text[self._at : end]
        self._at = end + 1
        return inside


def mailboxes_of(fields: list[str], guesses: Guesses, most: int) -> tuple[tuple[Mailbox, ...], bool]:
    """Every address of these fields, at most so many, and whether there were more."""
    found: list[Mailbox] = []
    for field in fields:
        for mailbox in _Reader(field, guesses).mailboxes():
            if len(found) >= most:
                return tuple(found), True
            found.append(mailbox)
    return tuple(found), False
