"""Ways from a message and to it: a ticket that begins with its words, an address that leads to where it stands."""

from __future__ import annotations

import html
import re

from tests.cast import Player
from tests.clients.given import Row
from tests.inbox.given import Inbox, mail
from tests.inbox.test_pages import NILS, shown, the_one


async def test_a_ticket_begins_with_the_words_the_client_and_the_way_back(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    text = "The form is broken.\nCould you look?\n\nOn Thu, 12 Nov 2026, Ines wrote:\n> All is well."
    await inbox.take(mail("a", text, subject="Re: The booking form"))
    (message,) = await inbox.messages()
    path = f"/tickets/new?message={message.id}"
    assert f'href="{ines.at(path)}"' in await shown(ines, await the_one(inbox))
    page = html.unescape(await shown(ines, path))
    assert 'value="The booking form"' in page
    assert "Maya Thornfield wrote:\n> The form is broken.\n> Could you look?\n\n" in page
    assert "All is well" not in page
    assert f'value="{thornfield["id"]}" selected' in page
    assert ines.at(f"/messages/{message.id}") in page


async def test_a_ticket_leads_back_to_its_message(ines: Player, inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a"))
    (message,) = await inbox.messages()
    link = f"http://testserver.local{ines.at(f'/messages/{message.id}')}"
    body = {"client_id": thornfield["id"], "title": "Form", "description": f"> Broken\n\n{link}"}
    made = await ines.post("/v1/tickets", json=body)
    page = await shown(ines, f"/tickets/{made.json()['number']}")
    assert f'href="{ines.at(f"/messages/{message.id}")}" data-out' in page


async def test_a_message_without_a_subject_gives_its_first_line(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a", "Please call us\ntoday", subject="", sender=NILS))
    (message,) = await inbox.triage()
    assert 'value="Please call us"' in await shown(ines, f"/tickets/new?message={message.id}")


async def test_a_stranger_begins_nothing_with_it(
    ines: Player, cleo: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a"))
    (message,) = await inbox.messages()
    for path in (f"/tickets/new?message={message.id}", f"/messages/{message.id}"):
        assert (await cleo.get(cleo.at(path))).status_code == 404


async def test_an_address_leads_to_a_message_however_long_ago_it_came(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    first = mail("m0")
    of_first = ((at, (first.message_id,) if at else ()) for at in range(230))
    many = [mail(f"m{at}", f"Number {at}?", after=at / 100, references=known) for at, known in of_first]
    for start in (0, 115):
        await inbox.take(*many[start : start + 115], quietly=True)
    messages = await inbox.messages()
    for at, asked in (
        (229, ""),
        (205, ""),
        (200, "?messages=100"),
        (131, "?messages=100"),
        (60, "?earlier="),
    ):
        one = messages[at]
        answer = await ines.get(ines.at(f"/messages/{one.id}"))
        to = answer.headers["location"]
        assert (answer.status_code, to.endswith(f"#m-{one.id}")) == (303, True)
        assert asked in to
        page = (await ines.get(to.partition("#")[0])).text
        assert re.search(rf'<li id="m-{one.id}"', page), at
