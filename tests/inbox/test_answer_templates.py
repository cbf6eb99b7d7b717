"""Templates of answers: who writes them, which variables there are, and what one says in a conversation."""

from __future__ import annotations

from typing import Any

import pytest

from audienceos.inbox.filling import fill, first_name, left_open
from audienceos.inbox.firewall.shapes import Variable
from audienceos.inbox.ports import Correspondent
from tests.cast import Player
from tests.clients.given import Row
from tests.inbox.given import Inbox, answer, mail
from tests.inbox.test_pages import sent, shown

PATH = "/v1/answer-templates"


async def written(player: Player, content: str = "Thanks, {{contact.first_name}}", **more: Any) -> Row:
    """A template."""
    said = await player.post(PATH, json={"name": "Thanks", "content": content} | more)
    assert said.status_code == 201, said.text
    return said.json()


async def filled(player: Player, inbox: Inbox, content: str) -> Row:
    """What it says in the only conversation."""
    made = await written(player, content)
    (one,) = await inbox.conversations()
    said = await player.get(f"/v1/conversations/{one.id}/answer-templates/{made['id']}")
    assert said.status_code == 200, said.text
    return said.json()


def test_words_in_braces_that_are_no_variable_are_somebodys_own() -> None:
    assert left_open("Put {{ product.title }} there, {{contact.first_name}}, {{ contact.first_name }}") == [
        "contact.first_name"
    ]


def test_a_value_is_put_in_as_it_is_and_never_read_again() -> None:
    values = {"client.name": Variable(name="client.name", value="{{me.name}} \\1 <b>")}
    assert fill("Dear {{ client.name }}", values).text == "Dear {{me.name}} \\1 <b>"


@pytest.mark.parametrize(("name", "first"), [("Maya Thornfield", "Maya"), ("maya@a.example", ""), ("", "")])
def test_an_address_has_no_first_name(name: str, first: str) -> None:
    assert first_name(name) == first


async def test_a_variable_that_is_not_there_is_told_with_those_that_are(ines: Player) -> None:
    said = await ines.post(PATH, json={"name": "Thanks", "content": "Hi {{first_name}} {{me.name}}"})
    assert said.status_code == 422
    (fault,) = said.json()["errors"]
    assert fault["field"] == "content"
    assert "There is no {{first_name}}." in fault["message"]
    assert "{{contact.first_name}}" in fault["message"]


async def test_a_name_is_taken_once_whatever_its_case(ines: Player) -> None:
    await written(ines)
    said = await ines.post(PATH, json={"name": " THANKS ", "content": "Once more"})
    assert said.status_code == 409


async def test_admins_alone_write_and_everybody_reads(ines: Player, tom: Player) -> None:
    assert (await tom.post(PATH, json={"name": "Mine", "content": "Hello"})).status_code == 403
    made = await written(ines)
    assert [one["name"] for one in (await tom.get(PATH)).json()["items"]] == ["Thanks"]
    there = f"{PATH}/{made['id']}"
    assert (await tom.patch(there, json={"name": "Mine"}, version=1)).status_code == 403
    assert (await tom.delete(there)).status_code == 403
    page = await shown(tom, "/answer-templates")
    assert ("Thanks" in page, "Add the template" in page) == (True, False)


async def test_it_is_changed_upon_its_version_and_removed(ines: Player) -> None:
    made = await written(ines)
    there = f"{PATH}/{made['id']}"
    changed = await ines.patch(there, json={"content": "Thank you"}, version=1)
    assert (changed.json()["content"], changed.json()["version"]) == ("Thank you", 2)
    assert (await ines.patch(there, json={"content": "Old"}, version=1)).status_code == 412
    assert (await ines.delete(there)).status_code == 204
    assert (await ines.get(there)).status_code == 404


async def test_those_for_slack_are_not_offered_for_mail(ines: Player) -> None:
    for use in ("slack", "mail", "both"):
        await written(ines, name=use, used_for=use)
    found = (await ines.get(PATH, params={"platform": "gmail"})).json()["items"]
    assert [one["name"] for one in found] == ["both", "mail"]


async def test_it_says_what_is_known_and_whose_that_is(ines: Player, inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(asked := mail("a"), answer("b", asked))
    said = await filled(
        ines,
        inbox,
        "Hi {{contact.first_name}} of {{ client.name }}, {{me.name}} about {{conversation.subject}}",
    )
    assert said["text"] == "Hi Maya of Thornfield Hearing Centres, Ines Aalto about The booking form"
    assert said["missing"] == []
    whose = {one["name"]: one["client_id"] for one in said["variables"]}
    own = thornfield["id"]
    assert whose == {
        "contact.first_name": own,
        "client.name": own,
        "me.name": None,
        "conversation.subject": own,
    }


async def test_what_has_no_value_stays_as_it_was_written(ines: Player, inbox: Inbox) -> None:
    await inbox.take(mail("a", sender=Correspondent(name="", address="nils@nowhere.example")))
    said = await filled(ines, inbox, "Hi {{contact.first_name}}, {{client.name}}")
    assert said["text"] == "Hi {{contact.first_name}}, {{client.name}}"
    assert said["missing"] == ["contact.first_name", "client.name"]


async def test_pages_write_change_and_remove_one(ines: Player) -> None:
    await sent(ines, "/answer-templates", name="Thanks", content="Hi {{me.name}}", used_for="mail")
    (one,) = (await ines.get(PATH)).json()["items"]
    assert "Hi {{me.name}}" in await shown(ines, f"/answer-templates/{one['id']}/edit")
    edit = f"/answer-templates/{one['id']}/edit"
    await sent(ines, edit, name="Thanks", content="Hello", used_for="both", version="1")
    late = await ines.post(ines.at(edit), data={"name": "Late", "content": "Old words", "version": "1"})
    assert (late.status_code, "Old words" in late.text) == (412, True)
    await sent(ines, f"/answer-templates/{one['id']}/removal")
    assert "None yet" in await shown(ines, "/answer-templates")


async def test_a_slip_comes_back_with_what_was_typed(ines: Player) -> None:
    for name, content, fault, status in (
        ("Thanks", "Hi {{nobody}}", "There is no {{nobody}}", 422),
        ("Thanks", "", "content", 422),
    ):
        said = await ines.post(ines.at("/answer-templates"), data={"name": name, "content": content})
        assert (said.status_code, fault in said.text, f'value="{name}"' in said.text) == (status, True, True)
    await written(ines)
    said = await ines.post(ines.at("/answer-templates"), data={"name": "Thanks", "content": "Hi"})
    assert (said.status_code, "of this name already" in said.text) == (409, True)


async def test_a_stranger_finds_none(ines: Player, cleo: Player, inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a"))
    made = await written(ines)
    (one,) = await inbox.conversations()
    for path in (f"{PATH}/{made['id']}", f"/v1/conversations/{one.id}/answer-templates/{made['id']}"):
        assert (await cleo.get(path)).status_code == 404
