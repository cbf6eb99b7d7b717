"""What the rules see in facts, at their limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from audienceos.agency.pipeline import Thresholds
from audienceos.alerts.detectors.clients import inactive, overdue_tasks, stuck
from audienceos.alerts.detectors.machinery import UnsentMail, failed_imports, unsent_mails
from audienceos.alerts.detectors.tickets import backlogs, critical_tickets, overdue_tickets, rushes
from audienceos.clients.queries.watched import FailedImport, OverdueTask
from tests.alerts.facts import GROUND, NOW, OXBOW, PIPELINE, a_client, a_ticket, ago


def severities(found: list[Any]) -> list[tuple[str, float]]:
    return [(one.severity, float(one.confidence)) for one in found]


@pytest.mark.parametrize(
    ("days", "severity"),
    [(0, None), (6, None), (7, "medium"), (8, "medium"), (13, "medium"), (14, "high"), (90, "high")],
)
def test_a_stage_is_too_long_from_the_days_of_its_limits_on(days: int, severity: str | None) -> None:
    found = stuck([a_client(stage_entered_at=ago(days=days))], GROUND)
    assert severities(found) == ([(severity, 0.9)] if severity else [])


def test_the_limits_of_stages_are_the_agencys() -> None:
    ground = msgspec.structs.replace(
        GROUND, pipeline=msgspec.structs.replace(PIPELINE, thresholds=Thresholds(3, 5))
    )
    clients = [a_client(id=UUID(int=days), stage_entered_at=ago(days=days)) for days in (2, 3, 4, 5)]
    assert severities(stuck(clients, ground)) == [("medium", 0.9), ("medium", 0.9), ("high", 0.9)]


@pytest.mark.parametrize("stage", ["Live", "Off-Boarding"])
def test_time_isnt_judged_where_no_clock_runs(stage: str) -> None:
    assert stuck([a_client(stage=stage, stage_entered_at=ago(days=99))], GROUND) == []


def test_days_are_midnights_of_the_agencys_zone() -> None:
    just_before = datetime(2026, 7, 7, 21, 59, tzinfo=UTC)  # a minute to midnight in Berlin
    after = just_before + timedelta(minutes=2)
    assert len(stuck([a_client(stage_entered_at=just_before)], GROUND)) == 1
    assert stuck([a_client(stage_entered_at=after + timedelta(days=1))], GROUND) == []
    assert stuck([a_client(stage_entered_at=after)], GROUND)[0].numbers["days in stage"] == 7


def test_what_a_stage_asks_for_is_done_so_the_next_is_suggested() -> None:
    done = a_client(stage_entered_at=ago(days=9), open_in_stage=0, done_in_stage=3)
    suggestion = stuck([done], GROUND)[0].suggestions[0]
    assert (suggestion.kind, suggestion.params["to_stage"], suggestion.is_sensitive) == (
        "move_stage",
        "Installation",
        True,
    )


@pytest.mark.parametrize(
    ("stage", "still_open", "done"),
    [("Onboarding", 1, 3), ("Onboarding", 0, 0), ("Needs Support", 0, 3), ("Gone", 0, 3)],
)
def test_else_a_task_is(stage: str, still_open: int, done: int) -> None:
    client = a_client(stage=stage, stage_entered_at=ago(days=9), open_in_stage=still_open, done_in_stage=done)
    assert stuck([client], GROUND)[0].suggestions[0].kind == "create_task"


@pytest.mark.parametrize(
    ("days", "severity"), [(6, None), (7, None), (8, "medium"), (14, "medium"), (15, "high")]
)
def test_more_than_a_week_of_silence_is_inactivity(days: int, severity: str | None) -> None:
    found = inactive([a_client(last_activity_at=ago(days=days))], GROUND)
    assert severities(found) == ([(severity, 0.85)] if severity else [])


@pytest.mark.parametrize(("days", "count"), [(6, 0), (7, 0), (8, 1)])
def test_a_client_is_silent_only_once_it_has_been_here_for_a_week(days: int, count: int) -> None:
    client = a_client(created_at=ago(days=days), last_activity_at=ago(days=300))
    assert len(inactive([client], GROUND)) == count


def test_a_detection_names_the_rows_that_it_rests_on() -> None:
    in_stage = stuck([a_client(stage_entered_at=ago(days=9))], GROUND)[0].evidence[0]
    silent = inactive([a_client(last_activity_at=ago(days=9))], GROUND)[0].evidence[0]
    assert (in_stage.kind, in_stage.id, in_stage.numbers) == ("stage_event", str(UUID(int=7)), {"days": 9})
    assert (silent.kind, silent.id, silent.numbers) == ("event", str(UUID(int=8)), {"days": 9})


def _task(number: int, days_late: int, client_id: UUID = OXBOW) -> OverdueTask:
    return OverdueTask(UUID(int=number), client_id, "Oxbow", "Call", GROUND.today - timedelta(days=days_late))


@pytest.mark.parametrize(
    ("days", "severity"), [(-1, None), (0, None), (1, "medium"), (6, "medium"), (7, "high")]
)
def test_a_task_is_late_from_the_day_after_its_day_on(days: int, severity: str | None) -> None:
    found = overdue_tasks([_task(1, days)], GROUND)
    assert severities(found) == ([(severity, 0.95)] if severity else [])


def test_the_late_tasks_of_a_client_are_one_detection_and_each_its_evidence() -> None:
    found = overdue_tasks([_task(1, 2), _task(2, 3, UUID(int=2)), _task(3, 9)], GROUND)
    assert [(one.client_id, one.title, [row.id for row in one.evidence]) for one in found] == [
        (OXBOW, "2 tasks overdue", [str(UUID(int=3)), str(UUID(int=1))]),
        (UUID(int=2), "1 task overdue", [str(UUID(int=2))]),
    ]
    assert found[0].severity == "high"


@pytest.mark.parametrize(("minutes", "count"), [(239, 0), (240, 0), (241, 1)])
def test_a_critical_ticket_may_be_open_for_four_hours(minutes: int, count: int) -> None:
    tickets = [a_ticket(priority="critical", created_at=ago(minutes=minutes))]
    found = critical_tickets(tickets, GROUND)
    assert severities(found) == [("critical", 0.95)] * count
    assert critical_tickets([a_ticket(priority="high", created_at=ago(days=9))], GROUND) == []


@pytest.mark.parametrize(
    ("count", "severity"), [(5, None), (6, "medium"), (10, "medium"), (11, "high"), (30, "high")]
)
def test_more_than_five_open_tickets_are_a_backlog(count: int, severity: str | None) -> None:
    found = backlogs([a_ticket(number) for number in range(count)], GROUND)
    assert severities(found) == ([(severity, 0.8)] if severity else [])
    assert [len(one.evidence) for one in found] == ([min(count, 20)] if severity else [])


@pytest.mark.parametrize(
    ("count", "minutes", "severity"),
    [(20, 5, None), (21, 5, "medium"), (40, 59, "medium"), (41, 59, "high"), (90, 60, None)],
)
def test_more_than_twenty_new_tickets_within_an_hour_are_a_rush(
    count: int, minutes: int, severity: str | None
) -> None:
    tickets = [
        a_ticket(number, client_id=UUID(int=number % 3), created_at=ago(minutes=minutes))
        for number in range(count)
    ]
    found = rushes([*tickets, a_ticket(99, created_at=ago(days=1))], GROUND)
    assert severities(found) == ([(severity, 0.9)] if severity else [])
    assert [(one.client_id, one.numbers["new tickets"]) for one in found] == (
        [(None, count)] if severity else []
    )


@pytest.mark.parametrize(("days", "severity"), [(0, None), (1, "medium"), (7, "high")])
def test_a_ticket_is_late_from_the_day_after_its_day_on(days: int, severity: str | None) -> None:
    found = overdue_tickets([a_ticket(due_date=GROUND.today - timedelta(days=days)), a_ticket(2)], GROUND)
    assert severities(found) == ([(severity, 0.95)] if severity else [])


@pytest.mark.parametrize(
    ("status", "failed", "told"),
    [
        ("failed", 0, [("high", 0.95)]),
        ("done", 0, []),
        ("done", 19, [("medium", 0.6)]),
        ("done", 20, [("medium", 0.75)]),
    ],
)
def test_an_import_that_failed_or_refused_a_fifth(status: str, failed: int, told: list[Any]) -> None:
    one = FailedImport(UUID(int=5), "clients.csv", status, None, 100, failed)
    found = failed_imports([one], GROUND)
    assert severities(found) == told
    assert all(one.client_id is None for one in found)


@pytest.mark.parametrize(
    ("attempts", "given_up", "told"),
    [(1, False, ("medium", 0.5)), (2, False, ("medium", 0.5)), (3, False, ("medium", 0.8)), (10, True, ("high", 0.95))],
)  # fmt: skip
def test_mail_that_doesnt_leave_is_one_detection(
    attempts: int, given_up: bool, told: tuple[str, float]
) -> None:
    mails = [
        UnsentMail(UUID(int=1), "invitation", attempts, given_up),
        UnsentMail(UUID(int=2), "x", 1, False),
    ]
    found = unsent_mails(mails, GROUND)
    assert severities(found) == [told]
    assert found[0].key == "unsent_mail"
    assert unsent_mails([], GROUND) == []


def test_the_same_facts_give_the_same_keys_on_another_day() -> None:
    facts = [a_client(stage_entered_at=ago(days=9), last_activity_at=ago(days=9))]
    later = msgspec.structs.replace(GROUND, now=NOW + timedelta(days=20))
    assert [one.key for one in stuck(facts, GROUND)] == [one.key for one in stuck(facts, later)]
    assert [one.key for one in inactive(facts, GROUND)] == [one.key for one in inactive(facts, later)]


def test_titles_fit_their_column() -> None:
    client = a_client(stage="S" * 300, stage_entered_at=ago(days=9), name="N" * 300)
    found = stuck([client], GROUND)[0]
    assert len(found.title) == len(found.suggestions[0].params["name"]) == 200
