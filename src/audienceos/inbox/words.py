"""How messages are told in few words. Pure."""

from __future__ import annotations

import re

from audienceos.platform.mail.reading.quoted import fold

SNIPPET = 200
_MARKS = re.compile(
    r"^\s*(?:(?:re|aw|sv|antw|rif|ref|fwd?|wg|tr|enc|doorst)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
_SPACE = re.compile(r"\s+")


def storable(text: str) -> str:
    """The text as a column holds it: without nulls, and with a mark where half a character stands."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def cut(text: str | None, length: int) -> str:
    """At most that many characters, the last an ellipsis where some were cut; as a column holds it."""
    said = storable(text or "")
    return said if len(said) <= length else said[: length - 1].rstrip() + "…"


def without_marks(subject: str) -> str:
    """A subject without the marks of replies and forwards before it, in several languages."""
    return _MARKS.sub("", subject).strip() or subject.strip()


def begins(text: str) -> str:
    """What was newly said, on one line, as far as a list shows it."""
    said = fold(text[:4000]).said or text[:4000]
    return cut(_SPACE.sub(" ", said).strip(), SNIPPET)
