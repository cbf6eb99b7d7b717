"""What goes into the judgement of a thread, and what comes out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

Side = Literal["us", "them"]
Code = Literal[
    "asks_question",
    "requests_action",
    "complaint",
    "new_thread",
    "new_content",
    "acknowledgement_only",
    "for_information",
    "withdrawn",
    "among_themselves",
    "only_in_copy",
    "automatic_reply",
    "bulk",
    "we_promised",
    "we_asked",
    "they_promised",
    "answered",
    "person_said",
]
"""Why a thread waits for us (the first five, and `we_promised`) or doesn't."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a thread."""

    id: str
    at: datetime
    """When it was received or sent, with a zone."""
    inbound: bool
    author: str
    """The name that is shown."""
    person: str | None = None
    """Our user's id, where it is known."""
    text: str
    """What was newly said: quotes and signature are cut already."""
    automatic: str | None = None
    """Why no human wrote it: `auto-submitted`, `newsletter`, `bounce`, `calendar`, `bot`; None for a human."""
    addressed: bool = True
    """False where we only got a copy."""


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said of the thread. It holds until the next message of a human from outside."""

    needs_reply: bool
    at: datetime
    by: str | None = None
    """The name of who said so."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One thing seen, and where."""

    code: Code
    quote: str
    """The sentence it was seen in; empty where nothing was said, as when a person decided."""
    turn_id: str | None


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody said they would do."""

    by: Side
    owner: str
    """The name of who said it."""
    person: str | None
    """Our user's id, where it is known."""
    quote: str
    due: date | None
    """The last day of what was named, in the agency's zone; None where no time was named."""
    said_at: datetime
    turn_id: str
    kept: bool
    """Whether that side has said something of substance since."""
    replaced: bool = False
    """Whether that side has promised anew since, so that this one no longer counts."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits for it."""
        return not (self.kept or self.replaced)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether somebody waits for us, since when, and why we think so."""

    needs_reply: bool
    since: datetime | None
    """When the first unanswered message of the run came; where nobody asked, when we promised. None if nobody waits."""
    turn_id: str | None
    """That message."""
    reasons: tuple[Reason, ...]
    promises: tuple[Promise, ...]
    overdue: bool = False
    """Whether the last day that we named is over, in the agency's zone. Says nothing of waits without a named day."""

    @property
    def due(self) -> date | None:
        """The last day that we named in an open promise; None where we named none."""
        named = [p.due for p in self.promises if p.by == "us" and p.is_open and p.due]
        return min(named, default=None)
