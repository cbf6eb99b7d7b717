"""Tasks that come back, and that remind."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from audienceos.clients.actions.repeating import next_day, repeat_due
from audienceos.clients.jobs import REPEAT, begin_repeating
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from tests.cast import Player
from tests.clients.given import Row, a, of_client

TODAY = datetime.now(UTC).date()
WEEK = timedelta(weeks=1)


async def sweep(database: Database, player: Player, days: int = 0) -> int:
    """What the worker does each minute, so many days ahead."""
    with clock.stopped_at(clock.now() + timedelta(days=days)):
        async with database.acting(Claims(system_of(player.agency_id))) as db:
            return await repeat_due(db)


async def due_days(player: Player, client: Row) -> list[date]:
    """Of all the client's tasks."""
    return [date.fromisoformat(task["due_date"]) for task in await of_client(player, "tasks", client)]


@pytest.mark.parametrize(
    ("repeats", "day", "not_before", "found"),
    [
        ("daily", "2026-03-10", "2026-03-01", "2026-03-11"),
        ("daily", "2026-03-10", "2026-03-20", "2026-03-20"),
        ("weekly", "2026-03-10", "2026-03-01", "2026-03-17"),
        ("weekly", "2026-03-10", "2026-03-24", "2026-03-24"),
        ("weekly", "2026-03-10", "2026-03-25", "2026-03-31"),
        ("monthly", "2026-12-15", "2026-12-01", "2027-01-15"),
        ("monthly", "2026-03-10", "2026-05-10", "2026-05-10"),
        ("monthly", "2026-03-10", "2026-05-11", "2026-06-10"),
    ],
)
def test_it_comes_back_on_the_first_day_that_isnt_past(
    repeats: str, day: str, not_before: str, found: str
) -> None:
    given = date.fromisoformat(day), date.fromisoformat(not_before)
    assert next_day(repeats, *given) == date.fromisoformat(found)


def test_the_31st_is_the_last_of_a_shorter_month_and_the_31st_again_after() -> None:
    february = next_day("monthly", date(2026, 1, 31), date(2026, 1, 1), 31)
    assert (february, next_day("monthly", february, february, 31)) == (date(2026, 2, 28), date(2026, 3, 31))


async def test_ticking_makes_the_next_with_all_that_it_has(ines: Player, tom: Player, oxbow: Row) -> None:
    day = TODAY + timedelta(days=2)
    more = {"description": "All of it", "stage": "Audit", "assigned_to": str(tom.user_id)}
    task = await a(ines, "tasks", oxbow, name="Report", due_date=str(day), repeats="weekly", **more)
    await ines.post(f"/v1/tasks/{task['id']}/completion")
    following = (await of_client(ines, "tasks", oxbow))[-1]
    assert following.items() >= {**more, "name": "Report", "repeats": "weekly"}.items()
    assert (following["due_date"], following["is_completed"]) == (str(day + WEEK), False)


async def test_there_is_one_next_however_often_it_is_ticked_and_swept(
    ines: Player, tom: Player, oxbow: Row, database: Database
) -> None:
    task = await a(ines, "tasks", oxbow, name="Report", due_date=str(TODAY), repeats="weekly")
    at = f"/v1/tasks/{task['id']}/completion"
    await asyncio.gather(ines.post(at), tom.post(at), sweep(database, ines))
    await ines.delete(at)
    await ines.post(at)
    await sweep(database, ines)
    assert await due_days(ines, oxbow) == [TODAY, TODAY + WEEK]


async def test_its_day_makes_the_next_though_it_isnt_done(
    ines: Player, oxbow: Row, database: Database
) -> None:
    tomorrow = TODAY + timedelta(days=1)
    await a(ines, "tasks", oxbow, name="Report", due_date=str(tomorrow), repeats="weekly")
    assert await sweep(database, ines) == 0
    assert await sweep(database, ines, days=1) == 1
    assert await sweep(database, ines, days=1) == 0
    assert await due_days(ines, oxbow) == [tomorrow, tomorrow + WEEK]


async def test_an_archived_clients_tasks_rest_until_it_is_back(
    ines: Player, oxbow: Row, database: Database
) -> None:
    await a(ines, "tasks", oxbow, name="Report", due_date=str(TODAY), repeats="weekly")
    at = f"/v1/clients/{oxbow['id']}"
    await ines.patch(at, json={"is_active": False}, version=1)
    await sweep(database, ines)
    assert await due_days(ines, oxbow) == [TODAY]
    await ines.patch(at, json={"is_active": True}, version=2)
    await sweep(database, ines)
    assert await due_days(ines, oxbow) == [TODAY, TODAY + WEEK]


async def test_one_that_no_longer_repeats_has_no_next(ines: Player, oxbow: Row, database: Database) -> None:
    task = await a(ines, "tasks", oxbow, name="Report", due_date=str(TODAY), repeats="daily")
    await ines.patch(f"/v1/tasks/{task['id']}", json={"repeats": None}, version=1)
    assert await sweep(database, ines) == 0
    await ines.post(f"/v1/tasks/{task['id']}/completion")
    assert await due_days(ines, oxbow) == [TODAY]


async def test_the_timetable_queues_a_job_for_the_agency(
    ines: Player, oxbow: Row, database: Database
) -> None:
    await a(ines, "tasks", oxbow, name="Report", due_date=str(TODAY), repeats="daily")
    await begin_repeating(database)
    async with database.acting(ines.claims) as db:
        raw = await db.raw()
        waiting = await raw.fetchval("select count(*) from jobs.pgqueuer where entrypoint = $1", REPEAT)
    assert waiting == 1


async def test_a_reminder_keeps_its_time_of_day_when_the_task_comes_back(ines: Player, oxbow: Row) -> None:
    moment = datetime.combine(TODAY, datetime.min.time(), tzinfo=ZoneInfo("UTC")) + timedelta(hours=9)
    task = await a(
        ines, "tasks", oxbow, name="R", due_date=str(TODAY), repeats="weekly", remind_at=moment.isoformat()
    )
    await ines.post(f"/v1/tasks/{task['id']}/completion")
    following = (await of_client(ines, "tasks", oxbow))[-1]
    assert datetime.fromisoformat(following["remind_at"]) == moment + WEEK


async def test_a_reminder_says_its_zone(ines: Player, oxbow: Row) -> None:
    body = {"name": "Call", "remind_at": "2026-03-10T09:00:00"}
    answer = await ines.post(f"/v1/clients/{oxbow['id']}/tasks", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "remind_at")
