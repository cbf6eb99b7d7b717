"""A part's header: its fields by name, and what stands behind the semicolons of one."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

import msgspec

from audienceos.platform.mail.reading.charsets import Guesses, text_of
from audienceos.platform.mail.reading.shapes import Limits
from audienceos.platform.mail.reading.words import one_line, raw_text, words

_NAME: Final = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_BLANK_LINE: Final = re.compile(rb"\n\r*\n")
_FOLD: Final = re.compile(rb"\r*\n[ \t]+|[\r\n]+")
_UNREAD: Final = re.compile(r"[\s;]+")
_PARAMETER: Final = re.compile(r"([^\s=;\"]{1,60})\s*=\s*")
_PARAMETERS = 100
_SECTION: Final = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")


class Value(NamedTuple):
    """A field such as `text/plain; charset=utf-8`: its first word in small letters, and its parameters."""

    word: str
    parameters: dict[str, str]


class Fields(msgspec.Struct, frozen=True):
    """A header, with its fields in the order in which they came. Names are asked for in small letters."""

    _fields: dict[str, list[bytes]]
    guesses: Guesses

    def raw(self, name: str) -> bytes:
        """The first field of that name, unfolded and undecoded; empty if there is none."""
        return self._fields.get(name, [b""])[0]

    def has(self, name: str) -> bool:
        """Whether there is a field of that name, be it empty."""
        return name in self._fields

    def text(self, name: str) -> str:
        """The first field of that name, its bytes decoded, its encoded words not."""
        return raw_text(self.raw(name), self.guesses).strip()

    def all(self, name: str) -> list[str]:
        """Every field of that name, as `text` has one."""
        return [raw_text(raw, self.guesses).strip() for raw in self._fields.get(name, [])]

    def words(self, name: str) -> str:
        """The first field of that name for people: decoded, on one line."""
        return one_line(words(self.text(name), self.guesses))

    def value(self, name: str) -> Value:
        """The first field of that name with its parameters."""
        return value_of(self.text(name), self.guesses)

    def names(self) -> list[str]:
        """Every name, in small letters."""
        return list(self._fields)


class Head(NamedTuple):
    """A header that was read, where the body begins, and what was wrong."""

    fields: Fields
    body: int
    faults: list[str]


def head_of(raw: bytes, start: int, end: int, guesses: Guesses, limits: Limits) -> Head:
    """The header that begins at `start`. It ends at an empty line, or where lines stop looking like fields."""
    found: dict[str, list[bytes]] = {}
    faults: list[str] = []
    if start < end and raw[start : start + 2].lstrip(b"\r").startswith(b"\n"):
        return Head(Fields(found, guesses), raw.index(b"\n", start) + 1, faults)
    blank = _BLANK_LINE.search(raw, start, end)
    stop, body = (blank.start() + 1, blank.end()) if blank else (end, end)
    if stop - start > limits.header_bytes:
        faults.append("the header is too long; its end was left out")
        stop = start + limits.header_bytes
    at, count = start, 0
    while at < stop:
        upto = _field_end(raw, at, stop)
        name = _NAME.match(raw, at, upto)
        is_envelope = at == start and raw.startswith((b"From ", b">From "), at)
        if name is None and not is_envelope and not _NAME.match(raw, upto, stop):
            faults.append("the header ends without an empty line" if at > start else "there is no header")
            return Head(Fields(found, guesses), at, faults)
        if name is not None:
            count += 1
            if count > limits.headers:
                faults.append(f"there are more than {limits.headers} header fields; the rest was left out")
                break
            value = _FOLD.sub(b" ", raw[name.end() : min(upto, name.end() + limits.field_chars)]).strip()
            found.setdefault(name[1].decode("ascii").lower(), []).append(value)
        elif not is_envelope:
            faults.append("a line of the header is no field")
        at = upto
    return Head(Fields(found, guesses), body, faults)


def _field_end(raw: bytes, at: int, stop: int) -> int:
    """Where the field that begins at `at` ends, the lines that continue it included."""
    while True:
        line_end = raw.find(b"\n", at, stop)
        if line_end < 0:
            return stop
        at = line_end + 1
        if raw[at : at + 1] not in (b" ", b"\t"):
            return at


def value_of(text: str, guesses: Guesses) -> Value:
    """The field's first word and its parameters, also those that are cut in sections or bring a charset (RFC 2231)."""
    word, _, rest = text.partition(";")
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    at = 0
    for _ in range(_PARAMETERS):
        skipped = _UNREAD.match(rest, at)
        at = skipped.end() if skipped else at
        found = _PARAMETER.match(rest, at)
        if found is None:
            after = rest.find(";", at)
            if after < 0:
                break
            at = after + 1
            continue
        value, at = _quoted_or_not(rest, found.end())
        name = _SECTION.fullmatch(found[1].lower())
        if name is not None:
            sections.setdefault(name[1], []).append((int(name[2] or 0), bool(name[3]), value))
    return Value(word.strip().lower(), {name: _joined(parts, guesses) for name, parts in sections.items()})


def _quoted_or_not(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != '"':
        after = text.find(";", at)
        after = len(text) if after < 0 else after
        return text[at:after].strip(), after
    closed = re.compile(r'"((?:[^"\\]|\\.)*+)(?:"|$)').match(text, at)
    if closed is None:
        return text[at + 1 :], len(text)
    return re.sub(r"\\(.)", r"\1", closed[1]), closed.end()


def _joined(sections: list[tuple[int, bool, str]], guesses: Guesses) -> str:
    """The parameter as one text. The plain form stands beside the other for old readers; the coded one wins."""
    coded = [section for section in sections if section[1]]
    plain_first = sections[0]
    if not coded:
        parts = sections if len({number for number, _, _ in sections}) == len(sections) else [plain_first]
        return words("".join(text for _, _, text in sorted(parts)), guesses)
    charset, raw = "", b""
    for number, is_coded, text in sorted(coded if len(coded) == 1 else sections):
        if is_coded and not raw and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw += unquote_to_bytes(text) if is_coded else text.encode("utf-8", "replace")
    return text_of(raw, charset or "utf-8", guesses)[0]
