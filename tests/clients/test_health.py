"""The judgement itself: pure, at its limits, over midnight and daylight saving."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audienceos.agency.pipeline import Thresholds
from audienceos.clients.health import Facts, Health, Signal, is_new_risk, judge
from audienceos.platform.findings import Finding, Level

LIMITS = Thresholds(yellow=7, red=14)
NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
GMT, BERLIN, LA, KIRITIMATI = (
    ZoneInfo("UTC"),
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("America/Los_Angeles"),
    ZoneInfo("Pacific/Kiritimati"),
)


def facts(**given: Any) -> Facts:
    """A client that is all right, but for what is given."""
    usual: dict[str, Any] = {
        "runs_a_clock": True,
        "stage": "Onboarding",
        "stage_entered_at": NOON,
        "last_activity_at": NOON,
        "came_at": NOON - timedelta(days=400),
    }
    return Facts(**(usual | given))


def look(now: datetime = NOON, zone: ZoneInfo = GMT, **given: Any) -> Health:
    """Judge it."""
    return judge(facts(**given), LIMITS, now, zone)


def signal(level: Level, key: str = "1") -> Signal:
    """What another room says."""
    return Signal("tickets", key, level, 1, NOON, "Because")


@pytest.mark.parametrize(
    ("days", "echo", "keys"),
    [
        (14, "watch", ["stage", "silence"]),
        (7, "watch", ["stage", "silence"]),
        (7, "risk", ["tickets.1:stage", "stage", "silence"]),
        (0, "watch", ["tickets.1:stage"]),
    ],
)
def test_what_a_signal_says_again_is_told_once_unless_it_is_graver(
    days: int, echo: Level, keys: list[str]
) -> None:
    judged = look(NOON + timedelta(days=days), signals=(signal(echo, "1:stage"),))
    assert [finding.key for finding in judged.reasons] == keys


def test_what_was_silent_elsewhere_is_green_until_a_week_after_it_came() -> None:
    came: dict[str, Any] = {
        "came_at": NOON,
        "last_activity_at": NOON - timedelta(days=300),
        "runs_a_clock": False,
    }
    assert look(NOON + timedelta(days=6), **came).status == "green"
    assert look(NOON + timedelta(days=7), **came).status == "yellow"


@pytest.mark.parametrize(
    ("days", "status"), [(0, "green"), (6, "green"), (7, "yellow"), (13, "yellow"), (14, "red"), (400, "red")]
)
def test_a_limit_trips_on_the_day_it_is_reached(days: int, status: str) -> None:
    assert look(NOON + timedelta(days=days), last_activity_at=NOON + timedelta(days=days)).status == status


@pytest.mark.parametrize(("days", "status"), [(6, "green"), (7, "yellow"), (14, "yellow"), (400, "yellow")])
def test_silence_is_watched_and_never_more(days: int, status: str) -> None:
    now = NOON + timedelta(days=days)
    assert look(now, stage_entered_at=now).status == status


def test_a_live_client_is_not_judged_by_its_stage() -> None:
    now = NOON + timedelta(days=400)
    assert look(now, runs_a_clock=False, last_activity_at=now).status == "green"


def test_a_day_is_a_midnight_passed_not_24_hours() -> None:
    entered = datetime(2026, 5, 1, 23, 59, tzinfo=UTC)
    just_after = datetime(2026, 5, 8, 0, 1, tzinfo=UTC)
    assert look(just_after, stage_entered_at=entered, last_activity_at=just_after).status == "yellow"
    just_before = datetime(2026, 5, 7, 23, 59, tzinfo=UTC)
    assert look(just_before, stage_entered_at=entered, last_activity_at=just_before).status == "green"


def test_midnight_is_the_agencys() -> None:
    entered = datetime(2026, 5, 1, 9, tzinfo=UTC)  # the 1st in both
    now = datetime(2026, 5, 7, 12, tzinfo=UTC)  # still the 7th in Los Angeles, the 8th on Kiritimati
    assert look(now, LA, stage_entered_at=entered, last_activity_at=now).status == "green"
    assert look(now, KIRITIMATI, stage_entered_at=entered, last_activity_at=now).status == "yellow"


@pytest.mark.parametrize("changed", [date(2026, 3, 29), date(2026, 10, 25)])
def test_daylight_saving_adds_no_day_and_takes_none(changed: date) -> None:
    entered = datetime(changed.year, changed.month, changed.day, tzinfo=BERLIN) - timedelta(
        days=3, minutes=-1
    )
    last = datetime(entered.year, entered.month, entered.day, 23, 59, tzinfo=BERLIN) + timedelta(days=6)
    assert look(last, BERLIN, stage_entered_at=entered, last_activity_at=last).status == "green"
    first = last + timedelta(minutes=2)
    assert look(first, BERLIN, stage_entered_at=entered, last_activity_at=first).status == "yellow"


@pytest.mark.parametrize(("days", "status"), [(0, "green"), (1, "yellow")])
def test_a_task_is_overdue_the_day_after(days: int, status: str) -> None:
    due = NOON.date() - timedelta(days=days)
    assert look(open_due_dates=(due,)).status == status


def test_overdue_tasks_are_one_reason_with_their_number() -> None:
    days = (NOON.date() - timedelta(days=2), NOON.date() - timedelta(days=1), NOON.date())
    (reason,) = look(open_due_dates=days).reasons
    assert (reason.key, reason.evidence["count"], reason.reason) == (
        "tasks",
        2,
        "2 tasks are overdue, since 18 May",
    )


def test_the_worst_signal_counts_and_ok_says_nothing() -> None:
    assert look(signals=(signal("ok"),)).reasons == ()
    assert look(signals=(signal("ok", "1"), signal("watch", "2"))).status == "yellow"
    assert look(signals=(signal("watch", "1"), signal("risk", "2"))).status == "red"


def test_an_admins_word_holds_until_its_moment() -> None:
    until = NOON + timedelta(hours=1)
    given: dict[str, Any] = {"signals": (signal("risk"),), "override_until": until, "override_reason": "Fine"}
    assert look(until - timedelta(seconds=1), **given).status == "green"
    assert look(until, **given).status == "red"


def test_an_admins_word_hides_no_reason() -> None:
    health = look(signals=(signal("risk"),), override_until=NOON + timedelta(days=1), override_reason="Fine")
    assert [reason.key for reason in health.reasons] == ["override", "tickets.1"]


@pytest.mark.parametrize(
    ("known", "found", "is_new"),
    [
        ([], [], False),
        ([], [("a", "risk", 1)], True),
        ([("a", "risk", 1)], [("a", "risk", 1)], False),
        ([("a", "risk", 1)], [("a", "risk", 2)], True),
        ([("a", "risk", 2)], [("a", "risk", 1)], False),
        ([("a", "watch", 1)], [("a", "risk", 1)], True),
        ([("a", "risk", 1)], [("b", "risk", 1)], True),
        ([], [("a", "watch", 9)], False),
    ],
)
def test_a_new_risk_is_one_that_wasnt_known_or_has_grown(
    known: list[tuple[str, Level, int]], found: list[tuple[str, Level, int]], is_new: bool
) -> None:
    def findings(rows: list[tuple[str, Level, int]]) -> list[Finding]:
        return [
            Finding(key=key, level=level, reason="", evidence={"count": count}) for key, level, count in rows
        ]

    assert is_new_risk(findings(known), findings(found)) is is_new


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
zones = st.sampled_from([ZoneInfo("UTC"), GMT, BERLIN, LA, KIRITIMATI, ZoneInfo("America/Santiago")])


@given(
    now=moments,
    zone=zones,
    entered=st.timedeltas(timedelta(0), timedelta(days=30)),
    silent=st.timedeltas(timedelta(0), timedelta(days=30)),
    due=st.lists(st.integers(-20, 20), max_size=3),
    overridden=st.none() | st.timedeltas(timedelta(days=-2), timedelta(days=9)),
)
def test_nothing_changes_before_the_client_is_due_again(
    now: datetime,
    zone: ZoneInfo,
    entered: timedelta,
    silent: timedelta,
    due: list[int],
    overridden: timedelta | None,
) -> None:
    given: dict[str, Any] = {
        "stage_entered_at": now - entered,
        "last_activity_at": now - silent,
        "open_due_dates": tuple(now.astimezone(zone).date() + timedelta(days=days) for days in due),
        "override_until": None if overridden is None else now + overridden,
    }
    health = look(now, zone, **given)
    until = health.due_at or now + timedelta(days=60)
    assert until > now
    for moment in (now + (until - now) / 2, until - timedelta(microseconds=1)):
        assert look(moment, zone, **given).status == health.status
