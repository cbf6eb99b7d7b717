"""A look at an agency: what it raises, leaves, makes worse, brings back and ends."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from audienceos.alerts.actions.looking import agencies_due
from audienceos.alerts.answers import EVALUATE, SETTLED
from audienceos.alerts.jobs import begin_looking
from audienceos.alerts.models import AlertDoubt, AlertWatch
from audienceos.alerts.ports import Rule, register
from audienceos.clients.importing.models import ClientImport
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.findings import Detection
from tests.alerts.given import TODAY, alerts_of, days_later, look, signals_of, stuck_for, the_alert, told
from tests.cast import Player
from tests.clients.given import Row, a, a_client, aged, shown
from tests.tickets.given import a_ticket
from tests.tickets.given import set_back as ticket_set_back


async def test_the_same_condition_looked_at_ten_times_is_one_row(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await stuck_for(database, ines, oxbow, 8)
    for hour in range(10):
        await look(database, ines, hour / 100)
    alert = await the_alert(database, ines)
    assert (alert.rule, alert.type, alert.severity, alert.status, alert.section) == (
        "stuck",
        "risk_detected",
        "medium",
        "active",
        "signals",
    )
    assert (alert.title, alert.confidence) == ("8 days in Onboarding", Decimal("0.90"))
    assert alert.seen_at == TODAY + timedelta(days=9 / 100)
    assert (len(await told(ines, "alert.raised")), len(await told(ines, "alert.updated"))) == (1, 0)


async def test_it_carries_the_rows_that_it_rests_on(database: Database, ines: Player, oxbow: Row) -> None:
    await a(ines, "moves", oxbow, from_stage="Onboarding", to_stage="Installation")
    await stuck_for(database, ines, oxbow, 8)
    await look(database, ines)
    context: Json = (await the_alert(database, ines)).context or {}
    moves = (await ines.get(f"/v1/clients/{oxbow['id']}/moves")).json()["items"]
    assert [(row["kind"], row["id"]) for row in context["evidence"]] == [("stage_event", moves[0]["id"])]
    assert context["numbers"]["days in stage"] == 8


async def test_other_figures_are_written_and_told_quietly(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await stuck_for(database, ines, oxbow, 8)
    await look(database, ines)
    await look(database, ines, 1)
    alert = await the_alert(database, ines)
    assert (alert.title, alert.severity) == ("9 days in Onboarding", "medium")
    assert (len(await told(ines, "alert.updated")), len(await told(ines, "alert.escalated"))) == (1, 0)


async def test_what_has_become_worse_is_told_anew(database: Database, ines: Player, oxbow: Row) -> None:
    await stuck_for(database, ines, oxbow, 13)
    await look(database, ines)
    await look(database, ines, 1)
    alert = await the_alert(database, ines)
    assert (alert.severity, alert.section) == ("high", "critical")
    assert [(row["was"], row["severity"], row["how"]) for row in await told(ines, "alert.escalated")] == [
        ("medium", "high", "worse")
    ]


async def test_when_the_cause_is_gone_it_ends_by_itself(database: Database, ines: Player, oxbow: Row) -> None:
    await stuck_for(database, ines, oxbow, 8)
    await look(database, ines)
    await a(ines, "moves", oxbow, from_stage="Onboarding", to_stage="Live")
    await look(database, ines, 0.1)
    alert = await the_alert(database, ines)
    assert (alert.status, alert.resolved_by) == ("resolved", None)
    assert alert.resolved_at == alert.closed_at == TODAY + timedelta(days=0.1)
    assert [row["how"] for row in await told(ines, "alert.resolved")] == ["by_itself"]


async def test_a_new_occurrence_is_a_new_row(database: Database, ines: Player, oxbow: Row) -> None:
    await stuck_for(database, ines, oxbow, 8)
    await look(database, ines)
    await a(ines, "moves", oxbow, from_stage="Onboarding", to_stage="Installation")
    await look(database, ines, 0.1)
    await look(database, ines, 10)
    rows = [(row.status, row.title) for row in await alerts_of(database, ines) if row.rule == "stuck"]
    assert [status for status, _ in rows] == ["resolved", "active"]


@pytest.mark.parametrize(("days", "level"), [(8, None), (14, "watch")])
async def test_the_clients_health_is_told_of_grave_ones(
    database: Database, ines: Player, oxbow: Row, days: int, level: str | None
) -> None:
    await stuck_for(database, ines, oxbow, days)
    await look(database, ines)
    assert await signals_of(database, ines) == {"active": "ok"} | ({"high:stage": level} if level else {})


async def test_a_critical_alert_turns_its_client_red_and_its_end_lets_it_go(
    database: Database, ines: Player, oxbow: Row
) -> None:
    ticket = await a_ticket(ines, oxbow, priority="critical")
    await ticket_set_back(database, ines, ticket, created_at=TODAY - timedelta(hours=5))
    await look(database, ines)
    reasons = {row["key"]: row["level"] for row in (await shown(ines, oxbow))["health_reasons"]}
    assert reasons["alerts.critical:tickets.critical"] == "risk"
    assert (await the_alert(database, ines)).severity == "critical"
    await ticket_set_back(database, ines, ticket, created_at=TODAY)
    await look(database, ines)
    assert (await shown(ines, oxbow))["health_status"] == "yellow"


async def test_late_tasks_silence_and_a_backlog_are_seen(
    database: Database, ines: Player, oxbow: Row
) -> None:
    yesterday = (TODAY - timedelta(days=1)).date()
    await a(ines, "tasks", oxbow, name="Call", due_date=str(yesterday))
    for number in range(6):
        await a_ticket(ines, oxbow, f"{number}", due_date=str(yesterday))
    silent = await a_client(ines, "Silent")
    await aged(database, ines, oxbow, last_activity_at=TODAY)
    await aged(database, ines, silent, last_activity_at=TODAY - timedelta(days=8), stage_entered_at=TODAY)
    await look(database, ines)
    found = sorted((row.rule, row.title) for row in await alerts_of(database, ines))
    assert found == [
        ("backlog", "6 tickets open at once"),
        ("inactivity", "Nothing for 8 days"),
        ("overdue_tasks", "1 task overdue"),
        ("overdue_tickets", "6 tickets overdue"),
    ]


async def test_archived_and_deleted_clients_are_left_in_peace(database: Database, ines: Player) -> None:
    away, gone = await a_client(ines, "Away"), await a_client(ines, "Gone")
    for client in (away, gone):
        await stuck_for(database, ines, client, 20)
    await look(database, ines)
    await ines.patch(f"/v1/clients/{away['id']}", json={"is_active": False}, version=away["version"])
    assert (await ines.delete(f"/v1/clients/{gone['id']}")).status_code == 204
    await look(database, ines, 0.1)
    assert [row.status for row in await alerts_of(database, ines)] == ["resolved", "resolved"]


async def _an_import(database: Database, player: Player, failed: int) -> None:
    async with database.acting(player.claims) as db:
        made = ClientImport(
            file_name="crm.csv",
            file_size=1,
            source="csv",
            status="done",
            total=100,
            counts={"failed": failed},
            created_by=player.user_id,
            finished_at=TODAY - timedelta(hours=1),
        )
        db.add(made)


@pytest.mark.parametrize(("failed", "alerts", "doubts"), [(19, 0, 1), (20, 1, 0), (0, 0, 0)])
async def test_what_isnt_sure_enough_is_kept_for_tuning_and_told_to_nobody(
    database: Database, ines: Player, failed: int, alerts: int, doubts: int
) -> None:
    await _an_import(database, ines, failed)
    await look(database, ines)
    await look(database, ines, 0.1)
    assert len(await alerts_of(database, ines)) == alerts
    async with database.acting(ines.claims) as db:
        mine = select(AlertDoubt).where(AlertDoubt.agency_id == ines.agency_id)
        kept = [(row.rule, row.confidence, row.times) for row in await db.scalars(mine)]
    assert kept == [("failed_imports", Decimal("0.60"), 2)] * doubts


def _probing(confidence: str) -> Rule:
    """A rule of another room's, which is this sure of everything."""

    def look_at_all(facts: Any, ground: Any) -> list[Detection]:
        return [
            Detection(
                key=f"probe:{one.id}",
                client_id=one.id,
                title="Probed",
                reason="Probed.",
                severity="low",
                confidence=Decimal(confidence),
                evidence=(),
            )
            for one in facts
            if one.name == "Probed"
        ]

    return Rule(
        name="probe", words="Probe", meaning="Ever.", type="kpi_drop", facts="clients", look=look_at_all
    )


