"""HTML as a stream of tags and texts, in one walk whose time grows with the length only, whatever the HTML holds.

It is no browser's parser and decides nothing about safety: it gives `plain.py` its text, and `safe_html.py` something
small and in order for the sanitiser, whose own parser can be brought to hours by a few nested tags.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

import msgspec

_TAG: Final = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:_-]{0,40})")
_BETWEEN: Final = re.compile(r"[\s/]*+")
_ATTRIBUTE: Final = re.compile(r"([^\s=>/]++)(\s*+=\s*+)?")
_BARE: Final = re.compile(r"[^\s>]*+")
_LONG_NUMBER: Final = re.compile(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{7,})")
_ATTRIBUTES = 40
_VALUE_CHARS = 4000
UNSHOWN: Final = frozenset(
    (
        *("script", "style", "title", "noscript", "noembed", "noframes", "iframe", "textarea", "xmp"),
        *("template", "svg", "math", "object", "select", "applet", "audio", "video", "canvas", "map"),
    )
)
"""Elements of which nothing is shown, their texts included."""


class Opened(msgspec.Struct, frozen=True):
    """An element begins. Names are in small letters, values decoded; an attribute that is there twice counts once."""

    name: str
    attributes: dict[str, str] = {}


class Closed(msgspec.Struct, frozen=True):
    """An element's closing tag."""

    name: str


Token = Opened | Closed | str
"""A string is text between tags, decoded."""


def tokens(source: str) -> Iterator[Token]:
    """The HTML's tags and texts. Comments, declarations and what is never shown are left out."""
    at, length = 0, len(source)
    while at < length:
        tag = source.find("<", at)
        if tag < 0:
            yield unescaped(source[at:])
            return
        if tag > at:
            yield unescaped(source[at:tag])
        found = _TAG.match(source, tag)
        if found is None:
            is_text = not source.startswith(("<!", "<?", "</"), tag)
            if is_text:
                yield "<"
            at = tag + 1 if is_text else _after_comment(source, tag)
            continue
        name = found[1].lower()
        attributes, at = _attributes(source, found.end())
        if at < 0:
            return
        if source[tag + 1] == "/":
            yield Closed(name)
        elif name in UNSHOWN:
            at = _after_element(source, name, at)
        else:
            yield Opened(name, attributes)


def unescaped(text: str) -> str:
    """Entities as characters. Numbers too long to mean one are left as they stand."""
    if "&" not in text:
        return text
    return html.unescape(_LONG_NUMBER.sub("\ufffd", text))


def _attributes(source: str, at: int) -> tuple[dict[str, str], int]:
    """The attributes and where the tag ends; -1 when it never does: then a browser shows nothing from there on."""
    found: dict[str, str] = {}
    while at < len(source):
        between = _BETWEEN.match(source, at)
        at = between.end() if between else at
        if source.startswith(">", at):
            return found, at + 1
        attribute = _ATTRIBUTE.match(source, at)
        if attribute is None:
            at += 1
            continue
        at, value = attribute.end(), ""
        if attribute[2]:
            value, at = _value(source, at)
            if at < 0:
                return found, -1
        if len(found) < _ATTRIBUTES and len(value) <= _VALUE_CHARS:
            found.setdefault(attribute[1].lower()[:60], unescaped(value))
    return found, -1


def _value(source: str, at: int) -> tuple[str, int]:
    quote = source[at : at + 1]
    if quote in ('"', "'"):
        closing = source.find(quote, at + 1)
        return (source[at + 1 : closing], closing + 1) if closing >= 0 else ("", -1)
    bare = _BARE.match(source, at)
    return (bare[0], bare.end()) if bare else ("", at)


def _after_comment(source: str, at: int) -> int:
    """Where a comment, a declaration or a nameless tag ends."""
    if source.startswith("<!--", at):
        end = source.find("-->", at + 2)
        return end + 3 if end >= 0 else len(source)
    end = source.find(">", at)
    return end + 1 if end >= 0 else len(source)


def _after_element(source: str, name: str, at: int) -> int:
    closing = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.IGNORECASE).search(source, at)
    if closing is None:
        return len(source)
    end = source.find(">", closing.end())
    return end + 1 if end >= 0 else len(source)
