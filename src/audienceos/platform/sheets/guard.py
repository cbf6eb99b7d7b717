"""Keeping a text from becoming a formula when a spreadsheet opens our CSV, and taking the guard off again.

A text is dangerous when it begins with one of = + - @ tab CR. One apostrophe in front makes it a text. So
that nothing is lost on the way back, a text that already has apostrophes before such a character gets one
more: then taking exactly one off is the inverse for every text there is.
"""

from __future__ import annotations

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(text: str) -> str:
    """The text as it may stand in a cell: with an apostrophe before it where a spreadsheet would calculate."""
    return "'" + text if _DANGEROUS.match(text) else text


def unguarded(text: str) -> str:
    """The text without the apostrophe that `guarded` put there; `unguarded(guarded(t)) == t` for every t."""
    return text[1:] if _GUARDED.match(text) else text