@pytest.mark.parametrize(("confidence", "count"), [("0.69", 0), ("0.70", 1)])
async def test_a_rule_of_another_room_speaks_once_it_is_sure_enough(
    database: Database, ines: Player, confidence: str, count: int
) -> None:
    register(_probing(confidence))
    await a_client(ines, "Probed")
    await look(database, ines)
    assert [row.type for row in await alerts_of(database, ines)] == ["kpi_drop"] * count


async def test_an_agency_is_looked_at_each_hour(database: Database, ines: Player, oxbow: Row) -> None:
    await look(database, ines)
    async with database.acting(ines.claims) as db:
        watch = await db.scalar(select(AlertWatch).where(AlertWatch.agency_id == ines.agency_id))
        assert watch is not None
        assert (watch.looked_at, watch.due_at) == (TODAY, TODAY + timedelta(hours=1))


async def test_the_timetable_queues_one_look_for_each_agency_that_is_due(
    database: Database, ines: Player, cleo: Player
) -> None:
    await look(database, ines, -1)
    await look(database, cleo, 1)
    async with database.serving() as db:
        due = await agencies_due(db)
    assert (ines.agency_id in due, cleo.agency_id in due) == (True, False)
    for _ in range(2):
        await begin_looking(database)
    assert len(await _waiting(database, ines)) == 1


