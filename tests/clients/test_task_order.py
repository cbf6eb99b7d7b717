"""The order of a client's tasks."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.cast import Player
from tests.clients.given import Row, a, a_client, of_client


async def put(player: Player, client: Row, task_ids: list[str]) -> Any:
    """Ask for an order."""
    return await player.send("PUT", f"/v1/clients/{client['id']}/tasks/order", json={"task_ids": task_ids})


async def order(player: Player, client: Row) -> list[str]:
    """The names of the client's tasks as they stand."""
    return [row["name"] for row in await of_client(player, "tasks", client)]


async def test_a_new_task_comes_last_in_its_stage(ines: Player, oxbow: Row) -> None:
    for name, stage in (("a", "Audit"), ("b", "Audit"), ("o", "Onboarding"), ("n", None), ("c", "Audit")):
        await a(ines, "tasks", oxbow, name=name, stage=stage)
    assert await order(ines, oxbow) == ["n", "o", "a", "b", "c"]


async def test_tasks_stand_as_they_were_put(ines: Player, oxbow: Row) -> None:
    ids = {name: (await a(ines, "tasks", oxbow, name=name))["id"] for name in "abc"}
    answer = await put(ines, oxbow, [ids["c"], ids["a"], ids["b"]])
    assert answer.status_code == 200
    assert await order(ines, oxbow) == ["c", "a", "b"]


async def test_stages_stay_apart_however_they_are_mixed(ines: Player, oxbow: Row) -> None:
    stages = {"a": "Live", "b": "Audit", "c": "Live", "d": "Audit"}
    ids = {
        name: (await a(ines, "tasks", oxbow, name=name, stage=stage))["id"] for name, stage in stages.items()
    }
    await put(ines, oxbow, [ids[name] for name in "cdab"])
    assert await order(ines, oxbow) == ["d", "b", "c", "a"]


async def test_a_task_that_changes_its_stage_comes_last_there(ines: Player, oxbow: Row) -> None:
    first = await a(ines, "tasks", oxbow, name="a")
    await a(ines, "tasks", oxbow, name="b", stage="Audit")
    await ines.patch(f"/v1/tasks/{first['id']}", json={"stage": "Audit"}, version=1)
    assert await order(ines, oxbow) == ["b", "a"]


async def test_all_tasks_must_be_named(ines: Player, oxbow: Row) -> None:
    first = await a(ines, "tasks", oxbow, name="a")
    second = await a(ines, "tasks", oxbow, name="b")
    answer = await put(ines, oxbow, [first["id"]])
    assert (answer.status_code, answer.json()["code"]) == (409, "tasks_changed")
    assert set(answer.json()["extra"]["task_ids"]) == {first["id"], second["id"]}


async def test_a_task_of_another_client_isnt_taken(ines: Player, oxbow: Row) -> None:
    mine = await a(ines, "tasks", oxbow, name="a")
    other = await a(ines, "tasks", await a_client(ines, "Brae"), name="b")
    assert (await put(ines, oxbow, [mine["id"], other["id"]])).status_code == 409
    assert (await put(ines, oxbow, [mine["id"], str(uuid4())])).status_code == 409


async def test_a_task_named_twice_is_told(ines: Player, oxbow: Row) -> None:
    mine = await a(ines, "tasks", oxbow, name="a")
    assert (await put(ines, oxbow, [mine["id"], mine["id"]])).status_code == 422
