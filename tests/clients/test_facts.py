"""A fact changed where it stands: its field as a part of the page, saved, refused, and saved by somebody else first."""

from __future__ import annotations

import httpx
import pytest

from tests.cast import Player
from tests.clients.given import Row, a_client, shown
from tests.clients.reading import Page
from tests.clients.test_fields import a_field

BY_SCRIPT = {"HX-Request": "true"}


async def opened(player: Player, client: Row, fact: str, **params: str) -> httpx.Response:
    """What stands in the fact's place once it was pressed."""
    at = player.at(f"/clients/{client['id']}/edit")
    return await player.get(at, params={"fact": fact, **params}, headers=BY_SCRIPT)


async def saved(player: Player, client: Row, fact: str, text: str, version: str = "1", **more: str) -> Page:
    """The answer to its form, drawn when the fact was empty unless `more` says otherwise."""
    given = {"fact": fact, fact: text, f"was.{fact}": "", "version": version} | more
    at = player.at(f"/clients/{client['id']}/edit")
    return Page(await player.post(at, data=given, headers=BY_SCRIPT))


def sent_back(page: Page) -> dict[str, str]:
    """What the form that came back would send."""
    return {
        name.removeprefix("edit."): text for name, text in page.fields.items() if name.startswith("edit.")
    }


async def test_a_fact_opens_with_what_is_there(ines: Player) -> None:
    client = await a_client(ines, contact_name="Maya")
    answer = await opened(ines, client, "contact_name")
    page = Page(answer)
    assert sent_back(page) | {"_csrf": ""} == {
        "_csrf": "",
        "fact": "contact_name",
        "version": "1",
        "was.contact_name": "Maya",
        "contact_name": "Maya",
    }
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    ("fact", "typed", "kept"),
    [
        ("contact_name", " Maya ", "Maya"),
        ("contact_email", "maya@oxbow.example", "maya@oxbow.example"),
        ("domain", "https://www.oxbow.example/about", "oxbow.example"),
        ("install_date", "2026-01-31", "2026-01-31"),
        ("total_spend", "12.5", "12.50"),
        ("lifetime_value", "7", "7.00"),
        ("notes", "Two\nlines", "Two\nlines"),
        ("tags", "a, b", ["a", "b"]),
    ],
)
async def test_each_fact_is_saved_alone(
    ines: Player, oxbow: Row, fact: str, typed: str, kept: object
) -> None:
    page = await saved(ines, oxbow, fact, typed)
    assert page.status == 200
    assert sent_back(page) == {}
    now = await shown(ines, oxbow)
    assert now[fact] == kept
    untouched = set(now) - {fact, "version", "updated_at", "last_activity_at"}
    assert {name for name in untouched if now[name] != oxbow[name]} == set()


async def test_the_name_is_changed_where_it_stands_and_never_emptied(ines: Player, oxbow: Row) -> None:
    given = {"was.name": "Oxbow"}
    page = await saved(ines, oxbow, "name", "", **given)
    assert (page.status, set(page.faults)) == (422, {"fact-name"})
    page = await saved(ines, oxbow, "name", "Oxbow & Sons", **given)
    assert (page.status, "Oxbow & Sons" in page.links) == (200, True)
    assert (await shown(ines, oxbow))["name"] == "Oxbow & Sons"


async def test_the_name_stands_open_to_change_on_every_tab(ines: Player, oxbow: Row) -> None:
    for tab in ("", "/checklist"):
        page = Page(await ines.get(ines.at(f"/clients/{oxbow['id']}{tab}")))
        assert page.links["Oxbow"].endswith("/edit?fact=name#f-name"), tab


async def test_a_field_of_ones_own_is_a_fact_too(ines: Player, oxbow: Row) -> None:
    size = await a_field(ines, "Size", "select", options=["S", "L"])
    fact = f"custom.{size['id']}"
    assert "<option>L</option>" in (await opened(ines, oxbow, fact)).text
    assert (await saved(ines, oxbow, fact, "L")).status == 200
    assert (await shown(ines, oxbow))["custom"] == {size["id"]: "L"}


async def test_a_fault_stands_at_the_field_with_what_was_typed(ines: Player, oxbow: Row) -> None:
    page = await saved(ines, oxbow, "contact_email", "nobody")
    assert page.status == 422
    assert page.faults == {"fact-contact_email": "Give an e-mail address such as name@company.example"}
    assert page.fields["edit.contact_email"] == "nobody"


async def test_who_saves_second_chooses_between_both(ines: Player, tom: Player, oxbow: Row) -> None:
    await tom.patch(f"/v1/clients/{oxbow['id']}", json={"domain": "tom.example"}, version=1)
    page = await saved(ines, oxbow, "domain", "ines.example")
    assert page.status == 412
    assert "Theirs:" in page.text
    assert page.fields["edit.domain"] == "ines.example"
    assert (await shown(ines, oxbow))["domain"] == "tom.example"
    mine = sent_back(page)
    at = ines.at(f"/clients/{oxbow['id']}/edit")
    for pick, kept in (("theirs", "tom.example"), ("mine", "ines.example")):
        again = await ines.post(at, data=mine | {"pick.domain": pick}, headers=BY_SCRIPT)
        assert (again.status_code, (await shown(ines, oxbow))["domain"]) == (200, kept)


async def test_another_fact_saved_meanwhile_is_in_nobodys_way(ines: Player, tom: Player, oxbow: Row) -> None:
    await tom.patch(f"/v1/clients/{oxbow['id']}", json={"domain": "tom.example"}, version=1)
    assert (await saved(ines, oxbow, "contact_name", "Maya")).status == 200
    now = await shown(ines, oxbow)
    assert (now["domain"], now["contact_name"]) == ("tom.example", "Maya")


async def test_what_was_given_up_stands_as_it_is_now(ines: Player, oxbow: Row) -> None:
    await saved(ines, oxbow, "contact_name", "Maya")
    answer = await opened(ines, oxbow, "contact_name", shown="true")
    assert "Maya" in answer.text
    assert sent_back(Page(answer)) == {}


async def test_the_day_it_went_live_is_the_admins_to_change(tom: Player, oxbow: Row) -> None:
    assert (await opened(tom, oxbow, "install_date")).status_code == 404
    assert "change Went live" not in (await tom.get(tom.at(f"/clients/{oxbow['id']}"))).text


async def test_there_is_no_such_fact(ines: Player, oxbow: Row) -> None:
    assert (await opened(ines, oxbow, "stage")).status_code == 404


async def test_without_a_script_a_fact_leads_to_its_field(ines: Player, oxbow: Row) -> None:
    page = Page(await ines.get(ines.at(f"/clients/{oxbow['id']}")))
    to = page.links["– (change Website)"]
    assert to.endswith("#f-domain")
    form = Page(await ines.get(to.partition("#")[0]))
    assert "f-domain" in form.ids
    assert form.fields["edit.name"] == "Oxbow"
