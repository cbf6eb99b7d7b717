"""What several detectors share: short words."""

from __future__ import annotations

SHOWN = 20
"""Rows of evidence that an alert carries at most; its numbers count all."""
TITLE = 200


def many(count: int, what: str) -> str:
    """1 task, 12 tasks."""
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"


def cut(text: str) -> str:
    """A title that fits its column."""
    return text if len(text) <= TITLE else f"{text[: TITLE - 1]}…"
