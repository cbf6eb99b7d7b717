"""Views of the board and the list under a name: whose they are, what they keep, what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from audienceos.platform.db.database import Database
from audienceos.platform.events.models import Event
from tests.cast import Player
from tests.clients.given import Row, a_client, listed
from tests.clients.reading import Page
from tests.clients.test_fields import a_field


async def a_view(player: Player, name: str = "Late", **more: Any) -> Row:
    """A view of the player's."""
    answer = await player.post("/v1/saved-views", json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def kept(player: Player, **params: Any) -> list[str]:
    """The names of the views that the player sees."""
    return [row["name"] for row in await listed(player, "/v1/saved-views", **params)]


async def test_a_view_keeps_filters_and_order(ines: Player) -> None:
    asked = {"health": ["red"], "stage": ["Audit"], "mine": True, "sort": "-days_in_stage"}
    view = await a_view(ines, parameters=asked)
    assert view["parameters"] == asked | {"mine": "true"}
    again = await ines.get(f"/v1/saved-views/{view['id']}")
    assert (again.json(), again.headers["etag"]) == (view, '"1"')


async def test_what_is_usual_is_not_kept(ines: Player) -> None:
    view = await a_view(ines, parameters={"activity": "active", "sort": "name", "tag": [], "blocked": False})
    assert view["parameters"] == {}


@pytest.mark.parametrize(
    "parameters",
    [
        {"colour": ["red"]},
        {"health": ["blue"]},
        {"stage": ["Nowhere"]},
        {"cursor": "x"},
        {"stuck_days": 1},
        {"custom": ["nobody:1"]},
        {"q": "x" * 4001},
    ],
)
async def test_parameters_that_a_screen_does_not_have_are_refused(ines: Player, parameters: Row) -> None:
    answer = await ines.post("/v1/saved-views", json={"name": "Odd", "parameters": parameters})
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["parameters"]


async def test_the_board_has_no_order_to_keep(ines: Player) -> None:
    asked = {"name": "Odd", "screen": "board", "parameters": {"sort": "-health"}}
    assert (await ines.post("/v1/saved-views", json=asked)).status_code == 422


async def test_ones_own_view_is_nobody_elses(ines: Player, tom: Player) -> None:
    view = await a_view(tom)
    assert (await kept(ines), await kept(tom)) == ([], ["Late"])
    at = f"/v1/saved-views/{view['id']}"
    assert (await ines.get(at)).status_code == 404
    assert (await ines.patch(at, json={"name": "Mine"}, version=1)).status_code == 404
    assert (await ines.delete(at)).status_code == 404


async def test_a_shared_view_is_read_by_everyone(ines: Player, tom: Player, cleo: Player) -> None:
    await a_view(ines, is_shared=True)
    assert (await kept(tom), await kept(cleo)) == (["Late"], [])


async def test_a_shared_view_is_its_authors_and_the_admins_to_change(ines: Player, tom: Player) -> None:
    ours = await a_view(ines, "Ours", is_shared=True)
    theirs = await a_view(tom, "Theirs", is_shared=True)
    refused = await tom.patch(f"/v1/saved-views/{ours['id']}", json={"name": "Mine"}, version=1)
    assert refused.status_code == 403
    assert (await tom.delete(f"/v1/saved-views/{ours['id']}")).status_code == 403
    changed = await ines.patch(f"/v1/saved-views/{theirs['id']}", json={"name": "Renamed"}, version=1)
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, "Renamed", 2)
    assert (await ines.delete(f"/v1/saved-views/{theirs['id']}")).status_code == 204


async def test_an_admin_does_not_take_a_view_back_for_its_author(ines: Player, tom: Player) -> None:
    view = await a_view(tom, is_shared=True)
    at = f"/v1/saved-views/{view['id']}"
    assert (await ines.patch(at, json={"is_shared": False}, version=1)).status_code == 403
    assert (await tom.patch(at, json={"is_shared": False}, version=1)).status_code == 200
    assert await kept(ines) == []


async def test_a_name_is_ones_own_once_a_screen(ines: Player, tom: Player) -> None:
    await a_view(ines, "Late")
    again = await ines.post("/v1/saved-views", json={"name": " late "})
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
    await a_view(ines, "Late", screen="board")
    await a_view(tom, "Late")


async def test_a_stale_edit_is_refused(ines: Player) -> None:
    view = await a_view(ines)
    at = f"/v1/saved-views/{view['id']}"
    assert (await ines.patch(at, json={"name": "Later"}, version=1)).status_code == 200
    assert (await ines.patch(at, json={"name": "Latest"}, version=1)).status_code == 412


async def test_one_screens_views_are_asked_for(ines: Player) -> None:
    await a_view(ines, "Rows")
    await a_view(ines, "Lanes", screen="board")
    assert await kept(ines) == ["Lanes", "Rows"]
    assert await kept(ines, screen="board") == ["Lanes"]


