"""The people at a client, by the API."""

from __future__ import annotations

from typing import Any

from tests.cast import Player
from tests.clients.given import Row, a, a_client, of_client, shown

MAYA: dict[str, Any] = {"name": "Maya Okoro", "email": "maya@oxbow.example", "title": "Owner"}
LEO: dict[str, Any] = {"name": "Leo Brandt", "email": "leo@oxbow.example", "phone": "+44 20 7946 0000"}


async def change(player: Player, client: Row, contact: Row, **changes: Any) -> Any:
    """Edit a contact as it was read."""
    path = f"/v1/clients/{client['id']}/contacts/{contact['id']}"
    return await player.patch(path, json=changes, version=contact["version"])


async def test_the_first_contact_is_primary_and_shown_with_the_client(ines: Player, oxbow: Row) -> None:
    assert (await a(ines, "contacts", oxbow, **MAYA))["is_primary"] is True
    client = await shown(ines, oxbow)
    assert (client["contact_name"], client["contact_email"]) == (MAYA["name"], MAYA["email"])


async def test_the_second_contact_is_not_primary(ines: Player, oxbow: Row) -> None:
    await a(ines, "contacts", oxbow, **MAYA)
    assert (await a(ines, "contacts", oxbow, **LEO))["is_primary"] is False
    assert (await shown(ines, oxbow))["contact_name"] == MAYA["name"]


async def test_one_made_primary_takes_the_others_place(ines: Player, oxbow: Row) -> None:
    await a(ines, "contacts", oxbow, **MAYA)
    await a(ines, "contacts", oxbow, **LEO, is_primary=True)
    assert [(row["name"], row["is_primary"]) for row in await of_client(ines, "contacts", oxbow)] == [
        (LEO["name"], True),
        (MAYA["name"], False),
    ]
    assert (await shown(ines, oxbow))["contact_email"] == LEO["email"]


async def test_an_edit_of_the_primary_one_is_shown_with_the_client(ines: Player, oxbow: Row) -> None:
    maya = await a(ines, "contacts", oxbow, **MAYA)
    answer = await change(ines, oxbow, maya, email="m.okoro@oxbow.example")
    assert answer.status_code == 200
    assert (await shown(ines, oxbow))["contact_email"] == "m.okoro@oxbow.example"


async def test_an_edit_of_the_clients_contact_is_the_primary_ones(ines: Player, oxbow: Row) -> None:
    await a(ines, "contacts", oxbow, **MAYA)
    client = await shown(ines, oxbow)
    changed = {"contact_name": "Maya Okoro-Hale"}
    await ines.patch(f"/v1/clients/{client['id']}", json=changed, version=client["version"])
    (maya,) = await of_client(ines, "contacts", oxbow)
    assert (maya["name"], maya["email"], maya["title"]) == ("Maya Okoro-Hale", MAYA["email"], "Owner")


async def test_a_clients_contact_given_with_it_is_a_contact(ines: Player) -> None:
    client = await a_client(ines, "Brae", contact_name="Ada Quist", contact_email="ada@brae.example")
    (ada,) = await of_client(ines, "contacts", client)
    assert (ada["name"], ada["email"], ada["is_primary"]) == ("Ada Quist", "ada@brae.example", True)


async def test_clearing_the_clients_contact_keeps_whom_one_can_call(ines: Player, oxbow: Row) -> None:
    await a(ines, "contacts", oxbow, **LEO)
    client = await shown(ines, oxbow)
    cleared = {"contact_name": None, "contact_email": None}
    await ines.patch(f"/v1/clients/{client['id']}", json=cleared, version=client["version"])
    (leo,) = await of_client(ines, "contacts", oxbow)
    assert (leo["name"], leo["email"], leo["phone"]) == (None, None, LEO["phone"])


async def test_clearing_the_clients_contact_removes_one_of_whom_nothing_else_is_known(ines: Player) -> None:
    client = await a_client(ines, "Brae", contact_name="Ada Quist")
    await ines.patch(f"/v1/clients/{client['id']}", json={"contact_name": None}, version=client["version"])
    assert await of_client(ines, "contacts", client) == []


async def test_after_the_primary_one_the_longest_known_is(ines: Player, oxbow: Row) -> None:
    maya = await a(ines, "contacts", oxbow, **MAYA)
    await a(ines, "contacts", oxbow, **LEO)
    await a(ines, "contacts", oxbow, name="Una Frost")
    gone = await ines.delete(f"/v1/clients/{oxbow['id']}/contacts/{maya['id']}")
    assert gone.status_code == 204
    assert [row["name"] for row in await of_client(ines, "contacts", oxbow) if row["is_primary"]] == [
        LEO["name"]
    ]
    assert (await shown(ines, oxbow))["contact_name"] == LEO["name"]


async def test_after_the_last_one_the_client_has_no_contact(ines: Player, oxbow: Row) -> None:
    maya = await a(ines, "contacts", oxbow, **MAYA)
    await ines.delete(f"/v1/clients/{oxbow['id']}/contacts/{maya['id']}")
    client = await shown(ines, oxbow)
    assert (client["contact_name"], client["contact_email"]) == (None, None)


async def test_somebody_must_be_reachable_somehow(ines: Player, oxbow: Row) -> None:
    answer = await ines.post(f"/v1/clients/{oxbow['id']}/contacts", json={"title": "Owner"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "name")


async def test_the_primary_one_stays_so_until_another_is_made_it(ines: Player, oxbow: Row) -> None:
    maya = await a(ines, "contacts", oxbow, **MAYA)
    answer = await change(ines, oxbow, maya, is_primary=False)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "is_primary")


async def test_absent_stays_and_null_clears(ines: Player, oxbow: Row) -> None:
    leo = await a(ines, "contacts", oxbow, **LEO)
    changed = (await change(ines, oxbow, leo, phone=None)).json()
    assert (changed["name"], changed["phone"]) == (LEO["name"], None)


async def test_the_second_to_save_is_told(ines: Player, tom: Player, oxbow: Row) -> None:
    maya = await a(ines, "contacts", oxbow, **MAYA)
    assert (await change(tom, oxbow, maya, title="Founder")).status_code == 200
    late = await change(ines, oxbow, maya, title="Boss")
    assert (late.status_code, late.json()["extra"]) == (412, {"version": 2})


async def test_an_edit_says_what_it_read(ines: Player, oxbow: Row) -> None:
    maya = await a(ines, "contacts", oxbow, **MAYA)
    path = f"/v1/clients/{oxbow['id']}/contacts/{maya['id']}"
    assert (await ines.patch(path, json={"title": "Boss"})).status_code == 428


async def test_a_contact_is_asked_for_under_its_own_client(ines: Player, oxbow: Row) -> None:
    maya = await a(ines, "contacts", oxbow, **MAYA)
    other = await a_client(ines, "Brae")
    path = f"/v1/clients/{other['id']}/contacts/{maya['id']}"
    assert (await ines.get(path)).status_code == 404
    assert (await ines.patch(path, json={"name": "X"}, version=1)).status_code == 404
    assert (await ines.delete(path)).status_code == 404
