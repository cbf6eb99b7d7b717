"""Whether and when something is told: the order of the decision, on walls in summer, winter and between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from audienceos.agency.preferences import Preferences
from audienceos.notifications.deciding import Case, Decision, decide, next_digest, shown_at

BERLIN = "Europe/Berlin"
QUIET = Preferences(quiet_hours_enabled=True, timezone=BERLIN)
DAILY = Preferences(digest_mode="daily", timezone=BERLIN)
WEEKLY = Preferences(digest_mode="weekly", timezone=BERLIN)
CASE = Case(
    is_active=True,
    sees=True,
    kind="tickets",
    is_muted=False,
    urgency="normal",
    came_at=datetime(2026, 7, 1, tzinfo=UTC),
)


def wall(text: str, *, again: bool = False) -> datetime:
    """A moment by the clock on the wall in Berlin."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN), fold=int(again))
    return local.astimezone(UTC)


def decided(wishes: Preferences, at: str | datetime, **so: Any) -> Decision:
    """What is decided of something that has just come."""
    moment = wall(at) if isinstance(at, str) else at
    return decide(msgspec.structs.replace(CASE, came_at=moment, **so), wishes, moment)


def until(text: str, *, again: bool = False) -> Decision:
    return Decision("held", wall(text, again=again))


def digest(text: str) -> Decision:
    return Decision("digest", wall(text))


NOON = "2026-07-01T12:00"
NIGHT = "2026-07-01T23:00"


def test_by_default_it_is_sent() -> None:
    assert decided(Preferences(), NOON) == Decision("send")


@pytest.mark.parametrize("lost", [{"is_active": False}, {"sees": False}])
def test_who_may_not_know_is_told_nowhere_however_urgent(lost: dict[str, bool]) -> None:
    assert decided(Preferences(), NOON, urgency="critical", **lost) == Decision("nowhere")


@pytest.mark.parametrize("kind", ["work", "clients", "tickets", "alerts", "mentions", "agency"])
def test_a_kind_that_is_off_stays_in_the_inbox_however_urgent(kind: str) -> None:
    off = msgspec.structs.replace(Preferences(), **{f"email_{kind}": False})
    assert decided(off, NOON, kind=kind, urgency="critical") == Decision("inbox")


def test_critical_passes_digest_and_quiet_hours_and_never_a_mute() -> None:
    both = msgspec.structs.replace(QUIET, digest_mode="daily")
    assert decided(both, NIGHT, urgency="critical") == Decision("send")
    assert decided(both, NIGHT, urgency="critical", is_muted=True) == Decision("inbox")


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2026-07-01T21:59", Decision("send")),
        ("2026-07-01T22:00", until("2026-07-02T08:00")),
        ("2026-07-02T00:00", until("2026-07-02T08:00")),
        ("2026-07-02T07:59", until("2026-07-02T08:00")),
        ("2026-07-02T08:00", Decision("send")),
    ],
)
def test_quiet_hours_over_night(at: str, then: Decision) -> None:
    assert decided(QUIET, at) == then


@pytest.mark.parametrize(
    ("at", "then"),
    [("11:59", Decision("send")), ("12:00", until("2026-07-01T14:00")), ("14:00", Decision("send"))],
)
def test_quiet_hours_within_a_day(at: str, then: Decision) -> None:
    nap = msgspec.structs.replace(QUIET, quiet_hours_start="12:00", quiet_hours_end="14:00")
    assert decided(nap, f"2026-07-01T{at}") == then


def test_quiet_hours_are_the_persons_and_not_the_servers() -> None:
    tokyo = msgspec.structs.replace(QUIET, timezone="Asia/Tokyo")
    assert decided(tokyo, datetime(2026, 7, 1, 12, 59, tzinfo=UTC)) == Decision("send")
    assert decided(tokyo, datetime(2026, 7, 1, 13, 0, tzinfo=UTC)).at == datetime(2026, 7, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("evening", "length"), [("2026-03-28T22:00", 9), ("2026-10-24T22:00", 11), ("2026-07-01T22:00", 10)]
)
def test_a_night_ends_at_eight_on_the_wall_also_when_the_clocks_change(evening: str, length: int) -> None:
    held = decided(QUIET, evening)
    assert held.at == wall(evening) + timedelta(hours=length)


