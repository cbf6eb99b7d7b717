"""What the palette asks of the rooms: of what they keep, what has these words in its name?"""

from __future__ import annotations

from typing import Protocol

import msgspec

from audienceos.platform.db.database import Lane


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was found, and the way to it."""

    name: str
    route: str
    """The name of its page's route; `parts` fill the holes of the address."""
    parts: dict[str, str]
    beside: str = ""
    """What tells it from others of the same name: a stage, a number."""
    health: str = ""


class Finder(Protocol):
    """A room's answer: at most `most` things that the lane's actor may see, the likeliest first."""

    async def __call__(self, lane: Lane, sought: str, most: int, /) -> list[Found]: ...


class Finding(msgspec.Struct, frozen=True):
    """A room's finder, under the heading and with the sign of its things."""

    heading: str
    glyph: str
    find: Finder


_findings: list[Finding] = []


def answer_finding(finding: Finding) -> None:
    """Register a room's finder, once a process."""
    if finding not in _findings:
        _findings.append(finding)


def findings() -> list[Finding]:
    """Every room's finder, in the order of the rooms."""
    return _findings
