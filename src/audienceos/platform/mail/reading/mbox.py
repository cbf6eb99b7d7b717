"""Mails of an mbox archive, one after the other: of any size, and past whatever is broken in it.

The format has three dialects that no file names. All part mails by a line `From …` after an empty line; they differ in
how such a line within a mail is kept apart: not at all, by a `>` before it (mboxo), or by one more `>` than it had
(mboxrd, which Google's archives follow). So a line parts mails only if it ends like a date and a header field follows
it, and one `>` is taken from each marked line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from audienceos.platform.mail.reading.shapes import Fault

MAIL_BYTES = 64 * 1024 * 1024
"""A longer mail is left out: no provider takes in half of it."""
_LINE_BYTES = 1 << 16
_PARTING: Final = re.compile(
    rb"From (?=[^\r\n]*(?:19|20)[0-9]{2})[^\r\n]{0,400}[0-9]{2}:[0-9]{2}[^\r\n]{0,40}"
)
"""All programs end the line with a clock time and a year, in whatever order."""
_FIELD: Final = re.compile(rb"(?:[!-9;-~]{1,100}[ \t]*:|>From )")
_KEPT_APART: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


def letters_of(file: BinaryIO, most: int = MAIL_BYTES) -> Iterator[bytes | Fault]:
    """Each mail's bytes, without the line that parts it from the one before, or why something was left out.

    Holds one mail at a time. Raises nothing but what reading the file raises.
    """
    collected = _Collected(most)
    held = b""
    """A line that parts mails, if what follows it looks like a header."""
    offset, at_start, after_blank = 0, True, True
    while line := file.readline(_LINE_BYTES):
        if held:
            if _FIELD.match(line):
                yield from collected.finished()
                collected = _Collected(most, offset - len(held))
            else:
                collected.add(held, offset - len(held))
            held = b""
        if (
            at_start
            and after_blank
            and line.startswith(b"From ")
            and _PARTING.fullmatch(line.rstrip(b"\r\n"))
        ):
            held = line
        else:
            collected.add(line, offset)
        after_blank = at_start and not line.strip(b"\r\n")
        at_start = line.endswith(b"\n")
        offset += len(line)
    if held:
        collected.add(held, offset - len(held))
    yield from collected.finished()


class _Collected:
    """The lines of one mail. `parted` is where the line stands that begins it; -1 before the first of them."""

    def __init__(self, most: int, parted: int = -1) -> None:
        self._most, self._parted = most, parted
        self._start = max(parted, 0)
        self._lines = bytearray()
        self._is_long = False

    def add(self, line: bytes, offset: int) -> None:
        """One more line; what is beyond the limit is forgotten."""
        if not self._lines and self._parted < 0:
            self._start = offset
        if self._is_long or len(self._lines) + len(line) > self._most:
            self._is_long = True
            self._lines.clear()
            return
        self._lines += line

    def finished(self) -> Iterator[bytes | Fault]:
        """The mail, or what is wrong with it. Blank lines before the first mail are nothing."""
        if self._is_long:
            yield Fault(offset=self._start, reason=f"the mail is larger than {self._most:,} bytes")
        elif not self._lines.strip():
            return
        elif self._parted < 0 and not _FIELD.match(self._lines):
            yield Fault(offset=self._start, reason="what stands before the first mail is no mail")
        else:
            yield _KEPT_APART.sub(rb"\1", _without_last_blank(bytes(self._lines)))


def _without_last_blank(lines: bytes) -> bytes:
    """The empty line before the next mail belongs to the archive."""
    if lines.endswith(b"\r\n\r\n"):
        return lines[:-2]
    return lines[:-1] if lines.endswith(b"\n\n") else lines
