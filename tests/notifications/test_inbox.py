"""The inbox: by the API, as a page, and as the bell on every page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from audienceos.notifications.actions.telling import Telling, tell_person
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, listed
from tests.notifications.given import look_after, worked
from tests.tickets.given import a_ticket


async def inbox(player: Player, **params: str) -> list[str]:
    """The words of what the person was told, as the API lists them."""
    return [row["words"] for row in await listed(player, "/v1/notifications", **params)]


async def unread(player: Player) -> int:
    """How many they haven't read."""
    return (await player.get("/v1/notification-counts")).json()["unread"]


@pytest.fixture
async def two(database: Database, ines: Player, tom: Player, oxbow: Row) -> list[Row]:
    """Two things that Tom was told, the newest first."""
    await look_after(ines, oxbow, tom)
    await a_ticket(ines, oxbow, "Broken", assignee_id=str(tom.user_id))
    await worked(database, ines)
    return await listed(tom, "/v1/notifications")


async def test_the_newest_stands_first_and_tells_what_it_is_about(two: list[Row], oxbow: Row) -> None:
    assert [(row["kind"], row["subject_type"], row["number"]) for row in two] == [
        ("tickets", "ticket", 1),
        ("work", "assignment", None),
    ]
    assert {row["client_id"] for row in two} == {oxbow["id"]}


async def test_reading_one_and_taking_it_back(tom: Player, two: list[Row]) -> None:
    path = f"/v1/notifications/{two[0]['id']}/reading"
    first = await tom.post(path)
    assert first.status_code == 201
    assert (await tom.post(path)).json()["read_at"] == first.json()["read_at"]
    assert (await unread(tom), len(await inbox(tom, unread="true"))) == (1, 1)
    assert (await tom.delete(path)).status_code == 204
    assert await unread(tom) == 2


async def test_reading_all_at_once(tom: Player, two: list[Row]) -> None:
    assert (await tom.post("/v1/notification-readings")).json() == {"read": 2}
    assert (await tom.post("/v1/notification-readings")).json() == {"read": 0}
    assert await unread(tom) == 0


async def test_nobody_reads_anothers_not_even_an_admin(ines: Player, two: list[Row]) -> None:
    path = f"/v1/notifications/{two[0]['id']}"
    assert (await ines.get(path)).status_code == 404
    assert (await ines.post(f"{path}/reading")).status_code == 404
    assert [row for row in await listed(ines, "/v1/notifications") if row["id"] == two[0]["id"]] == []


async def test_what_is_about_a_client_that_one_sees_no_more_is_gone_until_one_does_again(
    database: Database, ines: Player, mia: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, mia)
    await worked(database, ines)
    assert await unread(mia) == 1
    theirs = await listed(ines, f"/v1/clients/{oxbow['id']}/assignments")
    (mine,) = [row for row in theirs if row["user_id"] == str(mia.user_id)]
    await ines.delete(f"/v1/clients/{oxbow['id']}/assignments/{mine['id']}")
    assert (await unread(mia), await inbox(mia)) == (0, [])
    await look_after(ines, oxbow, mia)
    assert await unread(mia) == 1


async def test_the_page_shows_what_is_unread_first_and_parts_it_by_days(
    database: Database, tom: Player, two: list[Row]
) -> None:
    telling = Telling(key=str(uuid7()), kind="test", urgency="normal", words="Of old", subject_type="test")
    with clock.stopped_at(clock.now() - timedelta(days=1)):
        async with database.acting(tom.claims) as db:
            await tell_person(db, telling)
    await tom.post(f"/v1/notifications/{two[0]['id']}/reading")
    shown = (await tom.get(tom.at("/notifications"))).text
    heads = [re.sub(r"<[^>]+>", "", words).strip() for words in re.findall(r"<h2 id=\"part-.*?</h2>", shown)]
    assert heads[:3] == ["Today unread", "Yesterday unread", "Today read"]


async def test_opening_one_reads_it_and_leads_to_what_it_is_about(
    tom: Player, two: list[Row], oxbow: Row
) -> None:
    places: list[str] = []
    for row in two:
        answer = await tom.post(tom.at(f"/notifications/{row['id']}/opening"), data={})
        assert answer.status_code == 303, answer.text
        places.append(answer.headers["location"])
    assert places == [tom.at("/tickets/1"), tom.at(f"/clients/{oxbow['id']}")]
    assert await unread(tom) == 0


async def test_the_link_of_a_mail_leads_there_and_changes_nothing(tom: Player, two: list[Row]) -> None:
    answer = await tom.get(tom.at(f"/notifications/{two[0]['id']}"))
    assert (answer.status_code, answer.headers["location"]) == (303, tom.at("/tickets/1"))
    assert await unread(tom) == 2


async def test_the_buttons_of_the_page_mark_one_and_all(tom: Player, two: list[Row]) -> None:
    one = f"/notifications/{two[0]['id']}/reading"
    assert (await tom.post(tom.at(one), data={})).headers["location"] == tom.at("/notifications")
    assert await unread(tom) == 1
    await tom.post(tom.at(f"{one}/removal"), data={})
    assert await unread(tom) == 2
    await tom.post(tom.at("/notifications/readings"), data={})
    assert await unread(tom) == 0


async def test_the_bell_stands_on_every_page_with_the_number_of_what_is_unread(
    tom: Player, two: list[Row]
) -> None:
    page = (await tom.get(tom.at("/my-work"))).text
    bell = (await tom.get(tom.at("/notifications/bell"), headers={"HX-Request": "true"})).text
    for text in (page, bell):
        assert '2<span class="sr-only"> unread notifications</span>' in text
        assert f"live:person-{tom.user_id} from:body" in text


async def test_the_bells_menu_lists_the_latest_and_without_scripts_is_the_page(
    tom: Player, two: list[Row]
) -> None:
    path = tom.at("/notifications/recent")
    menu = (await tom.get(path, headers={"HX-Request": "true"})).text
    assert all(row["words"] in menu for row in two)
    assert (await tom.get(path)).headers["location"] == tom.at("/notifications")


async def test_an_empty_inbox_says_what_will_be_there(cleo: Player) -> None:
    assert "Nobody has told you anything yet" in (await cleo.get(cleo.at("/notifications"))).text
    unread_only = await cleo.get(cleo.at("/notifications"), params={"unread": "true"})
    assert "Nothing is unread" in unread_only.text