def test_an_end_that_the_clock_jumps_over_in_spring_is_the_moment_after_the_jump() -> None:
    short = msgspec.structs.replace(QUIET, quiet_hours_end="02:30")
    assert decided(short, "2026-03-29T01:59") == until("2026-03-29T03:00")
    assert decided(short, "2026-03-29T03:00") == Decision("send")


def test_an_end_that_the_clock_shows_twice_in_autumn_counts_both_times() -> None:
    short = msgspec.structs.replace(QUIET, quiet_hours_end="02:30")
    assert decided(short, "2026-10-25T02:15") == until("2026-10-25T02:30")
    assert decided(short, wall("2026-10-25T02:15", again=True)) == until("2026-10-25T02:30", again=True)


def test_a_daily_digest_gathers_until_its_time_on_the_persons_days() -> None:
    assert decided(DAILY, "2026-07-01T07:59") == digest("2026-07-01T08:00")
    assert decided(DAILY, "2026-07-01T08:01") == digest("2026-07-02T08:00")
    assert decided(DAILY, "2026-07-03T09:00") == digest("2026-07-06T08:00")  # a Friday


def test_a_weekly_digest_comes_on_the_first_of_the_persons_days() -> None:
    assert decided(WEEKLY, "2026-07-01T12:00") == digest("2026-07-06T08:00")
    fridays = msgspec.structs.replace(WEEKLY, digest_days=["fri"])
    assert decided(fridays, "2026-07-01T12:00") == digest("2026-07-03T08:00")


def test_what_quiet_hours_held_goes_into_the_digest_that_stands_at_their_end() -> None:
    both = msgspec.structs.replace(QUIET, digest_mode="daily")
    assert decided(both, "2026-07-01T23:00") == digest("2026-07-02T08:00")


def test_a_digest_within_quiet_hours_waits_for_their_end() -> None:
    early = msgspec.structs.replace(QUIET, digest_mode="daily", digest_time="06:00")
    assert decided(early, "2026-07-01T12:00") == digest("2026-07-02T08:00")


@pytest.mark.parametrize(("day", "offset"), [("2026-03-28", 1), ("2026-03-29", 2), ("2026-10-25", 1)])
def test_a_digest_stands_at_its_time_on_the_wall_also_when_the_clocks_change(day: str, offset: int) -> None:
    always = msgspec.structs.replace(DAILY, digest_days=["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
    at = next_digest(wall(f"{day}T00:00"), always)
    assert at == datetime.fromisoformat(f"{day}T08:00:00+0{offset}:00")


def test_a_time_that_is_jumped_over_is_shown_right_after_the_jump_and_one_shown_twice_the_first_time() -> (
    None
):
    zone = ZoneInfo(BERLIN)
    assert shown_at(datetime(2026, 3, 29, 2, 30), zone) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert shown_at(datetime(2026, 10, 25, 2, 30), zone) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_asked_again_when_the_wait_is_over_it_is_sent() -> None:
    for wishes in (QUIET, DAILY):
        case = msgspec.structs.replace(CASE, came_at=wall(NIGHT))
        waiting = decide(case, wishes, case.came_at)
        assert waiting.at is not None
        assert decide(case, wishes, waiting.at) == Decision("send")


def test_asked_again_late_and_in_quiet_hours_it_is_held_once_more() -> None:
    case = msgspec.structs.replace(CASE, came_at=wall(NOON))
    assert decide(case, QUIET, wall("2026-07-03T23:00")) == until("2026-07-04T08:00")


def test_another_wish_counts_when_it_is_asked_again() -> None:
    case = msgspec.structs.replace(CASE, came_at=wall(NIGHT))
    night = wall("2026-07-02T01:00")
    assert decide(case, msgspec.structs.replace(QUIET, quiet_hours_end="06:00"), night) == until(
        "2026-07-02T06:00"
    )
    assert decide(case, Preferences(), night) == Decision("send")
