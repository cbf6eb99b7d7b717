"""Two people edit a client at once: both sides are shown, one of each field is chosen, nothing is lost."""

from __future__ import annotations

from tests.cast import Player
from tests.clients.given import Row, a_client, shown
from tests.clients.reading import Page


async def collided(ines: Player, tom: Player, theirs: Row, mine: dict[str, str]) -> tuple[Row, Page]:
    """Ines opens the form, Tom saves, Ines sends hers: the client, and the page that comes back to her."""
    client = await a_client(ines, "Oxbow", domain="oxbow.example", contact_name="Maya")
    at = ines.at(f"/clients/{client['id']}/edit")
    form = sent_back(Page(await ines.get(at)))
    await tom.patch(f"/v1/clients/{client['id']}", json=theirs, version=1)
    return client, Page(await ines.post(at, data=form | mine))


def sent_back(page: Page) -> dict[str, str]:
    """What the page's form would send."""
    return {
        name.removeprefix("edit."): text for name, text in page.fields.items() if name.startswith("edit.")
    }


async def test_what_both_changed_is_shown_from_both_sides(ines: Player, tom: Player) -> None:
    _, page = await collided(ines, tom, {"name": "Oxbow Ltd"}, {"name": "Oxbow & Co"})
    assert page.status == 412
    assert ("Oxbow &amp; Co" in page.text, "Oxbow Ltd" in page.text) == (True, True)
    assert [name for name in page.fields if "pick." in name] == ["edit.pick.name"]


async def test_mine_is_saved_unless_i_choose_theirs(ines: Player, tom: Player) -> None:
    theirs = {"name": "Oxbow Ltd", "contact_name": "Mina"}
    client, page = await collided(ines, tom, theirs, {"name": "Oxbow & Co", "contact_name": "May"})
    form = sent_back(page) | {"pick.name": "theirs", "pick.contact_name": "mine"}
    answer = await ines.post(ines.at(f"/clients/{client['id']}/edit"), data=form)
    now = await shown(ines, client)
    assert (answer.status_code, now["name"], now["contact_name"]) == (303, "Oxbow Ltd", "May")


async def test_what_only_they_changed_stays_as_they_left_it(ines: Player, tom: Player) -> None:
    client, page = await collided(ines, tom, {"domain": "new.example"}, {"name": "Oxbow & Co"})
    assert page.fields["edit.domain"] == "new.example"
    await ines.post(ines.at(f"/clients/{client['id']}/edit"), data=sent_back(page))
    now = await shown(ines, client)
    assert (now["name"], now["domain"]) == ("Oxbow & Co", "new.example")


async def test_a_third_who_saves_meanwhile_is_not_missed(ines: Player, tom: Player) -> None:
    client, page = await collided(ines, tom, {"name": "Oxbow Ltd"}, {"name": "Oxbow & Co"})
    await tom.patch(f"/v1/clients/{client['id']}", json={"name": "Oxbow Inc"}, version=2)
    again = Page(await ines.post(ines.at(f"/clients/{client['id']}/edit"), data=sent_back(page)))
    assert (again.status, "Oxbow Inc" in again.text) == (412, True)
