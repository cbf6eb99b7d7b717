"""How far a channel is read, and what the next request to Slack is: pure, and kept as JSON with the source.

A pass goes from the newest message down to where it is to end; the place moves only once it got there. Threads are read
after it: those whose first message says that there are other answers than were read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from audienceos.platform.db.base import Json
from audienceos.providers.slack.shapes import Said, moment_of

DAILY = timedelta(hours=20)
"""After which an app that may ask once a minute looks at everything again."""
Step = Literal["page", "thread", "none"]


class Due(msgspec.Struct, omit_defaults=True):
    """A thread that is to be read."""

    latest: str
    count: int
    cursor: str = ""
    after: str = ""
    """Its last message on the pages before."""
    is_old: bool = False
    """Met by the first pass: what it says is no news."""


class Place(msgspec.Struct, omit_defaults=True):
    """How far one channel is read."""

    link: str = ""
    """Which link it is read for: linked anew, it is read anew."""
    to: str = ""
    """All until then is in; empty before the first pass is through."""
    since: str = ""
    """Where the pass under way ends; empty while none is."""
    at: str = ""
    """How far down it got; empty before its first page."""
    top: str = ""
    """The newest message that it met."""
    is_whole: bool = False
    """Whether it looks at all the days that are kept in view, and not only at what is new."""
    looked: str = ""
    """When such a look was through."""
    threads: dict[str, tuple[str, int]] = {}
    """What was read of each thread: its newest answer and how many."""
    due: dict[str, Due] = {}
    error: str = ""
    """Why it can't be read, in words."""


def place_of(kept: object, link: str) -> Place:
    """The place as it was kept; a fresh one for another link."""
    place = msgspec.convert(kept or {}, Place)
    return place if place.link == link else Place(link=link)


def kept(place: Place) -> Json:
    """The place as it is kept."""
    return msgspec.to_builtins(place)


def begin(place: Place, *, now: datetime, days: int, is_fast: bool) -> None:
    """Begin a pass, unless one is under way: over all the days in view, or from where the last one ended."""
    if place.since:
        return
    whole = now - timedelta(days=days)
    looked = datetime.fromisoformat(place.looked) if place.looked else None
    place.is_whole = not place.to or is_fast or looked is None or now - looked > DAILY
    place.since = stamp(whole) if place.is_whole else max(place.to, stamp(whole))
    place.at = place.top = ""
    place.threads = {root: read for root, read in place.threads.items() if root > stamp(whole)}


def next_step(place: Place) -> Step:
    """What is to be asked next."""
    return "page" if place.since else "thread" if place.due else "none"


def after_page(place: Place, said: Sequence[Said], *, lowest: str, more: bool, now: datetime) -> None:
    """A page was taken in: `lowest` is the oldest item on it, whatever that was."""
    place.top = max(place.top, *(one.ts for one in said), place.to) if said else max(place.top, place.to)
    for one in said:
        read = (one.latest_reply, one.reply_count)
        if one.reply_count and not one.is_reply and place.threads.get(one.ts) != read:
            place.due[one.ts] = Due(*read, is_old=not place.to)
    if more and lowest:
        place.at = lowest
        return
    place.to = max(place.top, place.since)
    if place.is_whole:
        place.looked = now.isoformat()
    place.since = place.at = place.top = ""


def after_replies(place: Place, root: str, said: Sequence[Said], cursor: str) -> None:
    """A page of a thread was taken in."""
    due = place.due[root]
    if cursor:
        due.cursor, due.after = cursor, max((one.ts for one in said), default=due.after)
        return
    place.threads[root] = (due.latest, due.count)
    del place.due[root]


def gone(kept: Iterable[tuple[str, str]], there: Iterable[str], *, thread: str) -> list[str]:
    """Of what is kept of a stretch of the channel, or of that thread, what isn't there any more: by `ts`.

    `kept` are names of messages and of their threads; what stands in a thread is not looked for in the channel.
    """
    present = set(there)
    found: list[str] = []
    for name, branch in kept:
        ts, root = name.partition(":")[2], branch.partition(":")[2]
        is_reply = bool(root) and root != ts
        is_here = root == thread and is_reply if thread else not is_reply
        if is_here and ts not in present and moment_of(ts) is not None:
            found.append(ts)
    return found


def stamp(moment: datetime) -> str:
    """A moment as Slack's time."""
    return f"{moment.timestamp():.6f}"
