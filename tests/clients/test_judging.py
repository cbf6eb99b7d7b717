"""Health is kept true: by what people do, by time alone, and by what the agency sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from audienceos.clients.actions.sweeping import agencies_due
from audienceos.clients.answers import limits_changed
from audienceos.clients.jobs import JUDGE, begin_judging, judge_due
from audienceos.clients.models import Client
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a, a_client, aged, shown


def days_ago(days: int) -> datetime:
    """That long before now."""
    return datetime.now(UTC) - timedelta(days=days)


async def sweep(database: Database, player: Player) -> None:
    """What the worker does for the agency."""
    await judge_due(database, system_of(player.agency_id), {})


async def test_a_client_whose_days_pass_is_judged_by_the_sweep(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await aged(database, ines, oxbow, stage_entered_at=days_ago(7))
    await sweep(database, ines)
    assert (await shown(ines, oxbow))["health_status"] == "yellow"
    await aged(database, ines, oxbow, stage_entered_at=days_ago(14))
    await sweep(database, ines)
    assert (await shown(ines, oxbow))["health_status"] == "red"


async def test_silence_is_watched_and_never_red(database: Database, ines: Player, oxbow: Row) -> None:
    await aged(database, ines, oxbow, last_activity_at=days_ago(40))
    await sweep(database, ines)
    now = await shown(ines, oxbow)
    assert (now["health_status"], now["health_reasons"][0]["key"]) == ("yellow", "silence")


async def test_whatever_a_person_does_ends_the_silence(database: Database, ines: Player, oxbow: Row) -> None:
    path = f"/v1/clients/{oxbow['id']}"
    for act in _acts(ines, path):
        await aged(database, ines, oxbow, last_activity_at=days_ago(40))
        await sweep(database, ines)
        assert (await shown(ines, oxbow))["health_status"] == "yellow"
        answer = await act()
        assert answer.is_success, answer.text
        assert (await shown(ines, oxbow))["health_status"] == "green", answer.request.url.path


def _acts(ines: Player, path: str) -> list[Any]:
    return [
        lambda: ines.send("PUT", f"{path}/tasks/order", json={"task_ids": []}),
        lambda: ines.post(f"{path}/notes", json={"content": "Called"}),
        lambda: ines.post(f"{path}/contacts", json={"name": "Maya"}),
        lambda: ines.post(f"{path}/tasks", json={"name": "Call"}),
        lambda: ines.post(f"{path}/moves", json={"from_stage": "Onboarding", "to_stage": "Audit"}),
        lambda: ines.patch(path, json={"notes": "Shy"}, headers={"If-Match": '"2"'}),
    ]


async def test_a_swept_client_is_due_at_the_next_limit_or_not_at_all(
    database: Database, ines: Player, oxbow: Row
) -> None:
    assert await _due(database, ines, oxbow) == _midnight(7)
    await aged(database, ines, oxbow, stage_entered_at=days_ago(8), last_activity_at=days_ago(8))
    await sweep(database, ines)
    assert await _due(database, ines, oxbow) == _midnight(6)
    await aged(database, ines, oxbow, stage_entered_at=days_ago(20), last_activity_at=days_ago(20))
    await sweep(database, ines)
    assert await _due(database, ines, oxbow) is None


async def test_the_service_finds_the_agencies_that_are_due(
    database: Database, ines: Player, cleo: Player, oxbow: Row
) -> None:
    await a_client(cleo, "Theirs")
    await aged(database, ines, oxbow)
    async with database.serving() as db:
        due = await agencies_due(db)
    assert (ines.agency_id in due, cleo.agency_id in due) == (True, False)


async def test_the_timetable_queues_one_job_an_agency(database: Database, ines: Player, oxbow: Row) -> None:
    await aged(database, ines, oxbow)
    await begin_judging(database)
    await begin_judging(database)
    assert await _waiting(database, ines) == 1
    await sweep(database, ines)


async def test_the_sweep_run_twice_tells_once(database: Database, ines: Player, oxbow: Row) -> None:
    await aged(database, ines, oxbow, stage_entered_at=days_ago(7))
    await sweep(database, ines)
    await sweep(database, ines)
    async with database.acting(ines.claims) as db:
        raw = await db.raw()
        told = await raw.fetchval("select count(*) from event where name = 'client.health_changed'")
    assert told == 1


async def test_more_than_a_batch_is_judged(database: Database, ines: Player, oxbow: Row) -> None:
    async with database.acting(ines.claims) as db:
        raw = await db.raw()
        await raw.execute(
            """insert into client (agency_id, id, name, name_key, stage_entered_at, last_activity_at, health_due_at)
               select $1, gen_random_uuid(), 'C', 'c', $2, $2, $2 from generate_series(1, 201)""",
            ines.agency_id,
            days_ago(14),
        )
    await sweep(database, ines)
    async with database.acting(ines.claims) as db:
        red = await db.scalar(
            select(func.count()).where(
                Client.agency_id == ines.agency_id, Client.name == "C", Client.health_status == "red"
            )
        )
    assert red == 201


async def test_archived_and_deleted_clients_are_never_due(database: Database, ines: Player) -> None:
    put_aside, gone = await a_client(ines, "Aside"), await a_client(ines, "Gone")
    await ines.patch(f"/v1/clients/{put_aside['id']}", json={"is_active": False}, version=1)
    await ines.delete(f"/v1/clients/{gone['id']}")
    assert await _due(database, ines, put_aside) is None
    assert await _due(database, ines, gone) is None


async def test_an_archived_client_keeps_its_colour_and_is_judged_when_it_is_back(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await ines.patch(f"/v1/clients/{oxbow['id']}", json={"is_active": False}, version=1)
    async with database.acting(ines.claims) as db:
        own = update(Client).where(Client.agency_id == ines.agency_id, Client.id == UUID(oxbow["id"]))
        await db.execute(own.values(stage_entered_at=days_ago(20)))
    await a(ines, "notes", oxbow, content="Still there")
    assert (await shown(ines, oxbow))["health_status"] == "green"
    await ines.patch(f"/v1/clients/{oxbow['id']}", json={"is_active": True}, version=2)
    assert (await shown(ines, oxbow))["health_status"] == "red"


async def test_new_limits_are_applied_by_the_next_sweep(database: Database, ines: Player, oxbow: Row) -> None:
    await aged(database, ines, oxbow, stage_entered_at=days_ago(3))
    await sweep(database, ines)
    async with database.acting(ines.claims) as db:
        raw = await db.raw()
        await raw.execute("""update agency set health_thresholds = '{"yellow": 2, "red": 3}'::text::jsonb""")
        await limits_changed(db)
    await sweep(database, ines)
    assert (await shown(ines, oxbow))["health_status"] == "red"


async def _due(database: Database, player: Player, client: Row) -> datetime | None:
    async with database.acting(player.claims) as db:
        return await db.scalar(
            select(Client.health_due_at).where(
                Client.agency_id == player.agency_id, Client.id == UUID(client["id"])
            )
        )


def _midnight(days: int) -> datetime:
    """The beginning of the day so many days ahead; the agency's zone is UTC."""
    day = clock.today_in(UTC) + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


async def _waiting(database: Database, player: Player) -> int:
    async with database.acting(player.claims) as db:
        raw = await db.raw()
        return await raw.fetchval("select count(*) from jobs.pgqueuer where entrypoint = $1", JUDGE)


async def test_the_page_says_how_long_it_has_been_quiet_with_its_clock(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await aged(database, ines, oxbow, last_activity_at=days_ago(6))
    await sweep(database, ines)
    assert (await shown(ines, oxbow))["health_status"] == "green"
    await aged(database, ines, oxbow, last_activity_at=days_ago(9))
    await sweep(database, ines)
    text = (await ines.get(ines.at(f"/clients/{oxbow['id']}"))).text
    assert "Quiet for 9 days" in text
    assert '9 d<span class="sr-only"> quiet</span>' in text
