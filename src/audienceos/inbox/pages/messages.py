"""A conversation's messages as they are read: by days, with old mail folded and what is new marked off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import Markup, escape

from audienceos.inbox.queries.comments import CommentView
from audienceos.inbox.queries.messages import MessageView
from audienceos.platform.mail.reading.quoted import fold

_ADDRESS = re.compile(r"https?://[^\s<>\"'`]+", re.IGNORECASE)
_AFTER = ".,;:!?)]}…»”’"
"""What ends a sentence or a bracket rather than an address."""
_LINK = Markup(
    '<a class="link break-all" href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>'
)


class Line(msgspec.Struct, frozen=True):
    """A message or a comment for the team, and what stands above it."""

    message: MessageView | None
    said: Markup
    quoted: Markup = Markup()
    """The history and signature below what was newly said; empty where there are none."""
    comment: CommentView | None = None
    day: str = ""
    """The day that begins with it."""
    is_first_new: bool = False
    """Whether what the reader has not seen yet begins with it."""


def lines_of(
    said: Iterable[MessageView | CommentView], zone: ZoneInfo, today: date, seen_at: datetime | None
) -> list[Line]:
    """Messages and comments in the order of their moments. What came after `seen_at` from outside is new; without it
    nothing is marked.
    """
    return list(_lines(sorted(said, key=_at), zone, today, seen_at))


def linked(text: str) -> Markup:
    """Plain text as HTML: all of it escaped, addresses of the web become links. Lines break as the style sheet says."""
    made, at = Markup(), 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_AFTER)
        made += escape(text[at : found.start()]) + _LINK.format(address)
        at = found.start() + len(address)
    return made + escape(text[at:])


def day_words(day: date, today: date) -> str:
    """Today, Yesterday, Thursday 12 March; of another year with the year."""
    if day in (today, today - timedelta(days=1)):
        return "Today" if day == today else "Yesterday"
    said = f"{day:%A} {day.day} {day:%B}"
    return said if day.year == today.year else f"{said} {day.year}"


def _lines(
    said: Iterable[MessageView | CommentView], zone: ZoneInfo, today: date, seen_at: datetime | None
) -> Iterator[Line]:
    before: date | None = None
    is_marked = seen_at is None
    for one in said:
        day = _at(one).astimezone(zone).date()
        above = day_words(day, today) if day != before else ""
        before = day
        if isinstance(one, CommentView):
            yield Line(message=None, said=linked(one.content), comment=one, day=above)
            continue
        is_new = not is_marked and one.is_inbound and seen_at is not None and one.received_at > seen_at
        is_marked = is_marked or is_new
        words, below = _parted(one)
        yield Line(message=one, said=linked(words), quoted=linked(below), day=above, is_first_new=is_new)


def _at(one: MessageView | CommentView) -> datetime:
    return one.created_at if isinstance(one, CommentView) else one.received_at


def _parted(message: MessageView) -> tuple[str, str]:
    """What was newly said, and what stands around it. A mail that holds history alone is all said."""
    if message.platform != "gmail":
        return message.content.strip("\n"), ""
    parts = fold(message.content)
    below = (parts.signature + parts.quoted) if parts.is_signed_above else (parts.quoted + parts.signature)
    if not parts.said.strip():
        return message.content.strip("\n"), ""
    return parts.said.strip("\n"), below.strip("\n")
