"""Whether something is told to a person beyond their inbox, and when: one pure function.

Quiet hours and digests are times on the wall of the person's zone, whatever the clocks do there in spring and autumn.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from audienceos.agency.preferences import Preferences
from audienceos.notifications.rules import Kind, Urgency

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Way = Literal["nowhere", "inbox", "held", "digest", "send"]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be told, and what is so of the person now."""

    is_active: bool
    sees: bool
    kind: Kind
    is_muted: bool
    """Whether its client is one that the person has muted."""
    urgency: Urgency
    came_at: datetime


class Decision(msgspec.Struct, frozen=True):
    """Where it goes. Held and in a digest it waits until `at`."""

    way: Way
    at: datetime | None = None


def decide(case: Case, wishes: Preferences, now: datetime) -> Decision:
    """The order: may the person know, do they want this kind, is the client muted, are these quiet hours, is there a
    digest. What is critical waits for neither of the last two, and passes no mute.

    Asked again when a wait is over, it says the same of the wishes of that moment.
    """
    if not (case.is_active and case.sees):
        return Decision("nowhere")
    if not wants(case.kind, wishes) or case.is_muted:
        return Decision("inbox")
    if case.urgency == "critical" or case.kind == "test":
        return Decision("send")
    free = after_quiet(case.came_at, wishes)
    if wishes.digest_mode == "none":
        at, way = free, "held"
    else:
        at, way = after_quiet(next_digest(free, wishes), wishes), "digest"
    at = at if at > now else after_quiet(now, wishes)
    return Decision("send") if at <= now else Decision(way, at)


def wants(kind: Kind, wishes: Preferences) -> bool:
    """Whether the person has this kind mailed."""
    return kind == "test" or bool(getattr(wishes, f"email_{kind}"))


def after_quiet(moment: datetime, wishes: Preferences) -> datetime:
    """The moment itself, or, in quiet hours, their end."""
    zone = ZoneInfo(wishes.timezone)
    start, end = time.fromisoformat(wishes.quiet_hours_start), time.fromisoformat(wishes.quiet_hours_end)
    local = moment.astimezone(zone)
    if not wishes.quiet_hours_enabled or not _within(local.time(), start, end):
        return moment
    return next(at for at in _showing(local, end, zone) if at > moment)


def next_digest(moment: datetime, wishes: Preferences) -> datetime:
    """The first digest at that moment or after it: on each of the person's days, or weekly on the first of them."""
    zone = ZoneInfo(wishes.timezone)
    days = wishes.digest_days[:1] if wishes.digest_mode == "weekly" else wishes.digest_days
    local = moment.astimezone(zone)
    for ahead in range(9):
        day = local.date() + timedelta(days=ahead)
        at = shown_at(datetime.combine(day, time.fromisoformat(wishes.digest_time)), zone)
        if DAYS[day.weekday()] in days and at >= moment:
            return at
    raise LookupError("a week without a digest's day")


def shown_at(wall: datetime, zone: ZoneInfo, *, again: bool = False) -> datetime:
    """When the clock of that zone first shows this time, or `again` in autumn. A time that it jumps over in spring is
    the moment after the jump."""
    moment = wall.replace(tzinfo=zone, fold=int(again)).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    moment = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while moment.astimezone(zone).replace(tzinfo=None) < wall:
        moment += timedelta(minutes=1)
    return moment


def _showing(local: datetime, end: time, zone: ZoneInfo) -> list[datetime]:
    """The moments of that day and the next at which the clock shows that time, in order; in autumn there are three."""
    days = (local.date(), local.date() + timedelta(days=1))
    walls = [datetime.combine(day, end) for day in days]
    return sorted(shown_at(wall, zone, again=again) for wall in walls for again in (False, True))


def _within(wall: time, start: time, end: time) -> bool:
    return start <= wall < end if start < end else wall >= start or wall < end