async def test_each_verb_leaves_one_event_that_names_what_others_may_read(
    database: Database, ines: Player
) -> None:
    own = await a_view(ines, "Secret")
    await a_view(ines, "Ours", is_shared=True)
    await ines.delete(f"/v1/saved-views/{own['id']}")
    async with database.acting(ines.claims) as db:
        found = await db.scalars(select(Event).where(Event.topic == "saved_view").order_by(Event.seq))
        told = [(event.name, event.data.get("name")) for event in found]
    assert told == [
        ("saved_view.created", None),
        ("saved_view.created", "Ours"),
        ("saved_view.removed", None),
    ]


@pytest.mark.parametrize(("screen", "at"), [("list", "/clients"), ("board", "/pipeline")])
async def test_a_view_is_a_chip_that_shows_what_it_keeps(ines: Player, screen: str, at: str) -> None:
    await a_client(ines, "Oxbow", stage="Audit")
    await a_client(ines, "Brae")
    await a_view(ines, "Audits", screen=screen, parameters={"stage": ["Audit"]})
    page = Page(await ines.get(ines.at(at)))
    there = Page(await ines.get(page.links["Audits"]))
    assert ("Oxbow" in there.text, "Brae" in there.text) == (True, False)


async def test_what_is_shown_is_kept_by_a_form(ines: Player) -> None:
    page = Page(await ines.get(ines.at("/clients?stage=Audit&stage=Live&sort=-health")))
    form = {"name": "Both", "screen": "list", "parameters": page.fields["saved-views.parameters"]}
    answer = await ines.post(ines.at("/saved-views"), data=form)
    assert answer.status_code == 303
    assert answer.headers["location"] == ines.at("/clients?stage=Audit&stage=Live&sort=-health")
    (view,) = await listed(ines, "/v1/saved-views")
    assert view["parameters"] == {"stage": ["Audit", "Live"], "sort": "-health"}


async def test_a_taken_name_comes_back_with_what_was_typed(ines: Player) -> None:
    await a_view(ines, "Late")
    form = {"name": "Late", "screen": "list", "parameters": "?mine=true", "is_shared": "true"}
    page = Page(await ines.post(ines.at("/saved-views"), data=form))
    assert (page.status, page.faults["name"]) == (409, "There is a view of this name already.")
    assert page.fields["saved-views.parameters"] == "?mine=true"


async def test_a_button_keeps_what_is_shown_under_an_old_name(ines: Player) -> None:
    view = await a_view(ines, parameters={"mine": True}, is_shared=True)
    at = ines.at(f"/saved-views/{view['id']}/edit")
    assert (await ines.post(at, data={"parameters": "?"})).headers["location"] == ines.at("/clients")
    (now,) = await listed(ines, "/v1/saved-views")
    assert (now["parameters"], now["name"], now["is_shared"]) == ({}, "Late", True)


async def test_a_view_is_renamed_and_removed_by_forms(ines: Player) -> None:
    view = await a_view(ines)
    at = ines.at(f"/saved-views/{view['id']}")
    form = {"name": "Later", "is_shared": "true", "version": "1"}
    assert (await ines.post(f"{at}/edit", data=form)).status_code == 303
    (now,) = await listed(ines, "/v1/saved-views")
    assert (now["name"], now["is_shared"]) == ("Later", True)
    assert (await ines.post(f"{at}/removal")).headers["location"] == ines.at("/clients")
    assert await kept(ines) == []


async def test_who_may_not_change_a_view_is_told_whose_it_is(ines: Player, tom: Player) -> None:
    view = await a_view(ines, is_shared=True)
    page = Page(await tom.get(tom.at(f"/saved-views/{view['id']}")))
    assert "Ines Aalto shows this view to the agency." in page.text
    assert "edit.name" not in page.fields


async def test_a_stage_that_was_removed_is_left_out_and_named(ines: Player) -> None:
    await a_view(ines, "Audits", parameters={"stage": ["Audit"], "mine": True})
    removed = await ines.delete("/v1/stages/Audit")
    assert removed.is_success, removed.text
    page = Page(await ines.get(ines.at("/clients")))
    assert page.links["Audits"] == ines.at("/clients?mine=true")
    assert "There is no stage Audit any more" in page.text


async def test_a_field_that_was_removed_is_left_out(ines: Player) -> None:
    field = await a_field(ines, "Size")
    await a_view(ines, "Large", parameters={"custom": [f"{field['id']}:L"]})
    assert (await ines.delete(f"/v1/custom-fields/{field['id']}")).status_code == 204
    page = Page(await ines.get(ines.at("/clients")))
    assert page.links["Large"] == ines.at("/clients")


async def test_what_is_shown_is_known_again_in_whichever_order_it_was_kept(ines: Player) -> None:
    asked = {"stage": ["Audit"], "mine": True, "sort": "-days_in_stage"}
    await a_view(ines, "Audits", parameters=asked)
    text = (await ines.get(ines.at("/clients?stage=Audit&mine=true&sort=-days_in_stage"))).text
    assert 'aria-current="true"><svg' in text[text.index('aria-label="Saved views"') :]
