"""The tree of a mail's parts, as places in its bytes: nothing is copied, and no part is decoded, until it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from audienceos.platform.mail.reading.charsets import Guesses
from audienceos.platform.mail.reading.fields import Fields, Value, head_of
from audienceos.platform.mail.reading.shapes import Limits

_CANDIDATES = 100_000
"""Lines of a mail that begin like a boundary. A mail made of such lines only would be walked through for each level."""
_MOST_FAULTS = 50
_PLAIN: Final = Value("text/plain", {})


class Part(msgspec.Struct, frozen=True):
    """One part: where its body lies in the mail's bytes, what its header says, and the parts within it."""

    number: str
    """As IMAP counts; the whole of a mail in parts has none."""
    start: int
    end: int
    fields: Fields
    content: Value
    disposition: Value
    encoding: str
    parts: list[Part] = []

    @property
    def media_type(self) -> str:
        """In small letters, `text/plain` where none is stated."""
        return self.content.word

    @property
    def name(self) -> str:
        """The file name that the header gives it, as it stands there."""
        return self.disposition.parameters.get("filename") or self.content.parameters.get("name", "")

    def leaves(self) -> Iterator[Part]:
        """Every part that holds something itself, in their order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


class Walker:
    """Builds the tree and remembers what was wrong. One for each mail."""

    def __init__(self, raw: bytes, guesses: Guesses, limits: Limits) -> None:
        self._raw, self._guesses, self._limits = raw, guesses, limits
        self._count = 0
        self._candidates = 0
        self.faults: dict[str, None] = {}

    def tree(self) -> Part:
        """The whole mail, down to the last part that the limits allow."""
        end = min(len(self._raw), self._limits.mail_bytes)
        if end < len(self._raw):
            self.fault("the mail is too large; its end was left out")
        return self._part(0, end, "", 0, _PLAIN)

    def fault(self, text: str) -> None:
        """Remember once what was wrong."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults[text] = None

    def _part(self, start: int, end: int, number: str, depth: int, default: Value) -> Part:
        head = head_of(self._raw, start, end, self._guesses, self._limits)
        for fault in head.faults:
            self.fault(fault)
        content = head.fields.value("content-type")
        if "/" not in content.word:
            content = Value(default.word, content.parameters)
        children: list[Part] = []
        if content.word.startswith("multipart/"):
            children = self._children(head.body, end, number, depth, content)
            if not children:
                content = _PLAIN
        return Part(
            number=number if children else number or "1",
            start=head.body,
            end=end,
            fields=head.fields,
            content=content,
            disposition=head.fields.value("content-disposition"),
            encoding=head.fields.value("content-transfer-encoding").word,
            parts=children,
        )

    def _children(self, start: int, end: int, number: str, depth: int, content: Value) -> list[Part]:
        if depth >= self._limits.depth:
            self.fault("parts lie too deep within each other; the inner ones were left out")
            return []
        boundary = content.parameters.get("boundary", "").rstrip()
        if not boundary:
            self.fault("a mail in parts names no boundary")
            return []
        default = Value("message/rfc822", {}) if content.word == "multipart/digest" else _PLAIN
        children: list[Part] = []
        for first, last in self._pieces(start, end, b"--" + boundary.encode("utf-8", "surrogateescape")):
            self._count += 1
            if self._count > self._limits.parts:
                self.fault(f"there are more than {self._limits.parts} parts; the rest was left out")
                break
            inner = f"{number}.{len(children) + 1}" if number else str(len(children) + 1)
            children.append(self._part(first, last, inner, depth + 1, default))
        if not children:
            self.fault("the parts' boundary is not to be found")
        return children

    def _pieces(self, start: int, end: int, line: bytes) -> Iterator[tuple[int, int]]:
        """Where the parts between the boundary's lines begin and end. A missing last line is forgiven."""
        began = -1
        for at, after, is_last in self._lines(start, end, line):
            if began >= 0:
                yield began, max(began, _without_line_end(self._raw, began, at))
            began = after
            if is_last:
                return
        if began >= 0:
            self.fault("the last part has no end")
            if began < end:
                yield began, end

    def _lines(self, start: int, end: int, line: bytes) -> Iterator[tuple[int, int, bool]]:
        """The boundary's lines: where each begins, where what follows begins, and whether it is the last."""
        raw, at = self._raw, start
        is_first = raw.startswith(line, at, end)
        while True:
            at = at if is_first else raw.find(b"\n" + line, max(at - 1, 0), end) + 1
            if at <= 0 and not is_first:
                return
            is_first = False
            self._candidates += 1
            if self._candidates > _CANDIDATES:
                self.fault("too many lines look like boundaries")
                return
            behind = at + len(line)
            line_end = raw.find(b"\n", behind, min(end, behind + 200))
            after = line_end + 1 if line_end >= 0 else end
            rest = raw[behind : min(after, behind + 200)].strip()
            if rest in (b"", b"--") and (line_end >= 0 or end - behind <= 200):
                yield at, after, rest == b"--"
            at = behind


def _without_line_end(raw: bytes, start: int, at: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if raw[at - 1 : at] == b"\n" and at - 1 >= start:
        at -= 1
    return at - 1 if at - 1 >= start and raw[at - 1 : at] == b"\r" else at
