"""The running log about a client, by the API."""

from __future__ import annotations

import pytest

from tests.cast import Player
from tests.clients.given import Row, a, a_client, of_client


async def test_the_newest_entry_comes_first_with_who_and_when(ines: Player, tom: Player, oxbow: Row) -> None:
    await a(ines, "notes", oxbow, content="Kick-off on Thursday")
    await a(tom, "notes", oxbow, content="Moved to Friday")
    newest, oldest = await of_client(ines, "notes", oxbow)
    assert (newest["content"], newest["author"]) == ("Moved to Friday", "Tom Baker")
    assert (oldest["author"], newest["created_at"] > oldest["created_at"]) == ("Ines Aalto", True)


async def test_the_newest_entry_stands_on_the_card(ines: Player, oxbow: Row) -> None:
    await a(ines, "notes", oxbow, content="Pixel access granted")
    page = await ines.get(ines.at("/pipeline"))
    assert "Pixel access granted" in page.text


@pytest.mark.parametrize(
    ("content", "status"), [("x" * 5000, 201), ("x" * 5001, 422), (" \n ", 422), ("", 422)]
)
async def test_an_entry_has_up_to_5000_characters(
    ines: Player, oxbow: Row, content: str, status: int
) -> None:
    answer = await ines.post(f"/v1/clients/{oxbow['id']}/notes", json={"content": content})
    assert answer.status_code == status


async def test_lines_and_signs_stay_as_they_were_typed(ines: Player, oxbow: Row) -> None:
    text = "Two\nlines & <b>a sign</b> 'or' \"two\" ☂"
    assert (await a(ines, "notes", oxbow, content=text))["content"] == text


async def test_ones_own_entry_can_be_removed(tom: Player, oxbow: Row) -> None:
    note = await a(tom, "notes", oxbow, content="Wrong client")
    path = f"/v1/clients/{oxbow['id']}/notes/{note['id']}"
    assert (await tom.delete(path)).status_code == 204
    assert (await tom.get(path)).status_code == 404


async def test_anothers_entry_stays_but_for_an_admin(ines: Player, tom: Player, oxbow: Row) -> None:
    note = await a(ines, "notes", oxbow, content="Ours")
    theirs = await a(tom, "notes", oxbow, content="Theirs")
    assert (await tom.delete(f"/v1/clients/{oxbow['id']}/notes/{note['id']}")).status_code == 403
    assert (await ines.delete(f"/v1/clients/{oxbow['id']}/notes/{theirs['id']}")).status_code == 204
    assert [row["content"] for row in await of_client(ines, "notes", oxbow)] == ["Ours"]


async def test_a_long_log_comes_in_pages(ines: Player, oxbow: Row) -> None:
    for number in range(5):
        await a(ines, "notes", oxbow, content=f"{number}")
    path = f"/v1/clients/{oxbow['id']}/notes"
    first = (await ines.get(path, params={"limit": 3})).json()
    second = (await ines.get(path, params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert [row["content"] for row in first["items"] + second["items"]] == ["4", "3", "2", "1", "0"]
    assert second["next_cursor"] is None


async def test_an_entry_is_asked_for_under_its_own_client(ines: Player, oxbow: Row) -> None:
    note = await a(ines, "notes", oxbow, content="Ours")
    brae = await a_client(ines, "Brae")
    path = f"/v1/clients/{brae['id']}/notes/{note['id']}"
    assert (await ines.get(path)).status_code == 404
    assert (await ines.delete(path)).status_code == 404
