"""The list and the board: their headers, pages, filters and files, all in the address."""

from __future__ import annotations

import re
from typing import get_args
from urllib.parse import parse_qs, urlsplit

import pytest

from audienceos.clients.queries.listing import Column
from tests.cast import Player
from tests.clients.given import Row, a, a_client
from tests.clients.reading import Page
from tests.clients.test_fields import a_field

NAMES = re.compile(r"<a [^>]*data-client[^>]*>([^<]+)</a>")


async def look(player: Player, path: str) -> Page:
    """A page of the player's."""
    answer = await player.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer)


def chip(page: Page, words: str) -> str:
    """Where a chip leads; its count stands behind its words."""
    (there,) = [to for said, to in page.links.items() if re.fullmatch(rf"{words} [\d,]+", said)]
    return there


def rows(page: Page) -> list[str]:
    """The names in the table, in their order."""
    return NAMES.findall(page.text)


async def test_a_header_sorts_up_then_down_and_says_so(ines: Player) -> None:
    for name, stage in (("Oxbow", "Audit"), ("Brae", "Live"), ("Cairn", "Onboarding")):
        await a_client(ines, name, stage=stage)
    page = await look(ines, ines.at("/clients"))
    assert (page.sorts["Client"], page.sorts["Stage"]) == ("ascending", "none")
    up = await look(ines, page.links["Stage"])
    assert (up.sorts["Stage"], rows(up)) == ("ascending", ["Cairn", "Oxbow", "Brae"])
    down = await look(ines, up.links["Stage"])
    assert (down.sorts["Stage"], rows(down)) == ("descending", ["Brae", "Oxbow", "Cairn"])


async def test_every_header_leads_to_a_list(ines: Player, oxbow: Row) -> None:
    every = "&".join(f"columns={name}" for name in get_args(Column))
    page = await look(ines, ines.at(f"/clients?{every}"))
    sorted_by = [name for name in page.sorts if name in page.links]
    assert len(sorted_by) == len(page.sorts) == 16
    for name in sorted_by:
        turned = await look(ines, (await look(ines, page.links[name])).links[name])
        assert rows(turned) == ["Oxbow"], name


async def test_pages_follow_each_other_and_lead_back(ines: Player) -> None:
    for number in range(51):
        await a_client(ines, f"{number:02}")
    first = await look(ines, ines.at("/clients?sort=-name&q=0"))
    assert "First page" not in first.links
    whole = await look(ines, ines.at("/clients"))
    second = await look(ines, whole.links["Next page"])
    assert (len(rows(whole)), rows(second)) == (50, ["50"])
    assert rows(await look(ines, second.links["First page"])) == rows(whole)


@pytest.mark.parametrize("at", ["/clients", "/pipeline"])
@pytest.mark.parametrize("words", ["Mine", "At risk", "Blocked", "Stuck", "Archived", "All"])
async def test_every_chip_leads_somewhere(ines: Player, oxbow: Row, at: str, words: str) -> None:
    page = await look(ines, ines.at(at))
    assert (await look(ines, chip(page, words))).status == 200


async def test_a_chip_keeps_the_order_and_the_other_filters(ines: Player, oxbow: Row) -> None:
    page = await look(ines, ines.at("/clients?sort=-stage&q=ox"))
    asked = parse_qs(urlsplit(chip(page, "Mine")).query)
    assert asked == {"q": ["ox"], "mine": ["true"], "sort": ["-stage"]}
    off = await look(ines, chip(page, "Mine"))
    assert parse_qs(urlsplit(chip(off, "Mine")).query) == {"q": ["ox"], "sort": ["-stage"]}


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
    for action in re.findall(r'action="([^"]*client-exports[^"]*)"', page.text):
        answer = await ines.post(action.replace("&amp;", "&"))
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert ("Oxbow" in answer.text, "Brae" in answer.text) == (True, False)


async def test_a_file_of_what_is_shown_has_its_columns_alone(ines: Player) -> None:
    client = await a_client(ines, "Oxbow", contact_name="Maya", stage="Audit")
    await a(ines, "notes", client, content="Called twice")
    await a_field(ines, "Size")
    asked = "columns=stage&columns=latest_note&columns=contact"
    answer = await ines.post(ines.at(f"/client-exports?{asked}"))
    assert answer.text.lstrip("\ufeff").splitlines() == [
        '"Name","Stage","Latest note","Contact name"',
        '"Oxbow","Audit","Called twice","Maya"',
    ]


async def test_columns_are_chosen_and_remembered(ines: Player, tom: Player, oxbow: Row) -> None:
    usual = list((await look(ines, ines.at("/clients"))).sorts)
    assert usual == ["Client", "Health", "Stage", "In stage", "Owner", "Contact", "Went live", "Latest note"]
    form = {"list_columns": ["name", "owner", "tags"], "next": ines.at("/clients?q=ox")}
    answer = await ines.post(ines.at("/appearance"), data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, ines.at("/clients?q=ox"))
    assert list((await look(ines, ines.at("/clients"))).sorts) == ["Client", "Owner", "Tags"]
    assert list((await look(tom, tom.at("/clients"))).sorts) == usual


async def test_the_address_has_the_last_word_on_columns(ines: Player, oxbow: Row) -> None:
    await ines.patch("/v1/preferences", json={"display.list_columns": ["name", "tags"]})
    page = await look(ines, ines.at("/clients?columns=stage&columns=domain"))
    assert list(page.sorts) == ["Client", "Stage", "Website"]
    assert parse_qs(urlsplit(chip(page, "Mine")).query)["columns"] == ["stage", "domain"]
    assert parse_qs(urlsplit(page.links["Website"]).query)["columns"] == ["stage", "domain"]


async def test_a_column_that_there_is_not_is_refused(ines: Player) -> None:
    assert (await ines.get(ines.at("/clients?columns=colour"))).status_code == 400


async def test_a_saved_view_keeps_its_columns(ines: Player, oxbow: Row) -> None:
    kept = {"name": "Thin", "parameters": {"columns": ["tags"], "sort": "-tags"}}
    assert (await ines.post("/v1/saved-views", json=kept)).status_code == 201
    page = await look(ines, ines.at("/clients"))
    there = await look(ines, page.links["Thin"])
    assert (list(there.sorts), there.sorts["Tags"]) == (["Client", "Tags"], "descending")


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("contact", ["Brae", "Oxbow", "Cairn"]),
        ("-contact", ["Oxbow", "Brae", "Cairn"]),
        ("tags", ["Oxbow", "Brae", "Cairn"]),
        ("latest_note", ["Oxbow", "Brae", "Cairn"]),
        ("-latest_note", ["Brae", "Oxbow", "Cairn"]),
    ],
)
async def test_columns_sort_both_ways_with_the_empty_last(ines: Player, sort: str, order: list[str]) -> None:
    first = await a_client(ines, "Oxbow", contact_name="Maya", tags=["a"])
    second = await a_client(ines, "Brae", contact_name="adam", tags=["B"])
    await a_client(ines, "Cairn")
    for client in (first, second):
        await a(ines, "notes", client, content="Called")
    assert rows(await look(ines, ines.at(f"/clients?sort={sort}"))) == order


async def test_a_new_clients_form_keeps_what_was_typed(ines: Player) -> None:
    typed = {"name": "", "contact_email": "nobody", "notes": "Kept"}
    page = Page(await ines.post(ines.at("/clients"), data=typed))
    assert (page.status, set(page.faults)) == (422, {"name", "contact_email"})
    assert {name: page.fields[f"clients.{name}"] for name in typed} == typed
