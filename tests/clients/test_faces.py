"""A picture that somebody has uploaded stands wherever a client's screens draw them."""

from __future__ import annotations

import pytest

from tests.cast import Player
from tests.clients.given import Row, a, a_client
from tests.platform.storage.pictures import picture


async def with_a_picture(player: Player) -> str:
    """The player uploads one; gives what every `src` of it says."""
    answer = await player.send("PUT", f"/v1/users/{player.user_id}/avatar", content=picture())
    assert answer.status_code == 200, answer.text
    digest = answer.json()["address"].rpartition("/")[2]
    return f'src="{player.at(f"/team/{player.user_id}/avatar")}?v={digest}"'


async def toms(ines: Player, tom: Player) -> Row:
    """A client that Tom owns, with an entry and a task of his."""
    client = await a_client(tom, "Oxbow")
    await a(tom, "notes", client, content="Called")
    await a(ines, "tasks", client, name="Call", assigned_to=str(tom.user_id))
    return client


@pytest.mark.parametrize(
    "path",
    ["/pipeline", "/clients/{id}/card", "/clients", "/clients/{id}/checklist", "/my-work?whose=everyone"],
)
async def test_it_stands_once_for_each_place_they_are_drawn(ines: Player, tom: Player, path: str) -> None:
    client = await toms(ines, tom)
    image = await with_a_picture(tom)
    shown = (await ines.get(ines.at(path.format(id=client["id"])))).text
    assert shown.count(image) == 1


@pytest.mark.parametrize("part", ['id="log"', 'id="activity"', 'id="team"'])
async def test_the_client_page_shows_it_at_each_of_its_parts(ines: Player, tom: Player, part: str) -> None:
    client = await toms(ines, tom)
    image = await with_a_picture(tom)
    page = (await ines.get(ines.at(f"/clients/{client['id']}"))).text
    assert image in page.partition(part)[2].partition("</section>")[0]


async def test_live_parts_show_it_too(ines: Player, tom: Player) -> None:
    client = await toms(ines, tom)
    image = await with_a_picture(tom)
    for path in ("/pipeline", f"/clients/{client['id']}", "/my-work?whose=everyone"):
        assert image in (await ines.get(ines.at(path), headers={"HX-Request": "true"})).text


async def test_without_a_picture_initials_stand_for_them(ines: Player, tom: Player) -> None:
    client = await toms(ines, tom)
    for path in ("/pipeline", "/clients", f"/clients/{client['id']}", "/my-work?whose=everyone"):
        assert "/avatar?" not in (await ines.get(ines.at(path))).text
