"""One door to the time, so that a test can stop it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _stopped.get() or datetime.now(UTC)


def today_in(zone: tzinfo) -> date:
    """Today's date on the wall of that zone."""
    return now().astimezone(zone).date()


def days_between(earlier: datetime, later: datetime, zone: tzinfo) -> int:
    """Midnights passed in that zone: a difference of local dates, so daylight saving never adds a day."""
    return (later.astimezone(zone).date() - earlier.astimezone(zone).date()).days


@contextmanager
def stopped_at(moment: datetime) -> Generator[None]:
    """Within the block the time stands still at `moment` (this task and those it starts)."""
    mark = _stopped.set(moment)
    try:
        yield
    finally:
        _stopped.reset(mark)
