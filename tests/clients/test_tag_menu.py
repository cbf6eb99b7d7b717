"""The menu of tags beside the filters of the board and the list."""

from __future__ import annotations

import re

import pytest

from tests.cast import Player
from tests.clients.given import a_client
from tests.clients.test_list_page import look

OFFERED = re.compile(r'<button name="tag" value="([^"]+)">.*?<span class="ml-auto[^>]*>([\d,]+)<', re.S)
TYPED = re.compile(r'<datalist id="tags">(.*?)</datalist>', re.S)


@pytest.mark.parametrize("at", ["/pipeline", "/clients"])
async def test_tags_are_offered_the_most_used_first_however_they_are_written(ines: Player, at: str) -> None:
    for tags in (["Retail", "vip"], ["retail"], ["Dental"]):
        await a_client(ines, f"About {tags[0]}", tags=tags)
    gone = await a_client(ines, "Gone", tags=["old"])
    await ines.patch(f"/v1/clients/{gone['id']}", json={"is_active": False}, version=1)
    page = await look(ines, ines.at(at))
    assert [(tag.lower(), count) for tag, count in OFFERED.findall(page.text)] == [
        ("retail", "2"),
        ("dental", "1"),
        ("vip", "1"),
    ]
    assert not TYPED.search(page.text)


async def test_those_beyond_the_first_eight_are_typed_with_help(ines: Player) -> None:
    await a_client(ines, "Oxbow", tags=[f"t{number}" for number in range(10)])
    page = await look(ines, ines.at("/clients?tag=T3"))
    assert [tag for tag, _ in OFFERED.findall(page.text)] == ["t0", "t1", "t2", "t4", "t5", "t6", "t7", "t8"]
    (typed,) = TYPED.findall(page.text)
    assert re.findall(r'value="([^"]+)"', typed) == ["t9"]


async def test_who_sees_no_client_is_offered_no_tag(ines: Player, mia: Player) -> None:
    await a_client(ines, "Oxbow", tags=["retail"])
    page = await look(mia, mia.at("/clients"))
    assert OFFERED.findall(page.text) == []
    assert "No client has a tag yet." in page.text
