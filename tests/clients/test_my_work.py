"""Tasks across clients, as one's own work."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from audienceos.clients.queries.tasks import TaskView
from audienceos.clients.queries.work import parted
from audienceos.platform.db.base import uuid7
from tests.cast import Player
from tests.clients.given import Row, a, a_client, listed

TODAY = datetime.now(UTC).date()
YESTERDAY, FAR = str(TODAY - timedelta(days=1)), str(TODAY + timedelta(days=40))
HEADING = re.compile(r'<h2 id="part-(\w+)"')


async def headings(player: Player, **params: str) -> list[str]:
    """Which parts the page shows, in order."""
    answer = await player.get(player.at("/my-work"), params=params)
    assert answer.status_code == 200
    return HEADING.findall(answer.text)


def a_task(due: date | None) -> TaskView:
    """One that is due then."""
    now = datetime.now(UTC)
    own = {"id": uuid7(), "client_id": uuid7(), "client_name": "Oxbow", "name": "Call", "due_date": due}
    rest = dict.fromkeys(
        ("description", "stage", "assigned_to", "assignee", "completed_at", "completed_by", "repeats", "remind_at")
    )  # fmt: skip
    return TaskView(
        **own, **rest, is_completed=False, sort_order=1, created_at=now, updated_at=now, version=1
    )


@pytest.mark.parametrize(
    ("due", "part"),
    [
        ("2026-03-10", "overdue"),
        ("2026-03-11", "today"),
        ("2026-03-12", "week"),
        ("2026-03-15", "week"),
        ("2026-03-16", "later"),
        (None, "none"),
    ],
)
def test_a_week_ends_with_its_sunday(due: str | None, part: str) -> None:
    wednesday = date(2026, 3, 11)
    task = a_task(date.fromisoformat(due) if due else None)
    assert [one.key for one in parted([task], [], wednesday)] == [part]


def test_one_that_reminds_stands_above_and_not_twice() -> None:
    task = a_task(TODAY)
    assert [(one.key, len(one.tasks)) for one in parted([task], [task], TODAY)] == [("reminders", 1)]


async def test_overdue_comes_first_and_what_has_no_day_last(ines: Player, oxbow: Row) -> None:
    mine = {"assigned_to": str(ines.user_id)}
    for name, due in (("none", None), ("far", FAR), ("late", YESTERDAY), ("now", str(TODAY))):
        await a(ines, "tasks", oxbow, name=name, due_date=due, **mine)
    assert await headings(ines) == ["overdue", "today", "later", "none"]


async def test_only_open_tasks_that_are_mine_of_clients_that_are_worked_for(
    ines: Player, tom: Player, oxbow: Row
) -> None:
    mine = {"assigned_to": str(ines.user_id)}
    await a(ines, "tasks", oxbow, name="Toms", assigned_to=str(tom.user_id))
    await a(ines, "tasks", oxbow, name="Nobodys")
    done = await a(ines, "tasks", oxbow, name="Done", **mine)
    await ines.post(f"/v1/tasks/{done['id']}/completion")
    rests = await a_client(ines, "Brae")
    await a(ines, "tasks", rests, name="Rests", **mine)
    await ines.patch(f"/v1/clients/{rests['id']}", json={"is_active": False}, version=1)
    assert "Nothing is waiting for you" in (await ines.get(ines.at("/my-work"))).text
    everyones = (await ines.get(ines.at("/my-work"), params={"whose": "everyone"})).text
    assert [name in everyones for name in ("Toms", "Nobodys", "Done", "Rests")] == [True, True, False, False]
    nobodys = (await ines.get(ines.at("/my-work"), params={"whose": "unassigned"})).text
    assert ("Toms" in nobodys, "Nobodys" in nobodys) == (False, True)


async def test_filters_by_stage_and_overdue(ines: Player, oxbow: Row) -> None:
    mine = {"assigned_to": str(ines.user_id)}
    await a(ines, "tasks", oxbow, name="late", due_date=YESTERDAY, stage="Audit", **mine)
    await a(ines, "tasks", oxbow, name="far", due_date=FAR, **mine)
    assert await headings(ines, stage="Audit") == ["overdue"]
    assert await headings(ines, overdue="true") == ["overdue"]
    assert await headings(ines, stage="Live") == []


async def test_a_scoped_member_sees_tasks_of_their_clients_alone(
    ines: Player, mia: Player, oxbow: Row
) -> None:
    await a(ines, "tasks", oxbow, name="Hidden", assigned_to=str(mia.user_id))
    theirs = await a_client(mia, "Brae")
    await a(mia, "tasks", theirs, name="Shown", assigned_to=str(mia.user_id))
    page = (await mia.get(mia.at("/my-work"))).text
    assert ("Shown" in page, "Hidden" in page) == (True, False)


async def test_a_reminder_stands_above_until_it_is_enough(ines: Player, oxbow: Row) -> None:
    more = {"assigned_to": str(ines.user_id), "due_date": FAR}
    past = datetime.now(UTC) - timedelta(hours=1)
    task = await a(ines, "tasks", oxbow, name="Call", remind_at=past.isoformat(), **more)
    await a(ines, "tasks", oxbow, name="Later", remind_at=(past + timedelta(days=1)).isoformat(), **more)
    assert await headings(ines) == ["reminders", "later"]
    for _ in range(2):
        answer = await ines.post(ines.at(f"/tasks/{task['id']}/reminder/removal"), data={"back": "my-work"})
        assert answer.headers["location"] == ines.at("/my-work")
    assert await headings(ines) == ["later"]


async def test_ticking_comes_back_to_the_same_filters(ines: Player, oxbow: Row) -> None:
    task = await a(ines, "tasks", oxbow, name="Call")
    sent = {"back": "my-work", "asked": "whose=unassigned&stage=Audit"}
    answer = await ines.post(ines.at(f"/tasks/{task['id']}/completion"), data=sent)
    assert answer.headers["location"] == ines.at("/my-work?whose=unassigned&stage=Audit")
    assert [row["is_completed"] for row in await listed(ines, "/v1/tasks", completed="true")] == [True]


async def test_nobody_is_led_elsewhere_by_what_a_button_says(ines: Player, oxbow: Row) -> None:
    task = await a(ines, "tasks", oxbow, name="Call")
    sent = {"back": "my-work", "asked": "\r\nLocation: https://evil.example"}
    answer = await ines.post(ines.at(f"/tasks/{task['id']}/completion"), data=sent)
    assert answer.headers["location"].startswith(ines.at("/my-work"))
    elsewhere = await ines.post(ines.at(f"/tasks/{task['id']}/completion"), data={"back": "//evil.example"})
    assert elsewhere.status_code == 422


async def test_a_live_update_brings_the_list_alone(ines: Player) -> None:
    answer = await ines.get(ines.at("/my-work"), headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="work"')
