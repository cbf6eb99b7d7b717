"""What the palette finds: clients by a piece of their name, contact or domain, and only those that one sees."""

from __future__ import annotations

import re

import pytest

from tests.cast import Player
from tests.clients.given import Row, a, a_client

FRAGMENT = {"HX-Request": "true"}


async def found(player: Player, q: str) -> list[str]:
    """The names, in their order."""
    answer = await player.get(player.at("/search"), params={"q": q}, headers=FRAGMENT)
    assert answer.status_code == 200
    return re.findall(r'data-name="([^"]*)"', answer.text)


@pytest.mark.parametrize("q", ["oxb", "BOW", "maya", "oxbow.example", "maya@"])
async def test_by_a_piece_of_name_contact_or_domain(ines: Player, q: str) -> None:
    await a_client(
        ines, "Oxbow", domain="oxbow.example", contact_name="Maya Lu", contact_email="maya@oxbow.example"
    )
    await a_client(ines, "Brae")
    assert await found(ines, q) == ["Oxbow"]


async def test_a_name_that_begins_so_comes_first(ines: Player) -> None:
    for name in ("Great Oak", "Oakbridge", "Zenna"):
        await a_client(ines, name, contact_name="Ms Oakes" if name == "Zenna" else None)
    assert await found(ines, "oak") == ["Oakbridge", "Great Oak", "Zenna"]


@pytest.mark.parametrize("q", ["%", "_", "", "  ", "\\"])
async def test_signs_stand_for_themselves(ines: Player, oxbow: Row, q: str) -> None:
    assert await found(ines, q) == []


async def test_eight_at_most(ines: Player) -> None:
    for number in range(10):
        await a_client(ines, f"Oak {number}")
    assert len(await found(ines, "oak")) == 8


async def test_a_stranger_finds_nothing(ines: Player, oxbow: Row, cleo: Player) -> None:
    assert (await found(ines, "oxbow"), await found(cleo, "oxbow")) == (["Oxbow"], [])


async def test_a_member_finds_only_what_is_theirs(ines: Player, oxbow: Row, mia: Player) -> None:
    brae = await a_client(ines, "Brae Oxen")
    await a(ines, "assignments", brae, user_id=str(mia.user_id))
    assert await found(mia, "ox") == ["Brae Oxen"]


async def test_a_deleted_client_is_not_found(ines: Player, oxbow: Row) -> None:
    assert (await ines.delete(f"/v1/clients/{oxbow['id']}", version=oxbow["version"])).status_code == 204
    assert await found(ines, "oxbow") == []


async def test_what_was_typed_is_marked_and_never_markup(ines: Player) -> None:
    await a_client(ines, "<b>Oxbow</b>")
    answer = await ines.get(ines.at("/search"), params={"q": "<b>o"}, headers=FRAGMENT)
    assert "<mark>&lt;b&gt;O</mark>xbow&lt;/b&gt;" in answer.text


async def test_without_script_it_is_the_list_with_the_same_words(ines: Player) -> None:
    answer = await ines.get(ines.at("/search"), params={"q": "ox bow"})
    assert (answer.status_code, answer.headers["location"]) == (303, ines.at("/clients?q=ox+bow"))
