"""How well a connection stands: a pure judgement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from audienceos.connections.health import Standing, health_of

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def standing(
    *,
    is_lost: bool = False,
    ends_quietly: bool = False,
    expires_in: timedelta | None = None,
    read: timedelta | None = HOUR,
    outcomes: tuple[str, ...] = ("done",),
) -> Standing:
    return Standing(
        is_lost=is_lost,
        ends_quietly=ends_quietly,
        expires_at=NOW + expires_in if expires_in is not None else None,
        last_success=NOW - read if read is not None else None,
        outcomes=outcomes,
    )


@pytest.mark.parametrize(
    ("given", "score"),
    [
        (standing(), 100),
        (standing(is_lost=True), 60),
        (standing(expires_in=-HOUR), 100),  # it is renewed as it is used
        (standing(ends_quietly=True, expires_in=-HOUR), 60),
        (standing(ends_quietly=True, expires_in=7 * DAY), 60),
        (standing(ends_quietly=True, expires_in=8 * DAY), 100),
        (standing(outcomes=("failed", "done")), 80),
        (standing(outcomes=("failed",) * 20, read=None), 40),
        (standing(outcomes=("done",) * 20 + ("failed",) * 20), 100),
        (standing(outcomes=("running",), read=None), 100),
        (standing(read=2 * HOUR), 100),
        (standing(read=2 * HOUR + timedelta(seconds=1)), 80),
        (standing(outcomes=(), read=None), 100),
        (standing(is_lost=True, outcomes=("failed",) * 3, read=None), 0),
    ],
)
def test_what_is_wrong_is_taken_off(given: Standing, score: int) -> None:
    assert health_of(given, NOW).score == score


def test_each_reason_is_told() -> None:
    given = standing(is_lost=True, outcomes=("failed", "done"), read=3 * HOUR)
    assert health_of(given, NOW).reasons == (
        "The service took the grant back",
        "1 of the last 2 readings failed",
        "Nothing was read successfully for more than 2 hours",
    )
