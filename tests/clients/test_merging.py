"""Two clients turn out to be one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Player
from tests.clients.given import Row, a, a_client, names, of_client, shown
from tests.clients.reading import Page


async def merged(player: Player, stays: Row, other: Row, *take: str) -> Any:
    """The other comes to the one that stays."""
    body = {"other_id": other["id"], "take": list(take)}
    return await player.post(f"/v1/clients/{stays['id']}/merges", json=body)


@pytest.fixture
async def brae(ines: Player, tom: Player) -> Row:
    """Another client, with something of everything."""
    given = {"contact_name": "Maya", "domain": "brae.example", "tags": ["Core", "new"], "notes": "Theirs"}
    client = await a_client(ines, "Brae", default_owner_id=str(tom.user_id), **given)
    await a(ines, "notes", client, content="Said")
    await a(ines, "tasks", client, name="Call")
    await a(ines, "moves", client, from_stage="Onboarding", to_stage="Audit")
    return client


async def test_what_hung_from_the_other_hangs_from_the_one_that_stays(ines: Player, brae: Row) -> None:
    stays = await a_client(ines, "Oxbow", contact_name="Olga", tags=["core"])
    await a(ines, "tasks", stays, name="First")
    assert (await merged(ines, stays, brae)).status_code == 200
    assert [task["name"] for task in await of_client(ines, "tasks", stays)] == ["First", "Call"]
    assert [note["content"] for note in await of_client(ines, "notes", stays)] == ["Said"]
    contacts = [(one["name"], one["is_primary"]) for one in await of_client(ines, "contacts", stays)]
    assert contacts == [("Olga", True), ("Maya", False)]
    people = [(one["user_name"], one["role"]) for one in await of_client(ines, "assignments", stays)]
    assert people == [("Ines Aalto", "owner"), ("Tom Baker", "collaborator")]
    now = await shown(ines, stays)
    assert (now["tags"], now["name"], now["domain"], now["contact_name"]) == (
        ["core", "new"],
        "Oxbow",
        "brae.example",
        "Olga",
    )


async def test_fields_are_taken_where_they_are_named(ines: Player, oxbow: Row, brae: Row) -> None:
    now = (await merged(ines, oxbow, brae, "name", "notes")).json()
    assert (now["name"], now["notes"], now["contact_name"]) == ("Brae", "Theirs", "Maya")


async def test_history_is_shown_along_and_the_old_address_leads_on(
    ines: Player, oxbow: Row, brae: Row
) -> None:
    await merged(ines, oxbow, brae)
    moves = await of_client(ines, "moves", oxbow)
    assert {move["client_id"] for move in moves} == {oxbow["id"], brae["id"]}
    page = await ines.get(ines.at(f"/clients/{oxbow['id']}"))
    assert "merged Brae into it" in page.text
    led = await ines.get(ines.at(f"/clients/{brae['id']}"))
    assert (led.status_code, led.headers["location"]) == (303, ines.at(f"/clients/{oxbow['id']}"))
    assert await names(ines) == ["Oxbow"]


async def test_it_cant_be_taken_back_and_says_so(ines: Player, oxbow: Row, brae: Row) -> None:
    await merged(ines, oxbow, brae)
    answer = await ines.post(f"/v1/clients/{brae['id']}/restoration")
    assert (answer.status_code, answer.json()["code"]) == (409, "merged")


async def test_among_the_deleted_it_says_where_it_went(ines: Player, oxbow: Row, brae: Row) -> None:
    await merged(ines, oxbow, brae)
    page = Page(await ines.get(ines.at("/deleted-clients")))
    assert page.links["Oxbow"] == ines.at(f"/clients/{oxbow['id']}")
    assert f"/clients/{brae['id']}/restoration" not in page.text
    (row,) = (await ines.get("/v1/deleted-clients")).json()["items"]
    assert (row["merged_into"], row["merged_name"]) == (oxbow["id"], "Oxbow")


async def test_where_it_went_may_be_deleted_too(ines: Player, oxbow: Row, brae: Row) -> None:
    await merged(ines, oxbow, brae)
    await ines.delete(f"/v1/clients/{oxbow['id']}")
    page = Page(await ines.get(ines.at("/deleted-clients")))
    assert "Merged into a client that was deleted, too" in page.text
    assert f"/clients/{oxbow['id']}/restoration" in page.text
    assert "Oxbow" not in page.links


async def test_one_merged_into_one_that_is_merged_leads_to_the_last(
    ines: Player, oxbow: Row, brae: Row
) -> None:
    last = await a_client(ines, "Last")
    await merged(ines, oxbow, brae)
    await merged(ines, last, oxbow)
    led = await ines.get(ines.at(f"/clients/{brae['id']}"))
    assert led.headers["location"] == ines.at(f"/clients/{last['id']}")


async def test_a_line_of_a_checklist_that_both_have_is_kept_twice_and_comes_no_more(ines: Player) -> None:
    await ines.post("/v1/task-templates", json={"stage": "Onboarding", "name": "Ask"})
    stays, other = await a_client(ines, "Oxbow"), await a_client(ines, "Brae")
    assert (await merged(ines, stays, other)).status_code == 200
    assert [task["name"] for task in await of_client(ines, "tasks", stays)] == ["Ask", "Ask"]


async def test_who_may_not_is_told_and_nothing_happens(
    ines: Player, tom: Player, cleo: Player, oxbow: Row, brae: Row
) -> None:
    assert (await merged(tom, oxbow, brae)).status_code == 403
    assert (await merged(cleo, oxbow, brae)).status_code == 404
    assert (await merged(ines, oxbow, oxbow)).status_code == 422
    assert (await merged(ines, oxbow, {"id": str(ines.user_id)})).status_code == 404
    assert await names(ines) == ["Brae", "Oxbow"]


async def test_too_many_tags_together_are_told_before(ines: Player) -> None:
    tags = [str(number) for number in range(24)]
    one, two = await a_client(ines, "One", tags=tags[:12]), await a_client(ines, "Two", tags=tags[12:])
    assert (await merged(ines, one, two)).status_code == 409
    assert (await shown(ines, two))["tags"] == tags[12:]


async def test_by_the_page(ines: Player, tom: Player, oxbow: Row, brae: Row) -> None:
    at = f"/clients/{oxbow['id']}/merge"
    assert (await tom.get(tom.at(at))).status_code == 403
    found = Page(await ines.get(ines.at(at), params={"q": "Brae"}))
    chosen = await ines.get(next(href for words, href in found.links.items() if words.startswith("Brae")))
    assert "Right is what Brae says for" in chosen.text
    answer = await ines.post(ines.at(at), data={"other_id": brae["id"], "take": ["name"]})
    assert (answer.status_code, await names(ines)) == (303, ["Brae"])
