"""Views of tickets under a name: kept and shown as those of clients are, and never telling of a client unseen."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.cast import Player
from tests.clients.given import Row, a, a_client, listed
from tests.clients.reading import Page
from tests.clients.test_views import a_view
from tests.tickets.given import a_ticket

SCREENS = [("ticket_board", "/tickets"), ("ticket_list", "/tickets/list")]


@pytest.mark.parametrize(("screen", "at"), SCREENS)
async def test_a_view_is_a_chip_that_shows_what_it_keeps(
    ines: Player, oxbow: Row, screen: str, at: str
) -> None:
    await a_ticket(ines, oxbow, "Pixel is gone", priority="critical")
    await a_ticket(ines, oxbow, "Invoice asked")
    await a_view(
        ines, "Burning", screen=screen, parameters={"priority": ["critical"], "client": [oxbow["id"]]}
    )
    page = Page(await ines.get(ines.at(at)))
    there = Page(await ines.get(page.links["Burning"]))
    assert ("Pixel is gone" in there.text, "Invoice asked" in there.text) == (True, False)


@pytest.mark.parametrize(("screen", "at"), SCREENS)
async def test_what_is_shown_is_kept_by_a_form_and_come_back_to(
    ines: Player, oxbow: Row, screen: str, at: str
) -> None:
    asked = f"?client={oxbow['id']}&priority=high&mine=true&created_from=2026-01-02"
    page = Page(await ines.get(ines.at(at + asked)))
    form = {"name": "Mine", "screen": screen, "parameters": page.fields["saved-views.parameters"]}
    answer = await ines.post(ines.at("/saved-views"), data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, ines.at(at + asked))
    (view,) = await listed(ines, "/v1/saved-views", screen=screen)
    assert view["parameters"] == {
        "client": [oxbow["id"]],
        "priority": ["high"],
        "mine": "true",
        "created_from": "2026-01-02",
    }


async def test_the_list_keeps_its_order_and_the_board_has_none(ines: Player) -> None:
    view = await a_view(ines, screen="ticket_list", parameters={"sort": "priority", "status": ["new"]})
    assert view["parameters"] == {"sort": "priority", "status": ["new"]}
    odd = {"name": "Odd", "screen": "ticket_board", "parameters": {"sort": "priority"}}
    assert (await ines.post("/v1/saved-views", json=odd)).status_code == 422


@pytest.mark.parametrize(
    "parameters",
    [
        {"health": ["red"]},
        {"priority": ["urgent"]},
        {"client": [str(uuid4())]},
        {"assignee": [str(uuid4())]},
        {"created_from": "yesterday"},
        {"deep": 100},
        {"zone": "UTC"},
    ],
)
async def test_parameters_that_tickets_do_not_have_are_refused(ines: Player, parameters: Row) -> None:
    asked = {"name": "Odd", "screen": "ticket_board", "parameters": parameters}
    answer = await ines.post("/v1/saved-views", json=asked)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["parameters"]


async def test_a_view_goes_back_to_its_own_screen(ines: Player) -> None:
    view = await a_view(ines, screen="ticket_list")
    page = Page(await ines.get(ines.at(f"/saved-views/{view['id']}")))
    assert page.links["Cancel"] == ines.at("/tickets/list")
    assert "Everyone sees through it the tickets that they may see anyway" in page.text
    answer = await ines.post(ines.at(f"/saved-views/{view['id']}/removal"))
    assert answer.headers["location"] == ines.at("/tickets/list")


async def test_views_of_tickets_stand_beside_none_of_clients(ines: Player) -> None:
    await a_view(ines, "Rows", screen="ticket_list")
    await a_view(ines, "Rows", screen="list")
    assert "Rows" not in Page(await ines.get(ines.at("/tickets"))).links
    page = Page(await ines.get(ines.at("/tickets/list")))
    assert page.links["Rows"] == ines.at("/tickets/list")


async def test_a_stranger_is_told_of_no_view(ines: Player, cleo: Player) -> None:
    view = await a_view(ines, screen="ticket_board", is_shared=True)
    assert (await cleo.get(f"/v1/saved-views/{view['id']}")).status_code == 404
    assert await listed(cleo, "/v1/saved-views") == []


async def test_a_shared_view_does_not_tell_of_a_client_that_its_reader_does_not_see(
    ines: Player, mia: Player, oxbow: Row
) -> None:
    theirs = await a_client(ines, "Brae")
    await a(ines, "assignments", theirs, user_id=str(mia.user_id))
    both = {"client": [oxbow["id"], theirs["id"]]}
    view = await a_view(ines, "Both", screen="ticket_board", parameters=both, is_shared=True)
    told = (await mia.get(f"/v1/saved-views/{view['id']}")).json()
    assert told["parameters"] == {"client": [theirs["id"]]}
    assert [row["parameters"] for row in await listed(mia, "/v1/saved-views")] == [told["parameters"]]
    page = await mia.get(mia.at("/tickets"))
    assert oxbow["id"] not in page.text
    assert "A client that it asked for is gone" in page.text


async def test_a_client_that_one_does_not_see_is_kept_as_little_as_one_that_never_was(
    mia: Player, oxbow: Row
) -> None:
    for client_id in (oxbow["id"], str(uuid4())):
        asked = {"name": "Odd", "screen": "ticket_list", "parameters": {"client": [client_id]}}
        answer = await mia.post("/v1/saved-views", json=asked)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["message"] == f"There is no client {client_id}"
