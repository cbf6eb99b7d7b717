"""Values of JSON that somebody else wrote: asked for by kind, and empty where they are of another."""

from __future__ import annotations

import re
from typing import Final, cast

_UNKEPT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that a database or a page can't hold."""


def as_object(value: object) -> dict[str, object]:
    """The value if it is an object, else an empty one."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """The value if it is a list, else an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def as_text(value: object, most: int = 1000) -> str:
    """The value if it is a text, without what can't be kept, at most so long; else an empty one."""
    return _UNKEPT.sub("", value[:most]) if isinstance(value, str) else ""


def as_count(value: object) -> int:
    """The value if it is a number that counts something, else 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 53 else 0
