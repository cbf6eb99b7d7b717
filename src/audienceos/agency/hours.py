"""Time as the agency works: how much of it lies between two moments, and when an amount of it has passed.

    hours = Hours.of({"start": "09:00", "end": "17:30", "days": ["mon", "tue"]}, ZoneInfo("Europe/Berlin"))
    worked(hours, asked_at, answered_at)          # a timedelta
    after(hours, asked_at, timedelta(hours=8))    # the moment at which eight working hours have passed

Clock times are the agency's own, so a shift over the night in which clocks change is an hour shorter or longer. An
end before the start lies on the next day, and the shift belongs to the day that it began on. Without hours the agency
works around the clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
NOTHING = timedelta()


class Hours(NamedTuple):
    """When the agency works. `days` are numbers of weekdays on which a shift begins, Monday 0."""

    start: time
    end: time
    days: frozenset[int]
    zone: ZoneInfo

    @classmethod
    def of(cls, said: Mapping[str, Any] | None, zone: ZoneInfo) -> Hours | None:
        """As the agency's `business_hours` say it; None for around the clock."""
        if not said:
            return None
        days = frozenset(WEEK.index(day) for day in said.get("days") or WEEK[:5])
        return cls(time.fromisoformat(said["start"]), time.fromisoformat(said["end"]), days, zone)

    def shift(self, day: date) -> tuple[datetime, datetime]:
        """The shift that begins on that day, in UTC."""
        last = day + DAY if self.end <= self.start else day
        begins = datetime.combine(day, self.start, self.zone)
        ends = datetime.combine(last, self.end, self.zone)
        return begins.astimezone(UTC), ends.astimezone(UTC)

    def shifts(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Every shift that ends after the moment, in order, without end."""
        day = moment.astimezone(self.zone).date() - DAY  # last night's may still run
        while True:
            if day.weekday() in self.days:
                begins, ends = self.shift(day)
                if ends > moment:
                    yield begins, ends
            day += DAY


def worked(hours: Hours | None, since: datetime, until: datetime) -> timedelta:
    """Working time between the two moments; nothing where the second isn't later."""
    if until <= since:
        return NOTHING
    if hours is None:
        return until - since
    passed = NOTHING
    for begins, ends in hours.shifts(since):
        if begins >= until:
            break
        passed += max(NOTHING, min(ends, until) - max(begins, since))
    return passed


def after(hours: Hours | None, since: datetime, amount: timedelta) -> datetime:
    """The first moment at which so much working time has passed since then."""
    if hours is None or amount <= NOTHING:
        return since + max(amount, NOTHING)
    left = amount
    for begins, ends in hours.shifts(since):
        first = max(begins, since)
        if first + left <= ends:
            return first + left
        left -= max(NOTHING, ends - first)
    raise AssertionError("shifts never end")
