"""Moves through the pipeline, and how long a client has stood in its stage."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from audienceos.clients.jobs import judge_due
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from tests.agency.browsing import tab_of
from tests.cast import Player
from tests.clients.given import Row, a_client, aged, of_client, shown

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture(scope="module", autouse=True)
async def zone(ines: Player) -> None:
    """The agency lives where clocks change."""
    await ines.patch("/v1/agency", json={"timezone": str(NEW_YORK)}, version=1)


async def in_stage(ines: Player, name: str, stage: str = "Onboarding") -> Row:
    """A client in that stage."""
    return await a_client(ines, name, stage=stage)


async def test_the_same_stage_leaves_no_event_by_form_or_api(ines: Player) -> None:
    client = await in_stage(ines, "Still")
    path, body = f"/clients/{client['id']}/moves", {"from_stage": "Onboarding", "to_stage": "Onboarding"}
    assert (await ines.post(ines.at(path), data=body)).status_code == 303
    assert (await ines.post(f"/v1{path}", json=body)).status_code == 200
    assert len(await of_client(ines, "moves", client)) == 1


async def test_an_edit_moves_nobody(ines: Player) -> None:
    client = await in_stage(ines, "Edited")
    answer = await ines.patch(f"/v1/clients/{client['id']}", json={"stage": "Audit"}, version=1)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "stage")
    assert len(await of_client(ines, "moves", client)) == 1


async def test_a_stage_that_is_renamed_on_its_page_takes_its_clients_along(ines: Player) -> None:
    client = await in_stage(ines, "Along", "Audit")
    tab = tab_of(ines)
    page = await tab.open(ines.at("/settings/pipeline"))
    form = next(form for form in page.forms if form.fields.get("name") == ["Audit"])
    assert (await tab.send(form, {"name": "Review"})).status == 200
    assert (await shown(ines, client))["stage"] == "Review"
    card = (await ines.get(ines.at("/pipeline"))).text
    assert ('data-lane="Review"' in card, 'data-lane="Audit"' in card) == (True, False)


@pytest.mark.parametrize(
    ("entered", "now", "days"),
    [
        ("2026-03-07T23:30", "2026-03-07T23:59", 0),
        ("2026-03-07T23:30", "2026-03-08T00:01", 1),
        ("2026-03-07T23:30", "2026-03-09T00:01", 2),  # the night before had 23 hours
        ("2026-10-31T00:30", "2026-11-01T23:59", 1),  # and this day has 25
        ("2026-10-31T00:30", "2026-11-02T00:01", 2),
    ],
)
async def test_days_are_midnights_on_the_agencys_wall(
    database: Database, ines: Player, entered: str, now: str, days: int
) -> None:
    client = await in_stage(ines, f"Since {entered} until {now}")
    came, then = (datetime.fromisoformat(text).replace(tzinfo=NEW_YORK) for text in (entered, now))
    await aged(database, ines, client, stage_entered_at=came)
    with clock.stopped_at(then.astimezone(UTC)):
        assert (await shown(ines, client))["days_in_stage"] == days
        page = (await ines.get(ines.at(f"/clients/{client['id']}"))).text
    assert f"{days} day{'' if days == 1 else 's'}</span>" in page


@pytest.mark.parametrize(
    ("days", "status", "words"),
    [(6, "green", "Healthy"), (7, "yellow", "Watch"), (13, "yellow", "Watch"), (14, "red", "At risk")],
)
async def test_a_limit_is_reached_on_its_day(
    database: Database, ines: Player, days: int, status: str, words: str
) -> None:
    client = await in_stage(ines, f"For {days} days")
    noon = datetime(2026, 6, 20, 12, tzinfo=NEW_YORK)
    entered = noon.replace(day=20 - days, hour=23)
    await aged(database, ines, client, stage_entered_at=entered, last_activity_at=noon)
    with clock.stopped_at(noon.astimezone(UTC)):
        await judge_due(database, system_of(ines.agency_id), {})
        assert (await shown(ines, client))["health_status"] == status
        page = (await ines.get(ines.at(f"/clients/{client['id']}/card"))).text
    assert words in page


async def test_ticking_twice_is_ticking_once_by_the_form_too(ines: Player) -> None:
    client = await in_stage(ines, "Ticked")
    answer = await ines.post(f"/v1/clients/{client['id']}/tasks", json={"name": "Call"})
    path = ines.at(f"/tasks/{answer.json()['id']}/completion")
    for end, done in (("", "task.completed"), ("/removal", "task.reopened")):
        ticked: list[Row] = []
        for _ in range(2):
            assert (await ines.post(path + end)).status_code == 303
            ticked += await of_client(ines, "tasks", client)
        assert ticked[0] == ticked[1]
        assert len((await ines.get("/v1/events", params={"action": done})).json()["items"]) == 1
