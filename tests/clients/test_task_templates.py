"""Stages' checklists: what the agency says they hold, and that each client is given them once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audienceos.agency.forms import StagePatch
from audienceos.agency.stages import change_stage, remove_stage
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a, a_client, listed, of_client
from tests.clients.reading import Page


async def a_line(
    player: Player, stage: str = "Installation", name: str = "Ask for access", **more: Any
) -> Row:
    """A line of a stage's checklist."""
    answer = await player.post("/v1/task-templates", json={"stage": stage, "name": name, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def move(player: Player, client: Row, from_stage: str, to_stage: str) -> None:
    """Move a client, an admin insisting."""
    await a(player, "moves", client, from_stage=from_stage, to_stage=to_stage, override=True)


async def tasks(player: Player, client: Row) -> list[str]:
    """The names on a client's checklist."""
    return [task["name"] for task in await of_client(player, "tasks", client)]


async def test_a_line_is_listed_shown_changed_and_removed(ines: Player) -> None:
    line = await a_line(ines, description="By mail", due_after_days=3, assign="owner")
    at = f"/v1/task-templates/{line['id']}"
    assert (await ines.get(at)).json() == line
    assert await listed(ines, "/v1/task-templates", stage="Installation") == [line]
    assert await listed(ines, "/v1/task-templates", stage="Audit") == []
    changed = await ines.patch(at, json={"name": "Get access", "due_after_days": None}, version=1)
    assert (changed.json()["name"], changed.json()["due_after_days"]) == ("Get access", None)
    assert (await ines.patch(at, json={"name": "Late"}, version=1)).status_code == 412
    assert (await ines.delete(at)).status_code == 204
    assert (await ines.get(at)).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [("stage", "Limbo"), ("name", " "), ("due_after_days", -1), ("due_after_days", 366), ("assign", "me")],
)
async def test_what_cant_be_is_told_at_its_field(ines: Player, field: str, value: object) -> None:
    body = {"stage": "Audit", "name": "Look", field: value}
    answer = await ines.post("/v1/task-templates", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_everyone_reads_and_admins_write(ines: Player, tom: Player) -> None:
    line = await a_line(ines)
    at = f"/v1/task-templates/{line['id']}"
    assert (await tom.get(at)).status_code == 200
    assert (await tom.post("/v1/task-templates", json={"stage": "Audit", "name": "x"})).status_code == 403
    assert (await tom.patch(at, json={"name": "x"}, version=1)).status_code == 403
    assert (await tom.delete(at)).status_code == 403
    order = {"stage": "Installation", "template_ids": [line["id"]]}
    assert (await tom.send("PUT", "/v1/task-template-order", json=order)).status_code == 403


async def test_a_stranger_is_told_nothing(ines: Player, cleo: Player) -> None:
    at = f"/v1/task-templates/{(await a_line(ines))['id']}"
    assert (await cleo.get(at)).status_code == 404
    assert (await cleo.patch(at, json={"name": "x"}, version=1)).status_code == 404
    assert (await cleo.delete(at)).status_code == 404


async def test_lines_are_put_in_order(ines: Player) -> None:
    lines = [await a_line(ines, name=name) for name in "abc"]
    ids = [line["id"] for line in lines[::-1]]
    order = {"stage": "Installation", "template_ids": ids}
    assert (await ines.send("PUT", "/v1/task-template-order", json=order)).status_code == 200
    assert [line["name"] for line in await listed(ines, "/v1/task-templates")] == ["c", "b", "a"]
    short = await ines.send("PUT", "/v1/task-template-order", json=order | {"template_ids": ids[:2]})
    assert (short.status_code, set(short.json()["extra"]["template_ids"])) == (409, set(ids))


async def test_a_move_brings_the_checklist_in_its_order(ines: Player, oxbow: Row) -> None:
    for name in ("First", "Second"):
        await a_line(ines, name=name)
    await a(ines, "tasks", oxbow, name="There before", stage="Installation")
    await move(ines, oxbow, "Onboarding", "Installation")
    assert await tasks(ines, oxbow) == ["There before", "First", "Second"]


async def test_a_new_client_gets_that_of_its_first_stage_given_to_its_owner(
    ines: Player, tom: Player
) -> None:
    await a_line(ines, "Onboarding", due_after_days=2, assign="owner")
    client = await a_client(ines, "Brae", default_owner_id=str(tom.user_id))
    (task,) = await of_client(ines, "tasks", client)
    due = datetime.now(UTC).date() + timedelta(days=2)
    assert (task["assignee"], task["due_date"], task["stage"]) == ("Tom Baker", str(due), "Onboarding")


async def test_coming_back_adds_nothing_not_even_what_is_new_or_was_removed(ines: Player, oxbow: Row) -> None:
    await a_line(ines, name="First")
    await move(ines, oxbow, "Onboarding", "Installation")
    (task,) = await of_client(ines, "tasks", oxbow)
    await ines.delete(f"/v1/tasks/{task['id']}")
    await a_line(ines, name="Second")
    await move(ines, oxbow, "Installation", "Audit")
    await move(ines, oxbow, "Audit", "Installation")
    assert await tasks(ines, oxbow) == []


async def test_two_who_move_at_once_bring_it_once(ines: Player, tom: Player, oxbow: Row) -> None:
    await a_line(ines)
    body = {"from_stage": "Onboarding", "to_stage": "Installation"}
    at = f"/v1/clients/{oxbow['id']}/moves"
    await asyncio.gather(ines.post(at, json=body), tom.post(at, json=body))
    assert await tasks(ines, oxbow) == ["Ask for access"]


async def test_a_removed_line_comes_no_more_and_its_tasks_stay(ines: Player, oxbow: Row) -> None:
    line = await a_line(ines)
    await move(ines, oxbow, "Onboarding", "Installation")
    await ines.delete(f"/v1/task-templates/{line['id']}")
    later = await a_client(ines, "Brae", stage="Installation")
    assert (await tasks(ines, oxbow), await tasks(ines, later)) == (["Ask for access"], [])


async def test_a_renamed_stage_takes_its_checklist_along(
    ines: Player, oxbow: Row, database: Database
) -> None:
    await a_line(ines)
    await move(ines, oxbow, "Onboarding", "Installation")
    async with database.acting(ines.claims) as db:
        await change_stage(db, "Installation", StagePatch(name="Set-up"), 1)
    assert [line["stage"] for line in await listed(ines, "/v1/task-templates")] == ["Set-up"]
    await move(ines, oxbow, "Set-up", "Onboarding")
    await move(ines, oxbow, "Onboarding", "Set-up")
    assert await tasks(ines, oxbow) == ["Ask for access"]
    assert await tasks(ines, await a_client(ines, "Brae", stage="Set-up")) == ["Ask for access"]


async def test_a_stage_that_goes_takes_its_checklist_and_sends_clients_to_the_next(
    ines: Player, oxbow: Row, database: Database
) -> None:
    await a_line(ines, "Audit", "Look around")
    await a_line(ines, "Installation")
    await move(ines, oxbow, "Onboarding", "Installation")
    async with database.acting(ines.claims) as db:
        await remove_stage(db, "Installation", "Audit")
    assert [line["name"] for line in await listed(ines, "/v1/task-templates")] == ["Look around"]
    assert sorted(await tasks(ines, oxbow)) == ["Ask for access", "Look around"]


async def test_what_it_brought_is_told_once(ines: Player, database: Database, oxbow: Row) -> None:
    for name in ("First", "Second"):
        await a_line(ines, name=name)
    await move(ines, oxbow, "Onboarding", "Installation")
    async with database.acting(ines.claims) as db:
        found = await (await db.raw()).fetch("select data from event where name = 'task.given'")
    assert [row["data"] for row in found] == [
        {"count": 2, "stage": "Installation", "tasks": ["First", "Second"]}
    ]


async def test_the_page_by_its_forms(ines: Player) -> None:
    at = ines.at("/task-templates")
    for name in ("First", "Second"):
        sent = {"stage": "Audit", "name": name, "due_after_days": "", "assign": "owner"}
        assert (await ines.post(at, data=sent)).status_code == 303
    first, second = await listed(ines, "/v1/task-templates")
    await ines.post(f"{at}/{second['id']}/place", data={"to": "up"})
    assert [line["name"] for line in await listed(ines, "/v1/task-templates")] == ["Second", "First"]
    await ines.post(f"{at}/{first['id']}/edit", data={"version": "1", "name": "Last", "due_after_days": "4"})
    await ines.post(f"{at}/{second['id']}/removal")
    (line,) = await listed(ines, "/v1/task-templates")
    assert (line["name"], line["due_after_days"], line["assign"]) == ("Last", 4, "owner")


async def test_the_page_keeps_what_was_typed_beside_its_fault(ines: Player) -> None:
    sent = {"stage": "Audit", "name": "Look", "due_after_days": "soon"}
    page = Page(await ines.post(ines.at("/task-templates"), data=sent))
    assert (page.status, page.faults["due_after_days"]) == (422, "Give a whole number")
    assert page.fields["task-templates.name"] == "Look"


async def test_the_page_is_for_admins(ines: Player, tom: Player) -> None:
    assert (await ines.get(ines.at("/task-templates"))).status_code == 200
    assert (await tom.get(tom.at("/task-templates"))).status_code == 403


async def test_the_form_of_a_line_shows_both_sides_of_a_collision(ines: Player) -> None:
    line = await a_line(ines, due_after_days=2)
    at = ines.at(f"/task-templates/{line['id']}/edit")
    assert Page(await ines.get(at)).fields["edit.due_after_days"] == "2"
    await ines.patch(f"/v1/task-templates/{line['id']}", json={"name": "Theirs"}, version=1)
    page = Page(await ines.post(at, data={"version": "1", "name": "Mine"}))
    assert (page.status, page.fields["edit.name"], page.hints["name"]) == (412, "Mine", "Now: Theirs")
