"""The checklist, by the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audienceos.agency.team import deactivate
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a, a_client, listed, of_client, shown

TODAY = datetime.now(UTC).date()
YESTERDAY, TOMORROW = str(TODAY - timedelta(days=1)), str(TODAY + timedelta(days=1))


async def change(player: Player, task: Row, **changes: Any) -> Any:
    """Edit a task as it was read."""
    return await player.patch(f"/v1/tasks/{task['id']}", json=changes, version=task["version"])


async def test_a_task_has_all_its_fields(ines: Player, tom: Player, oxbow: Row) -> None:
    given = {
        "name": "Install the tag",
        "description": "On every page",
        "stage": "Installation",
        "assigned_to": str(tom.user_id),
        "due_date": TOMORROW,
    }
    task = await a(ines, "tasks", oxbow, **given)
    assert task.items() >= given.items()
    assert (task["assignee"], task["client_name"], task["is_completed"]) == ("Tom Baker", "Oxbow", False)
    assert (await ines.get(f"/v1/tasks/{task['id']}")).json() == task


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("stage", "Limbo"),
        ("due_date", "soon"),
        ("due_date", "0001-01-01"),
        ("due_date", "9999-12-31"),
        ("is_completed", True),
        ("completed_at", "2026-01-01T00:00:00Z"),
    ],
)
async def test_what_cant_be_is_told_at_its_field(ines: Player, oxbow: Row, field: str, value: object) -> None:
    answer = await ines.post(f"/v1/clients/{oxbow['id']}/tasks", json={"name": "Call", field: value})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_nobody_of_another_agency_is_given_a_task(ines: Player, cleo: Player, oxbow: Row) -> None:
    body = {"name": "Call", "assigned_to": str(cleo.user_id)}
    answer = await ines.post(f"/v1/clients/{oxbow['id']}/tasks", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "assigned_to")


async def test_nobody_inactive_is_given_a_task(
    ines: Player, tom: Player, oxbow: Row, database: Database
) -> None:
    async with database.acting(ines.claims) as db:
        await deactivate(db, tom.user_id)
    body = {"name": "Call", "assigned_to": str(tom.user_id)}
    answer = await ines.post(f"/v1/clients/{oxbow['id']}/tasks", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "assigned_to")


async def test_absent_stays_and_null_clears(ines: Player, oxbow: Row) -> None:
    task = await a(ines, "tasks", oxbow, name="Call", stage="Audit", due_date=TOMORROW)
    changed = (await change(ines, task, due_date=None)).json()
    assert (changed["name"], changed["stage"], changed["due_date"]) == ("Call", "Audit", None)


async def test_an_edit_says_what_it_read_and_the_second_is_told(
    ines: Player, tom: Player, oxbow: Row
) -> None:
    task = await a(ines, "tasks", oxbow, name="Call")
    assert (await ines.patch(f"/v1/tasks/{task['id']}", json={"name": "Ring"})).status_code == 428
    assert (await change(tom, task, name="Ring")).status_code == 200
    assert (await change(ines, task, name="Write")).status_code == 412


async def test_ticking_notes_who_and_when(ines: Player, tom: Player, oxbow: Row) -> None:
    task = await a(ines, "tasks", oxbow, name="Call")
    done = (await tom.post(f"/v1/tasks/{task['id']}/completion")).json()
    assert (done["is_completed"], done["completed_by"]) == (True, str(tom.user_id))
    assert done["completed_at"] is not None


async def test_ticking_twice_is_ticking_once(ines: Player, tom: Player, oxbow: Row) -> None:
    task = await a(ines, "tasks", oxbow, name="Call")
    first = (await ines.post(f"/v1/tasks/{task['id']}/completion")).json()
    again = await tom.post(f"/v1/tasks/{task['id']}/completion")
    assert (again.status_code, again.json()) == (200, first)


async def test_unticking_twice_is_unticking_once(ines: Player, oxbow: Row) -> None:
    task = await a(ines, "tasks", oxbow, name="Call")
    await ines.post(f"/v1/tasks/{task['id']}/completion")
    for _ in range(2):
        assert (await ines.delete(f"/v1/tasks/{task['id']}/completion")).status_code == 204
    open_again = (await ines.get(f"/v1/tasks/{task['id']}")).json()
    assert (open_again["is_completed"], open_again["completed_at"], open_again["completed_by"]) == (
        False,
        None,
        None,
    )


async def test_a_removed_task_is_gone_for_good(ines: Player, oxbow: Row) -> None:
    task = await a(ines, "tasks", oxbow, name="Call")
    assert (await ines.delete(f"/v1/tasks/{task['id']}")).status_code == 204
    assert (await ines.get(f"/v1/tasks/{task['id']}")).status_code == 404
    assert (await ines.delete(f"/v1/tasks/{task['id']}")).status_code == 404


async def test_tasks_stay_when_the_client_moves_on(ines: Player, oxbow: Row) -> None:
    task = await a(ines, "tasks", oxbow, name="Call", stage="Onboarding")
    await a(ines, "moves", oxbow, from_stage="Onboarding", to_stage="Live")
    (kept,) = await of_client(ines, "tasks", oxbow)
    assert kept == task


async def test_a_past_day_is_allowed_and_overdue_at_once(ines: Player, oxbow: Row) -> None:
    await a(ines, "tasks", oxbow, name="Call", due_date=YESTERDAY)
    client = await shown(ines, oxbow)
    assert (client["health_status"], client["health_reasons"][0]["key"]) == ("yellow", "tasks")


async def test_ticking_the_overdue_task_heals(ines: Player, oxbow: Row) -> None:
    task = await a(ines, "tasks", oxbow, name="Call", due_date=YESTERDAY)
    await ines.post(f"/v1/tasks/{task['id']}/completion")
    assert (await shown(ines, oxbow))["health_status"] == "green"


async def test_removing_the_overdue_task_heals(ines: Player, oxbow: Row) -> None:
    task = await a(ines, "tasks", oxbow, name="Call", due_date=YESTERDAY)
    await ines.delete(f"/v1/tasks/{task['id']}")
    assert (await shown(ines, oxbow))["health_status"] == "green"


async def test_tasks_across_clients_by_every_filter(ines: Player, tom: Player, oxbow: Row) -> None:
    brae = await a_client(ines, "Brae")
    await a(ines, "tasks", oxbow, name="late", due_date=YESTERDAY, assigned_to=str(tom.user_id))
    await a(ines, "tasks", oxbow, name="next", due_date=TOMORROW, stage="Audit")
    done = await a(ines, "tasks", brae, name="done", due_date=YESTERDAY, assigned_to=str(ines.user_id))
    await ines.post(f"/v1/tasks/{done['id']}/completion")
    expected: dict[str, tuple[dict[str, str], set[str]]] = {
        "all": ({}, {"late", "next", "done"}),
        "open": ({"completed": "false"}, {"late", "next"}),
        "done": ({"completed": "true"}, {"done"}),
        "mine": ({"mine": "true"}, {"done"}),
        "toms": ({"assignee": str(tom.user_id)}, {"late"}),
        "nobodys": ({"unassigned": "true"}, {"next"}),
        "stage": ({"stage": "Audit"}, {"next"}),
        "overdue": ({"overdue": "true"}, {"late"}),
        "client": ({"client": brae["id"]}, {"done"}),
        "both": ({"client": oxbow["id"], "overdue": "true"}, {"late"}),
    }
    found = {name: await _named(ines, params) for name, (params, _) in expected.items()}
    assert found == {name: wanted for name, (_, wanted) in expected.items()}


async def test_tasks_of_archived_clients_are_asked_for(ines: Player, oxbow: Row) -> None:
    await a(ines, "tasks", oxbow, name="Call")
    await ines.patch(f"/v1/clients/{oxbow['id']}", json={"is_active": False}, version=oxbow["version"])
    assert await _named(ines, {}) == set()
    assert await _named(ines, {"activity": "archived"}) == {"Call"}
    assert len(await of_client(ines, "tasks", oxbow)) == 1


async def test_tasks_sort_by_their_day_with_undated_last(ines: Player, oxbow: Row) -> None:
    for name, due in (("undated", None), ("later", TOMORROW), ("first", YESTERDAY)):
        await a(ines, "tasks", oxbow, name=name, due_date=due)
    up = [row["name"] for row in await listed(ines, "/v1/tasks", sort="due_date")]
    down = [row["name"] for row in await listed(ines, "/v1/tasks", sort="-due_date")]
    assert (up, down) == (["first", "later", "undated"], ["later", "first", "undated"])


@pytest.mark.parametrize("query", ["color=red", "completed=maybe", "sort=shoe", "client=x", "limit=0"])
async def test_what_a_filter_cant_be_is_a_400(ines: Player, query: str) -> None:
    assert (await ines.get(f"/v1/tasks?{query}")).status_code == 400


async def _named(player: Player, params: dict[str, str]) -> set[str]:
    return {row["name"] for row in await listed(player, "/v1/tasks", **params)}
