"""Undoing a part's transfer encoding: piece by piece, and whatever was broken on the way."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import Final

_PIECE = 1 << 20
_NOT_BASE64: Final = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)
_BLANKS_AT_END: Final = re.compile(rb"(?<![ \t])[ \t]++(?=\r?\n|$)")
"""Possessive, and begun only where a run of blanks begins: a megabyte of blanks is passed over once."""


def decoded(raw: bytes, start: int, end: int, encoding: str) -> Iterator[bytes]:
    """The part's bytes in pieces of about a megabyte. Never raises; what is no code is passed over or left as it is."""
    match encoding:
        case "base64":
            return _from_base64(raw, start, end)
        case "quoted-printable":
            return _from_quoted(raw, start, end)
        case _:
            return _pieces(raw, start, end)


def size_of(raw: bytes, start: int, end: int, encoding: str) -> int:
    """How many bytes the part has once decoded."""
    if encoding not in ("base64", "quoted-printable"):
        return max(0, end - start)
    return sum(map(len, decoded(raw, start, end, encoding)))


def beginning(raw: bytes, start: int, end: int, encoding: str, most: int) -> tuple[bytes, bool]:
    """The part's first bytes, and whether there were more than `most`."""
    held = bytearray()
    for piece in decoded(raw, start, end, encoding):
        held += piece
        if len(held) > most:
            return bytes(held[:most]), True
    return bytes(held), False


def _pieces(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, _PIECE):
        yield raw[at : min(at + _PIECE, end)]


def _from_base64(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    """What stands before the first padding; characters that aren't of the alphabet are passed over."""
    held = b""
    for piece in _pieces(raw, start, end):
        code, padding, _ = (held + piece.translate(None, _NOT_BASE64)).partition(b"=")
        if padding:
            yield _whole(code)
            return
        cut = len(code) - len(code) % 4
        held = code[cut:]
        yield binascii.a2b_base64(code[:cut])
    yield _whole(held)


def _whole(code: bytes) -> bytes:
    """A code's last characters, padded; one single character carries too few bits to mean a byte."""
    if len(code) % 4 == 1:
        code = code[:-1]
    return binascii.a2b_base64(code + b"=" * (-len(code) % 4))


def _from_quoted(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    at = start
    while at < end:
        stop = min(at + _PIECE, end)
        if stop < end:
            line_end = raw.rfind(b"\n", at, stop)
            stop = line_end + 1 if line_end >= 0 else _before_escape(raw, at, stop)
        yield binascii.a2b_qp(_BLANKS_AT_END.sub(b"", raw[at:stop]))
        at = stop


def _before_escape(raw: bytes, at: int, stop: int) -> int:
    """Where to cut a line without an end, so that no escape of three characters is cut in two."""
    escape = raw.rfind(b"=", max(at + 1, stop - 2), stop)
    return escape if escape >= 0 else stop