async def test_an_agency_that_was_never_looked_at_is_due(database: Database, ines: Player) -> None:
    async with database.serving() as db:
        assert ines.agency_id in await agencies_due(db)


async def test_what_happens_in_a_row_is_looked_at_once_and_a_little_later(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await a(ines, "notes", oxbow, content="Called")
    await a(ines, "notes", oxbow, content="Called again")
    (after,) = await _waiting(database, ines)
    assert after > SETTLED - timedelta(seconds=10)


async def _waiting(database: Database, player: Player) -> list[timedelta]:
    """How long after their making the looks at the agency that wait are due."""
    query = """select execute_after - created from jobs.pgqueuer
                where entrypoint = $1 and headers ->> 'agency_id' = $2 and status = 'queued'"""
    async with database.serving() as db:
        rows = await (await db.raw()).fetch(query, EVALUATE, str(player.agency_id))
    return [row[0] for row in rows]


async def test_nobody_is_looked_at_with_anothers_facts(
    database: Database, ines: Player, cleo: Player, oxbow: Row
) -> None:
    await stuck_for(database, ines, oxbow, 20)
    await look(database, cleo)
    assert await alerts_of(database, cleo) == []
    await look(database, ines)
    assert len(await alerts_of(database, ines)) == 1


async def test_a_rush_of_tickets_is_the_agencys_and_over_within_the_hour(
    database: Database, ines: Player, mia: Player, oxbow: Row
) -> None:
    with days_later(0):
        for _ in range(21):
            await a_ticket(ines, oxbow)
    await look(database, ines, 0.02)
    rush = next(one for one in await alerts_of(database, ines) if one.rule == "ticket_rush")
    assert (rush.title, rush.client_id, rush.status) == ("21 new tickets within an hour", None, "active")
    assert "21 new tickets" in (await ines.get(ines.at(f"/alerts/{rush.id}"))).text
    assert (await mia.get(f"/v1/alerts/{rush.id}")).status_code == 404
    await look(database, ines, 0.05)
    assert [one.status for one in await alerts_of(database, ines) if one.id == rush.id] == ["resolved"]


async def test_two_looks_at_once_raise_it_once(database: Database, ines: Player, oxbow: Row) -> None:
    await stuck_for(database, ines, oxbow, 8)
    await _an_import(database, ines, 50)
    await asyncio.gather(*(look(database, ines) for _ in range(4)))
    assert sorted(row.rule for row in await alerts_of(database, ines)) == ["failed_imports", "stuck"]
    assert len(await told(ines, "alert.raised")) == 2
