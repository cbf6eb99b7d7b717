"""The list and the board: their headers, pages, filters and files, all in the address."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cast import Player
from tests.clients.given import Row, a_client
from tests.clients.reading import Page
from tests.clients.test_fields import a_field

NAMES = re.compile(r'<a class="link no-underline"[^>]*>([^<]+)</a>')


async def look(player: Player, path: str) -> Page:
    """A page of the player's."""
    answer = await player.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer)


def rows(page: Page) -> list[str]:
    """The names in the table, in their order."""
    return NAMES.findall(page.text)


async def test_a_header_sorts_up_then_down_and_says_so(ines: Player) -> None:
    for name, stage in (("Oxbow", "Audit"), ("Brae", "Live"), ("Cairn", "Onboarding")):
        await a_client(ines, name, stage=stage)
    page = await look(ines, ines.at("/clients"))
    assert (page.sorts["Name"], page.sorts["Stage"]) == ("ascending", "none")
    up = await look(ines, page.links["Stage"])
    assert (up.sorts["Stage"], rows(up)) == ("ascending", ["Cairn", "Oxbow", "Brae"])
    down = await look(ines, up.links["Stage"])
    assert (down.sorts["Stage"], rows(down)) == ("descending", ["Brae", "Oxbow", "Cairn"])


async def test_every_header_leads_to_a_list(ines: Player, oxbow: Row) -> None:
    page = await look(ines, ines.at("/clients"))
    sorted_by = [name for name in page.sorts if name in page.links]
    assert len(sorted_by) == 7
    for name in sorted_by:
        turned = await look(ines, (await look(ines, page.links[name])).links[name])
        assert rows(turned) == ["Oxbow"], name


async def test_pages_follow_each_other_and_lead_back(ines: Player) -> None:
    for number in range(26):
        await a_client(ines, f"{number:02}")
    first = await look(ines, ines.at("/clients?sort=-name&q=0"))
    assert "First page" not in first.links
    whole = await look(ines, ines.at("/clients"))
    second = await look(ines, whole.links["Next page"])
    assert (len(rows(whole)), rows(second)) == (25, ["25"])
    assert rows(await look(ines, second.links["First page"])) == rows(whole)


@pytest.mark.parametrize("at", ["/clients", "/pipeline"])
@pytest.mark.parametrize("chip", ["Mine", "At risk", "Blocked", "Stuck", "Archived", "All"])
async def test_every_chip_leads_somewhere(ines: Player, oxbow: Row, at: str, chip: str) -> None:
    page = await look(ines, ines.at(at))
    assert (await look(ines, page.links[chip])).status == 200


async def test_a_chip_keeps_the_order_and_the_other_filters(ines: Player, oxbow: Row) -> None:
    page = await look(ines, ines.at("/clients?sort=-stage&q=ox"))
    asked = parse_qs(urlsplit(page.links["Mine"]).query)
    assert asked == {"q": ["ox"], "mine": ["true"], "sort": ["-stage"]}
    off = await look(ines, page.links["Mine"])
    assert parse_qs(urlsplit(off.links["Mine"]).query) == {"q": ["ox"], "sort": ["-stage"]}


@pytest.mark.parametrize("at", ["/clients", "/pipeline"])
async def test_a_field_of_ones_own_is_filtered_by_a_form(ines: Player, at: str) -> None:
    field = await a_field(ines, "Size", "select", options=["S", "L"])
    await a_client(ines, "Oxbow", custom={field["id"]: "S"})
    await a_client(ines, "Brae")
    answer = await ines.get(ines.at(at), params={"field": field["id"], "value": "s", "q": "o"})
    there = answer.headers["location"]
    assert (answer.status_code, parse_qs(urlsplit(there).query)) == (
        303,
        {"q": ["o"], "custom": [f"{field['id']}:s"]},
    )
    page = await look(ines, there)
    assert ("Oxbow" in page.text, "Brae" in page.text) == (True, False)
    assert "custom" not in parse_qs(urlsplit(page.links["Size: s Take away"]).query)


async def test_without_a_value_the_form_finds_clients_without_one(ines: Player) -> None:
    field = await a_field(ines, "Size")
    await a_client(ines, "Oxbow", custom={field["id"]: "S"})
    await a_client(ines, "Brae")
    answer = await ines.get(ines.at("/clients"), params={"field": field["id"], "value": ""})
    assert rows(await look(ines, answer.headers["location"])) == ["Brae"]


async def test_the_list_says_why_it_is_empty(ines: Player) -> None:
    assert "No clients yet." in (await look(ines, ines.at("/clients"))).text
    await a_client(ines, "Oxbow")
    page = await look(ines, ines.at("/clients?q=nobody"))
    assert "No client matches these filters." in page.text
    assert page.links["Clear all"] == ines.at("/clients")


async def test_the_files_button_takes_the_filters_along(ines: Player) -> None:
    for name in ("Oxbow", "Brae"):
        await a_client(ines, name)
    page = await look(ines, ines.at("/clients?q=ox&sort=-name"))
    (action,) = re.findall(r'action="([^"]*client-exports[^"]*)"', page.text)
    answer = await ines.post(action.replace("&amp;", "&"))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert ("Oxbow" in answer.text, "Brae" in answer.text) == (True, False)


async def test_a_new_clients_form_keeps_what_was_typed(ines: Player) -> None:
    typed = {"name": "", "contact_email": "nobody", "notes": "Kept"}
    page = Page(await ines.post(ines.at("/clients"), data=typed))
    assert (page.status, set(page.faults)) == (422, {"name", "contact_email"})
    assert {name: page.fields[f"clients.{name}"] for name in typed} == typed
