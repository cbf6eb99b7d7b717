"""Reminders of tasks: told when they fall due, once, to whoever does the task."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audienceos.clients.jobs import REMIND, begin_reminding, remind_of_tasks
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a
from tests.notifications.given import queued, rows_of, worked

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=2)
MINUTE = timedelta(minutes=1)


async def reminding(player: Player, client: Row, whom: Player | None, **fields: Any) -> Row:
    """A task of theirs, of which they want to be reminded at noon in two days."""
    given = {"assigned_to": str(whom.user_id) if whom else None, "remind_at": NOON.isoformat()}
    return await a(player, "tasks", client, name="Call Maya", **(given | fields))


async def swept(database: Database, agency: Player, moment: datetime = NOON) -> None:
    """What the worker does at that moment."""
    with clock.stopped_at(moment):
        await remind_of_tasks(database, system_of(agency.agency_id), {})
        await worked(database, agency)


async def reminders_of(database: Database, whom: Player) -> list[str]:
    """What they were reminded of."""
    return [row.words for row in await rows_of(database, whom) if "Reminder" in row.words]


async def test_it_is_told_when_its_time_has_come_and_not_before(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await reminding(ines, oxbow, tom)
    await swept(database, ines, NOON - MINUTE)
    assert await reminders_of(database, tom) == []
    await swept(database, ines)
    assert await reminders_of(database, tom) == ["Reminder for Oxbow: Call Maya"]
    assert await reminders_of(database, ines) == []


async def test_it_is_told_once_however_often_and_at_once_it_is_looked_for(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await reminding(ines, oxbow, tom)
    machinery = system_of(ines.agency_id)
    with clock.stopped_at(NOON):
        await asyncio.gather(*(remind_of_tasks(database, machinery, {}) for _ in range(3)))
    await swept(database, ines, NOON + MINUTE)
    assert await reminders_of(database, tom) == ["Reminder for Oxbow: Call Maya"]


async def test_one_reminds_oneself(database: Database, tom: Player, oxbow: Row) -> None:
    await reminding(tom, oxbow, tom)
    await swept(database, tom)
    assert len(await reminders_of(database, tom)) == 1


async def test_put_off_it_is_told_then_and_told_again_when_set_anew(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    task = await reminding(ines, oxbow, tom)
    later = {"remind_at": (NOON + timedelta(hours=1)).isoformat()}
    assert (await tom.patch(f"/v1/tasks/{task['id']}", json=later, version=1)).status_code == 200
    await swept(database, ines)
    assert await reminders_of(database, tom) == []
    await swept(database, ines, NOON + timedelta(hours=1))
    assert len(await reminders_of(database, tom)) == 1
    anew = {"remind_at": (NOON + timedelta(hours=2)).isoformat()}
    await tom.patch(f"/v1/tasks/{task['id']}", json=anew, version=2)
    await swept(database, ines, NOON + timedelta(hours=2))
    assert len(await reminders_of(database, tom)) == 2


@pytest.mark.parametrize("end", ["done", "enough", "removed", "archived"])
async def test_of_what_is_over_nobody_is_reminded(
    database: Database, ines: Player, tom: Player, oxbow: Row, end: str
) -> None:
    at = f"/v1/tasks/{(await reminding(ines, oxbow, tom))['id']}"
    if end == "done":
        await tom.post(f"{at}/completion")
    elif end == "enough":
        await tom.post(tom.at(f"{at.removeprefix('/v1')}/reminder/removal"))
    elif end == "removed":
        await tom.delete(at)
    else:
        await ines.patch(f"/v1/clients/{oxbow['id']}", json={"is_active": False}, version=1)
    await swept(database, ines)
    assert await reminders_of(database, tom) == []


async def test_done_by_mistake_it_reminds_again(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    at = f"/v1/tasks/{(await reminding(ines, oxbow, tom))['id']}/completion"
    await tom.post(at)
    await tom.delete(at)
    await swept(database, ines)
    assert len(await reminders_of(database, tom)) == 1


async def test_a_task_that_nobody_does_reminds_who_looks_after_the_client(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await reminding(tom, oxbow, None)
    await swept(database, ines)
    words = "Reminder for Oxbow, which nobody does yet: Call Maya"
    assert (await reminders_of(database, ines), await reminders_of(database, tom)) == ([words], [])


async def test_the_next_of_a_task_that_comes_back_reminds_too(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    task = await reminding(ines, oxbow, tom, due_date=str(NOON.date()), repeats="weekly")
    await swept(database, ines)
    with clock.stopped_at(NOON):
        await tom.post(f"/v1/tasks/{task['id']}/completion")
    await swept(database, ines, NOON + timedelta(days=7) - MINUTE)
    assert len(await reminders_of(database, tom)) == 1
    await swept(database, ines, NOON + timedelta(days=7))
    assert len(await reminders_of(database, tom)) == 2


async def test_the_timetable_queues_one_job_for_the_agency(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await reminding(ines, oxbow, ines)
    await begin_reminding(database)
    assert await queued(database, ines, REMIND) == []
    with clock.stopped_at(NOON):
        for _ in range(2):
            await begin_reminding(database)
    assert len(await queued(database, ines, REMIND)) == 1
