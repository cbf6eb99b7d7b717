"""The pages of alerts, without scripts: what they show, and what their forms do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from audienceos.platform.db.database import Database
from tests.agency.browsing import Shown
from tests.alerts.given import look, stuck_for, the_alert
from tests.cast import Player
from tests.clients.given import Row, a, a_client


@pytest.fixture
async def alert(database: Database, ines: Player, oxbow: Row) -> str:
    """The id of an alert about Oxbow, which has stood in its stage for 8 days."""
    await stuck_for(database, ines, oxbow, 8)
    await look(database, ines)
    return str((await the_alert(database, ines)).id)


async def drawn(player: Player, path: str = "") -> str:
    """The page's text."""
    answer = await player.get(player.at(f"/alerts{path}"))
    assert answer.status_code == 200, answer.text
    return answer.text


async def sent(player: Player, alert: str, noun: str, **fields: str) -> str:
    """The page that follows a form."""
    answer = await player.post(player.at(f"/alerts/{alert}/{noun}"), data=fields)
    assert answer.status_code == 303, answer.text
    return await drawn(player, f"/{alert}")


async def test_alerts_stand_under_their_headings(database: Database, ines: Player, oxbow: Row) -> None:
    ready, grave = await a_client(ines, "Ready"), await a_client(ines, "Grave")
    task = await a(ines, "tasks", ready, name="Kick-off", stage="Onboarding")
    await ines.post(f"/v1/tasks/{task['id']}/completion")
    for client, days in ((oxbow, 8), (ready, 8), (grave, 20)):
        await stuck_for(database, ines, client, days)
    await look(database, ines)
    page = await drawn(ines)
    headings = ("Critical risks", "20 days in", "Approvals and actions", "Worth watching")
    told = [page.index(words) for words in headings]
    assert told == sorted(told)
    assert "3 active" in page


async def test_an_alert_shows_what_it_rests_on_and_how_sure_it_is(
    ines: Player, alert: str, oxbow: Row
) -> None:
    page = await drawn(ines, f"/{alert}")
    assert "8 days in Onboarding" in page
    assert "Entered Onboarding on" in page
    assert "90 % sure." in page
    assert f"/clients/{oxbow['id']}" in page


async def test_it_is_put_off_by_a_button_and_brought_back(ines: Player, alert: str) -> None:
    assert "Quiet until" in await sent(ines, alert, "snooze", preset="1w")
    assert "8 days in Onboarding" in await drawn(ines, "?show=snoozed")
    assert "Nothing needs you." in await drawn(ines)
    assert "Quiet until" not in (await sent(ines, alert, "snooze/removal")).replace("Quiet until 1", "")


async def test_a_time_that_was_picked_is_the_agencys(database: Database, ines: Player, alert: str) -> None:
    agency = (await ines.get("/v1/agency")).json()
    zone = {"timezone": "Asia/Tokyo"}
    assert (await ines.patch("/v1/agency", json=zone, version=agency["version"])).status_code == 200
    day = (datetime.now(UTC) + timedelta(days=9)).date()
    await sent(ines, alert, "snooze", until=f"{day}T09:00")
    until = (await the_alert(database, ines)).snoozed_until
    assert until == datetime.combine(day, datetime.min.time(), UTC)


@pytest.mark.parametrize("fields", [{}, {"until": "2020-01-01T09:00"}, {"until": "soon"}, {"preset": "9y"}])
async def test_a_time_that_cant_be_comes_back_with_its_fault(
    ines: Player, alert: str, fields: dict[str, str]
) -> None:
    answer = await ines.post(ines.at(f"/alerts/{alert}/snooze"), data=fields)
    assert answer.status_code == 422
    assert 'class="err' in answer.text


async def test_a_dismissal_keeps_what_was_typed_until_it_has_its_reason(ines: Player, alert: str) -> None:
    answer = await ines.post(ines.at(f"/alerts/{alert}/dismissal"), data={"reason": "other"})
    assert answer.status_code == 422
    assert "Say which other reason" in answer.text
    page = await sent(ines, alert, "dismissal", reason="other", text="Their fair is on")
    assert "Dismissed: Their fair is on" in page
    assert "alerts/" + alert in await drawn(ines, "?show=closed")


async def test_a_closed_one_says_so_to_who_comes_too_late(ines: Player, alert: str) -> None:
    assert "Resolved by somebody (Ines Aalto)" in await sent(ines, alert, "resolution")
    answer = await ines.post(ines.at(f"/alerts/{alert}/snooze"), data={"preset": "1h"})
    assert answer.status_code == 409
    assert "What is closed stays as it is." in answer.text


async def test_a_yes_is_done_and_the_page_says_what_came_of_it(ines: Player, alert: str, oxbow: Row) -> None:
    page = await sent(ines, alert, "approvals", action="1")
    assert "approved and done" in page
    tasks = (await ines.get(f"/v1/clients/{oxbow['id']}/tasks")).json()["items"]
    assert len(tasks) == 1


async def test_passing_it_on_leads_to_its_ticket(ines: Player, alert: str) -> None:
    page = await sent(ines, alert, "escalation")
    assert "ticket #1" in page


async def test_the_sidebar_counts_what_is_active_and_visible(ines: Player, mia: Player, alert: str) -> None:
    assert "1<span" in (await ines.get(ines.at("/alerts/badge"))).text
    assert "1<span" not in (await mia.get(mia.at("/alerts/badge"))).text
    await sent(ines, alert, "snooze", preset="1h")
    assert "1<span" not in (await ines.get(ines.at("/alerts/badge"))).text


async def test_the_clients_tab_has_what_stands_and_what_ended(ines: Player, alert: str, oxbow: Row) -> None:
    tab = ines.at(f"/clients/{oxbow['id']}/alerts")
    assert "8 days in Onboarding" in (await ines.get(tab)).text
    await sent(ines, alert, "resolution")
    assert "Ended" in (await ines.get(tab)).text


async def test_filters_stand_in_the_address(ines: Player, alert: str, oxbow: Row) -> None:
    assert "8 days in Onboarding" in await drawn(ines, f"?client={oxbow['id']}&severity=medium&rule=stuck")
    assert "No alert matches these filters." in await drawn(ines, "?severity=critical")
    assert (await ines.get(ines.at("/alerts?severity=awful"))).status_code == 400


async def test_admins_switch_rules_on_their_page(ines: Player, tom: Player) -> None:
    page = Shown(await ines.get(ines.at("/alerts/rules")))
    assert len([form for form in page.forms if form.action.endswith("/alerts/rules")]) >= 8
    assert "Switch off" not in (await tom.get(tom.at("/alerts/rules"))).text
    off = {"rule": "stuck", "is_on": "false"}
    assert (await ines.post(ines.at("/alerts/rules"), data=off)).status_code == 303
    assert "Switch on" in (await ines.get(ines.at("/alerts/rules"))).text
    assert (await tom.post(tom.at("/alerts/rules"), data=off)).status_code == 403


async def test_a_stranger_finds_nothing_there(cleo: Player, ines: Player, alert: str) -> None:
    assert (await cleo.get(cleo.at(f"/alerts/{alert}"))).status_code == 404
    assert (await cleo.get(ines.at("/alerts"))).status_code == 404
