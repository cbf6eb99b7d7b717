"""Words in header fields: decoded (RFC 2047), on one line, without characters that only mislead."""

from __future__ import annotations

import binascii
import re
from typing import Final

from audienceos.platform.mail.reading.charsets import Guesses, text_of

_ENCODED: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?(.{0,2000}?)\?=(?![0-9A-F]{2})")
"""Blanks and raw question marks within are forgiven: senders write them. Bounded, or a field of "=?a?q?" would be
searched to its end from each of its characters."""
_MISLEADING: Final = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that turn the order of others around, or that nobody sees: a name made with them looks like another."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]+")
_BLANKS: Final = re.compile(r"\s+")


def raw_text(raw: bytes, guesses: Guesses) -> str:
    """A header field's characters: ASCII as the standard has it, UTF-8 as the newer one allows, or what others send."""
    return raw.decode("ascii") if raw.isascii() else text_of(raw, guesses.hint, guesses)[0]


def one_line(text: str, most: int = 1000) -> str:
    """The text on one line, without control characters and without those that mislead the eye."""
    clean = _MISLEADING.sub("", _CONTROL.sub(" ", text[: 4 * most]))
    clean = _BLANKS.sub(" ", clean).strip()
    return clean if len(clean) <= most else clean[: most - 1].rstrip() + "…"


def words(text: str, guesses: Guesses) -> str:
    """The field with its encoded words decoded. Neighbours of one charset are joined before they are decoded: senders
    cut characters in two."""
    if "=?" not in text:
        return text
    out: list[str] = []
    held: list[bytes] = []
    charset, end = "", 0
    for found in _ENCODED.finditer(text):
        between = text[end : found.start()]
        name = found[1].partition("*")[0].lower()
        if held and (name != charset or between.strip()):
            out.append(text_of(b"".join(held), charset, guesses)[0])
            held.clear()
            out.append(between if between.strip() else "")
        elif not held:
            out.append(between)
        held.append(_bytes_of(found[2], found[3]))
        charset, end = name, found.end()
    if held:
        out.append(text_of(b"".join(held), charset, guesses)[0])
    return "".join(out) + text[end:]


def _bytes_of(encoding: str, code: str) -> bytes:
    raw = code.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b"_", b" "), header=False)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
