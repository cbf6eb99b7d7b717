"""The menu of clients beside boards and lists: read when it is opened, found by typing, and a page without scripts."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from audienceos.clients.models import Client
from audienceos.platform import clock
from audienceos.platform.db.database import Database
from tests.agency.browsing import Shown
from tests.cast import Player
from tests.clients.given import Row, a, a_client, only_assigned
from tests.tickets.given import a_ticket

SCREENS = [("tickets", "/tickets"), ("ticket-list", "/tickets/list"), ("alerts", "/alerts")]
FRAGMENT = {"HX-Request": "true"}


async def offered(player: Player, **asked: str) -> str:
    """What the menu fetches."""
    answer = await player.get(player.at("/client-choice"), params=asked, headers=FRAGMENT)
    assert answer.status_code == 200, answer.text
    return answer.text


async def a_thousand(database: Database, owner: Player) -> None:
    """Clients of the owner's agency, named by their numbers."""
    now = clock.now()
    rows = [
        {
            "agency_id": owner.agency_id,
            "name": f"Client {n:04}",
            "name_key": f"client {n:04}",
            "stage_entered_at": now,
            "last_activity_at": now,
        }
        for n in range(1000)
    ]
    async with database.acting(owner.claims) as db:
        await db.execute(insert(Client), rows)


@pytest.mark.parametrize(("route", "at"), SCREENS)
async def test_a_screen_names_no_client_before_its_menu_is_opened(
    ines: Player, oxbow: Row, route: str, at: str
) -> None:
    answer = await ines.get(ines.at(at))
    form = next(form for form in Shown(answer).forms if form.action.endswith("/client-choice"))
    assert form.fields["to"] == [route]
    assert oxbow["id"] not in answer.text
    assert f'value="{oxbow["id"]}"' in await offered(ines, to=route)


async def test_of_a_thousand_fifty_are_offered_and_any_is_found(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await a_thousand(database, ines)
    first = await offered(ines)
    assert first.count('name="client"') == 50
    assert "50 of 1,001. Type to find another." in first
    found = await offered(ines, named=" OXb ")
    assert (found.count('name="client"'), str(oxbow["id"]) in found) == (1, True)
    assert "No client is called so." in await offered(ines, named="Oxbow_")


async def test_who_begins_so_stands_before_who_has_it_within(ines: Player) -> None:
    for name in ("A brae", "Brae"):
        await a_client(ines, name)
    found = await offered(ines, named="brae")
    assert found.index(">Brae<") < found.index(">A brae<")


@pytest.mark.parametrize(("route", "at"), SCREENS)
async def test_without_scripts_a_typed_name_leads_to_a_page_that_narrows_the_screen(
    ines: Player, oxbow: Row, route: str, at: str
) -> None:
    page = Shown(await ines.get(ines.at(at)))
    form = next(form for form in page.forms if form.action.endswith("/client-choice"))
    asked = {"to": form.fields["to"][0], "asked": form.fields["asked"][0], "named": "oxb"}
    answer = await ines.get(form.action, params=asked)
    choice = Shown(answer)
    assert "<h1>Choose a client</h1>" in answer.text
    (there,) = (form for form in choice.forms if form.action == ines.at(at))
    assert f'name="client" value="{oxbow["id"]}"' in answer.text
    answer = await ines.get(there.action, params=dict(there.fields) | {"client": oxbow["id"]})
    assert answer.status_code == 200
    assert 'Client: <span class="max-w-40 truncate" dir="auto">Oxbow</span>' in answer.text


async def test_the_choice_keeps_what_else_is_asked_for(ines: Player, oxbow: Row) -> None:
    other = await a_client(ines, "Brae")
    await a_ticket(ines, oxbow, "Pixel is gone", priority="high")
    await a_ticket(ines, other, "Feed is late", priority="high")
    page = Shown(await ines.get(ines.at(f"/tickets/list?priority=high&sort=title&client={other['id']}")))
    seek = next(form for form in page.forms if form.action.endswith("/client-choice"))
    asked = {"to": "ticket-list", "asked": seek.fields["asked"][0]}
    answer = await ines.get(seek.action, params=asked)
    choice = Shown(answer)
    (there,) = (form for form in choice.forms if form.action == ines.at("/tickets/list"))
    assert there.fields == {"priority": ["high"], "sort": ["title"], "client": [other["id"]]}
    assert f'name="client" value="{other["id"]}"' not in answer.text.partition("<button name")[2]
    both = dict(there.fields) | {"client": [other["id"], oxbow["id"]]}
    text = (await ines.get(there.action, params=both)).text
    assert ("Pixel is gone" in text, "Feed is late" in text) == (True, True)


async def test_who_is_scoped_chooses_among_their_own_clients(
    database: Database, ines: Player, mia: Player
) -> None:
    await only_assigned(database, ines)
    own, other = await a_client(ines, "Own"), await a_client(ines, "Other")
    await a(ines, "assignments", own, user_id=str(mia.user_id))
    text = await offered(mia)
    assert (str(own["id"]) in text, str(other["id"]) in text) == (True, False)
    assert str(other["id"]) not in await offered(mia, asked=f"?client={other['id']}", named="other")


async def test_a_strangers_client_is_neither_offered_nor_named(ines: Player, cleo: Player) -> None:
    theirs = await a_client(cleo, "Foreign")
    assert "Foreign" not in await offered(ines, named="foreign")
    assert "Foreign" not in await offered(ines, asked=f"?client={theirs['id']}")
    assert "Foreign" not in (await ines.get(ines.at(f"/tickets?client={theirs['id']}"))).text


async def test_who_is_archived_is_named_where_chosen_and_not_offered(ines: Player, oxbow: Row) -> None:
    await ines.patch(f"/v1/clients/{oxbow['id']}", json={"is_active": False}, version=oxbow["version"])
    assert "No client is called so." in await offered(ines, named="oxbow")
    assert "Oxbow" in (await ines.get(ines.at(f"/tickets?client={oxbow['id']}"))).text


@pytest.mark.parametrize("to", ["nowhere", "ticket"])
async def test_a_screen_that_is_not_there_has_no_choice(ines: Player, to: str) -> None:
    assert (await ines.get(ines.at("/client-choice"), params={"to": to})).status_code == 404
