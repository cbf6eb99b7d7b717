"""How well a connection stands, from 0 to 100, and why not better: a pure function, without database or clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

CADENCE = timedelta(hours=1)
"""How often what is connected is read."""
NEAR_END = timedelta(days=7)
RUNS = 20
GRANT, FAILING, STALE = 40, 40, 20
"""What is taken off: for a grant that is over or near its end, at most for failures, for what is old."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is judged."""

    is_lost: bool
    ends_quietly: bool
    """Whether nothing renews the grant once it is over."""
    expires_at: datetime | None
    last_success: datetime | None
    outcomes: Sequence[str] = ()
    """Of the last readings, the newest first."""


class Health(msgspec.Struct, frozen=True):
    """The judgement."""

    score: int
    reasons: tuple[str, ...]


def health_of(standing: Standing, now: datetime) -> Health:
    """100, less what is wrong; each with its reason."""
    score, reasons = 100, list[str]()
    if said := _grant(standing, now):
        score -= GRANT
        reasons.append(said)
    ended = [outcome for outcome in standing.outcomes[:RUNS] if outcome != "running"]
    failed = sum(outcome == "failed" for outcome in ended)
    if failed:
        score -= max(1, round(FAILING * failed / len(ended)))
        reasons.append(f"{failed} of the last {len(ended)} readings failed")
    if ended and (standing.last_success is None or now - standing.last_success > 2 * CADENCE):
        score -= STALE
        reasons.append("Nothing was read successfully for more than 2 hours")
    return Health(max(0, score), tuple(reasons))


def _grant(standing: Standing, now: datetime) -> str | None:
    if standing.is_lost:
        return "The service took the grant back"
    if not standing.ends_quietly or standing.expires_at is None:
        return None
    if standing.expires_at <= now:
        return "The grant is over"
    left = standing.expires_at - now
    return f"The grant ends in {left.days} days" if left <= NEAR_END else None
