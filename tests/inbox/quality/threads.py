"""The labelled threads, as they are written down in the `.txt` files beside this one.

    == h007 en mail no since=1 p=them:2026-03-03
    < Maya Lindt: Could you send the logo?
    > +1d Oscar Brandt: I'll send it tomorrow.

The head has the thread's name, language, style and label; `since` is the number of the turn that waits, and `p` lists
the promises with their days: `!` for kept, `x` for replaced, `?` for no day, `-` for none. `>` comes from outside, with
`>cc` only as a copy, and any other word says why no human wrote it. A turn follows two hours after the one before it, or
as much later as it says. The first is written on Monday 2 March 2026 at 9:30 in Berlin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from audienceos.inbox.waiting import Turn

FOLDER = Path(__file__).parent
ZONE = ZoneInfo("Europe/Berlin")
FIRST = datetime(2026, 3, 2, 9, 30, tzinfo=ZONE)
APART = timedelta(hours=2)
TURN = re.compile(r"([<>])([\w-]*) (?:\+(\d+)([dh]) )?([^:]+): (.*)")

Half = Literal["tuning", "held_out", "hard"]


class Labelled(msgspec.Struct, frozen=True, kw_only=True):
    """A thread and what a reader says of it."""

    name: str
    language: str
    style: str
    needs_reply: bool
    since: int | None
    """The number of the turn that waits, from 1; None where that isn't labelled."""
    promises: tuple[str, ...] | None
    """As `told` writes them; None where they aren't labelled."""
    turns: tuple[Turn, ...]

    @property
    def ends(self) -> datetime:
        """When its last turn was written."""
        return self.turns[-1].at


def labelled(half: Half) -> list[Labelled]:
    """All threads of one part, in the order in which they are written down."""
    return [thread for path in sorted(FOLDER.glob(f"{half}_*.txt")) for thread in _threads(path.read_text())]


def _threads(text: str) -> Iterator[Labelled]:
    for block in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        head, *lines = block.strip().splitlines()
        yield _thread(head.split(), lines)


def _thread(head: list[str], lines: list[str]) -> Labelled:
    name, language, style, label, *more = head
    assert label in ("yes", "no"), name
    marks = dict(mark.split("=") for mark in more)
    turns: list[Turn] = []
    for line in lines:
        turns.append(_turn(line, f"{name}.{len(turns) + 1}", turns[-1].at if turns else FIRST - APART))
    promises = marks.get("p")
    return Labelled(
        name=name,
        language=language,
        style=style,
        needs_reply=label == "yes",
        since=int(marks["since"]) if "since" in marks else None,
        promises=None if promises is None else tuple(said for said in promises.split(",") if said != "-"),
        turns=tuple(turns),
    )


def _turn(line: str, name: str, before: datetime) -> Turn:
    found = TURN.fullmatch(line)
    assert found, f"{name}: {line}"
    side, how, count, unit, author, text = found.groups()
    later = timedelta(days=int(count)) if unit == "d" else timedelta(hours=int(count)) if count else APART
    return Turn(
        id=name,
        at=before + later,
        inbound=side == ">",
        author=author,
        person=None if side == ">" else author,
        text=text.replace("\\n", "\n"),
        automatic=how if how and how != "cc" else None,
        addressed=how != "cc",
    )
