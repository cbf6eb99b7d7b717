"""A conversation as it is read: hostile text does nothing, long threads page, and a client's tab has them all."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from audienceos.inbox.pages.messages import linked
from audienceos.inbox.ports import Attached
from audienceos.platform.clock import stopped_at
from tests.cast import Player
from tests.clients.given import Row
from tests.inbox.given import MONDAY, Inbox, answer, mail
from tests.inbox.test_pages import rows, sent, shown, the_one

HOSTILE = """<script>alert(1)</script><style>body{display:none}</style><p onclick="alert(2)" style="position:fixed">Hello</p>
<a href="javascript:alert(3)">press</a><img src="x" onerror="alert(4)"><img src="https://elsewhere.example/a.png" width="40">
<form action="https://elsewhere.example"><input name="password"></form><b>Bold words</b>"""


def messages(page: str) -> int:
    """How many messages are drawn."""
    return len(re.findall(r'<li id="m-[0-9a-f-]+"', page))


async def test_hostile_text_is_text(ines: Player, inbox: Inbox, thornfield: Row) -> None:
    text = 'Could you? <script>alert(1)</script> "onload=x" javascript:alert(2) https://a.example/"><b>'
    await inbox.take(mail("a", text, subject="<img src=x onerror=alert(3)>"))
    page = await shown(ines, await the_one(inbox))
    for forbidden in ("<script>alert", "<img src=x", 'href="javascript', "<b>"):
        assert forbidden not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://a.example/x.", "https://a.example/x"),
        ("(https://a.example/x)", "https://a.example/x"),
        ("https://a.example/?a=1&b=2 now", "https://a.example/?a=1&amp;b=2"),
    ],
)
def test_an_address_is_a_link_and_what_ends_the_sentence_is_not(text: str, address: str) -> None:
    assert f'href="{address}" target="_blank" rel="noopener noreferrer nofollow"' in linked(text)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "ftp://a.example", "//a.example"]
)
def test_other_schemes_are_no_links(text: str) -> None:
    assert "href" not in linked(text)


async def test_formatted_mail_is_shown_on_demand_and_harmless(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a", html=HOSTILE))
    at, (message,) = await the_one(inbox), await inbox.messages()
    assert "Bold words" not in await shown(ines, at)
    page = await shown(ines, f"{at}?formatted={message.id}")
    box = page[page.index('class="mail-box') :]
    box = box[: box.index("Show as text")]
    assert "Bold words" in box
    for forbidden in (
        "<script",
        "<style",
        "style=",
        "onclick",
        "onerror",
        "javascript:",
        "<form",
        "elsewhere.example",
    ):
        assert forbidden not in box


async def test_pictures_from_elsewhere_come_when_asked_for_and_the_policy_lets_them_there_alone(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a", html=HOSTILE))
    at, (message,) = await the_one(inbox), await inbox.messages()
    plain = await ines.get(ines.at(f"{at}?formatted={message.id}"))
    asked = await ines.get(ines.at(f"{at}?formatted={message.id}&pictures=true"))
    policies = [said.headers["content-security-policy"] for said in (plain, asked)]
    assert ["img-src 'self' data: https:" in policy for policy in policies] == [False, True]
    assert "Show 1 picture from elsewhere" in plain.text
    assert "https://elsewhere.example/a.png" in asked.text
    nonce = re.search(r'nonce="([^"]+)"', asked.text)
    assert nonce is not None
    assert f"'nonce-{nonce[1]}'" in policies[1]


async def test_a_thread_of_two_thousand_is_read_part_by_part(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    first = mail("m0")
    for start in range(0, 2000, 200):
        await inbox.take(
            *(
                mail(f"m{at}", f"Number {at}?", after=at / 100, references=(first.message_id,) if at else ())
                for at in range(start, start + 200)
            ),
            quietly=True,
        )
    at = await the_one(inbox)
    page = await shown(ines, at)
    assert (messages(page), "Number 1999?" in page, "Show earlier messages" in page) == (25, True, True)
    page = await shown(ines, f"{at}?messages=100")
    assert (messages(page), "Number 1900?" in page) == (100, True)
    (to,) = re.findall(r'href="([^"]+)">[^"]*<svg[^>]*><use[^>]*/></svg>Earlier messages', page)
    older = (await ines.get(to.replace("&amp;", "&"))).text
    assert (messages(older), "Number 1899?" in older, "Show the latest" in older) == (100, True, True)


async def test_what_came_since_is_marked_off(ines: Player, inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(first := mail("a"))
    at = await the_one(inbox)
    assert "New since you looked" not in await shown(ines, at)
    with stopped_at(MONDAY + timedelta(hours=1)):
        await sent(ines, f"{at}/sight")
    await inbox.take(mail("b", "And the second one?", after=2, references=(first.message_id,)))
    page = await shown(ines, at)
    assert page.index("New since you looked") < page.rindex("And the second one?")
    assert page.index("Could you look at the form?</div>") < page.index("New since you looked")


async def test_why_it_waits_stands_above_it_with_the_very_words(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a", "Hello Ines. Could you look at the form?"))
    page = await shown(ines, await the_one(inbox))
    assert re.search(r"Asks a question</span>: <q [^>]*>Could you look at the form\?</q>", page)


async def test_what_was_promised_is_told_until_it_is_kept(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    asked = mail("a")
    await inbox.take(asked, answer("b", asked, "I'll send you the report by Friday."))
    with stopped_at(MONDAY + timedelta(days=8)):
        page = await shown(ines, await the_one(inbox))
    assert re.search(r"Ines Aalto</bdi> promised: <q [^>]*>I&#39;ll send you the report by Friday", page)
    assert "was due 20 Nov" in page


async def test_old_mail_is_folded_and_attachments_are_named(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    text = "Any news?\n\nOn Thu, 12 Nov 2026, Ines wrote:\n> We look at it."
    file = Attached(name="form.pdf", media_type="application/pdf", size=219_300, ref="2")
    await inbox.take(mail("a", text, attachments=(file,)))
    page = await shown(ines, await the_one(inbox))
    assert re.search(r"<details[^>]*><summary.*?Show what it answers.*?We look at it", page, re.DOTALL)
    assert ("form.pdf" in page, "214 KB" in page) == (True, True)


async def test_what_its_author_took_back_keeps_its_place(ines: Player, inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(
        mail("a"), second := mail("b", "Secret words", after=1, references=("a@thornfield.example",))
    )
    await inbox.take(mail("b", "", after=1, message_id=second.message_id, is_removed=True))
    page = await shown(ines, await the_one(inbox))
    assert ("took this message back" in page, "Secret words" in page) == (True, False)


async def test_a_clients_tab_has_their_conversations_and_unfolds_one(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    asked = mail("done", subject="Done long ago")
    await inbox.take(
        asked, answer("b", asked), mail("open", "Could you call Nora?", subject="Still open", after=5)
    )
    tab = f"/clients/{thornfield['id']}/communications"
    page = await shown(ines, tab)
    assert page.index("Still open") < page.index("Done long ago")
    assert messages(page) == 0
    (still,) = rows(await shown(ines))
    assert "Could you call Nora?</div>" in await shown(ines, f"{tab}?unfolded={still}")
    assert "Done long ago" not in await shown(ines, f"{tab}?needs_reply=true")
    assert "No conversation matches" in await shown(ines, f"{tab}?platform=slack")


async def test_a_clients_tab_says_what_will_be_there(ines: Player, cleo: Player, thornfield: Row) -> None:
    tab = f"/clients/{thornfield['id']}/communications"
    assert "Nothing was written with this client yet" in await shown(ines, tab)
    assert (await cleo.get(cleo.at(tab))).status_code == 404
