"""The client's page by its tabs: what each shows, and what its timeline tells."""

from __future__ import annotations

import re

import pytest

from audienceos.clients.activity import TOLD, told
from audienceos.clients.events import PUBLISHED
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a, of_client
from tests.clients.reading import Page
from tests.clients.test_overriding import signal

STAGES = re.compile(r'<h2 id="tasks-\w+"[^>]*>([^<]+?) <span')


async def checklist(player: Player, client: Row) -> str:
    """The tab of tasks."""
    answer = await player.get(player.at(f"/clients/{client['id']}/checklist"))
    assert answer.status_code == 200
    return answer.text


async def names(player: Player, client: Row) -> list[str]:
    """The tasks' names, in order."""
    return [task["name"] for task in await of_client(player, "tasks", client)]


async def read(player: Player, client: Row) -> str:
    """The client's page as it is read out."""
    page = (await player.get(player.at(f"/clients/{client['id']}"))).text
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_tasks_stand_by_stage_and_their_number_on_the_tab(ines: Player, oxbow: Row) -> None:
    for name, stage in (("c", "Live"), ("a", None), ("b", "Onboarding")):
        await a(ines, "tasks", oxbow, name=name, stage=stage)
    done = await a(ines, "tasks", oxbow, name="d", stage="Audit")
    await ines.post(f"/v1/tasks/{done['id']}/completion")
    assert STAGES.findall(await checklist(ines, oxbow)) == ["Of every stage", "Onboarding", "Live"]
    assert "Tasks 3" in Page(await ines.get(ines.at(f"/clients/{oxbow['id']}"))).links


async def test_a_script_is_given_the_clients_part_alone(ines: Player, oxbow: Row) -> None:
    for tab in ("", "/checklist"):
        at = ines.at(f"/clients/{oxbow['id']}{tab}")
        answer = await ines.get(at, headers={"HX-Request": "true"})
        assert answer.text.lstrip().startswith('<div id="client"'), tab


async def test_a_stranger_sees_no_tab(cleo: Player, ines: Player, oxbow: Row) -> None:
    for player in (cleo, ines):
        at = f"/clients/{oxbow['id']}/checklist"
        expected = 200 if player is ines else 404
        assert (await player.get(player.at(at))).status_code == expected


async def test_buttons_put_a_task_up_and_down_in_its_stage(ines: Player, oxbow: Row) -> None:
    tasks = [await a(ines, "tasks", oxbow, name=name, stage="Audit") for name in "abc"]
    await a(ines, "tasks", oxbow, name="other", stage="Live")
    for task, to in ((tasks[2], "up"), (tasks[0], "up"), (tasks[0], "down")):
        answer = await ines.post(ines.at(f"/tasks/{task['id']}/place"), data={"to": to})
        assert answer.status_code == 303
    assert await names(ines, oxbow) == ["c", "a", "b", "other"]


async def test_what_a_hand_dragged_is_kept_and_done_ones_stay_behind(ines: Player, oxbow: Row) -> None:
    tasks = [await a(ines, "tasks", oxbow, name=name, stage="Audit") for name in "abc"]
    await ines.post(f"/v1/tasks/{tasks[0]['id']}/completion")
    at = ines.at(f"/clients/{oxbow['id']}/tasks/order")
    answer = await ines.post(at, data={"task_ids": [tasks[2]["id"], tasks[1]["id"]]})
    assert (answer.status_code, await names(ines, oxbow)) == (204, ["c", "b", "a"])
    await a(ines, "tasks", oxbow, name="d", stage="Audit")
    assert (await ines.post(at, data={"task_ids": [tasks[2]["id"]]})).status_code == 409


async def test_a_reminder_is_typed_as_it_stands_on_the_agencys_wall(ines: Player, oxbow: Row) -> None:
    sent = {"name": "Call", "remind_at": "2031-03-12T09:30", "repeats": "weekly"}
    await ines.post(ines.at(f"/clients/{oxbow['id']}/tasks"), data=sent)
    (task,) = await of_client(ines, "tasks", oxbow)
    assert (task["remind_at"], task["repeats"]) == ("2031-03-12T09:30:00Z", "weekly")
    page = Page(await ines.get(ines.at(f"/tasks/{task['id']}/edit")))
    assert (page.fields["edit.remind_at"], page.fields["edit.repeats"]) == ("2031-03-12T09:30", "weekly")
    wrong = Page(await ines.post(ines.at(f"/clients/{oxbow['id']}/tasks"), data=sent | {"remind_at": "soon"}))
    assert (wrong.status, list(wrong.faults)) == (422, ["task-remind_at"])


async def test_the_timeline_tells_what_people_did_newest_first(ines: Player, tom: Player, oxbow: Row) -> None:
    await a(tom, "tasks", oxbow, name="Ring back")
    await a(ines, "moves", oxbow, from_stage="Onboarding", to_stage="Audit")
    text = await read(ines, oxbow)
    moved, added = (
        text.index("Ines Aalto moved it to Audit from Onboarding"),
        text.index("Tom Baker added the task Ring back"),
    )
    assert moved < added < text.index("Ines Aalto added the client in Onboarding")


async def test_a_change_of_health_is_told_of_the_client_and_not_of_who_led_there(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await signal(database, ines, oxbow)
    text = await read(ines, oxbow)
    assert f"{oxbow['name']} became at risk" in text
    assert "Ines Aalto became" not in text


@pytest.mark.parametrize("name", sorted(TOLD))
def test_every_event_of_the_timeline_can_be_said_though_it_is_old_and_says_little(name: str) -> None:
    assert told(name, {})
    assert name in PUBLISHED
