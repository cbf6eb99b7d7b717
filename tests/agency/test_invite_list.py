"""Many people asked in by a list: each line is judged, each invitation is one like any other, and the limit holds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agency.browsing import Shown, email_of, empty_tab, tab_of
from tests.cast import HOST, PASSWORD, Player, Stage
from tests.entering import fresh_email

BATCHES = "/v1/invitation-batches"


async def batch(player: Player, *lines: tuple[str, str], dry: bool = False) -> list[dict[str, Any]]:
    """What becomes of each line."""
    invitations = [{"email": email, "role": role} for email, role in lines]
    answer = await player.post(BATCHES, json={"invitations": invitations, "dry": dry})
    assert answer.status_code == 200, answer.text
    return answer.json()["lines"]


async def asked_in(player: Player) -> set[str]:
    """Whom an open invitation is for."""
    found = (await player.get("/v1/invitations", params={"state": "pending", "limit": 100})).json()["items"]
    return {one["email"] for one in found}


async def looked(player: Player, text: str, name: str = "people.csv") -> Shown:
    """The file, sent by the page's own form."""
    form = (await tab_of(player).open(player.at("/team/invite-list"))).form("/team/invite-list")
    fields = {"_csrf": (None, form.fields["_csrf"][0]), "file": (name, text.encode(), "text/csv")}
    headers = {"Origin": HOST, "Sec-Fetch-Site": "same-origin"}
    return Shown(await player.browser.post(form.action, files=fields, headers=headers, follow_redirects=True))


async def test_each_line_becomes_an_invitation(ines: Player) -> None:
    ada, bo = fresh_email("ada"), fresh_email("bo")
    lines = await batch(ines, (ada, "admin"), (bo, "user"))
    assert [(one["line"], one["role"], one["state"]) for one in lines] == [
        (1, "admin", "sent"),
        (2, "user", "sent"),
    ]
    assert await asked_in(ines) == {ada, bo}
    sent = (await ines.get("/v1/events", params={"action": "invitation.sent"})).json()["items"]
    assert {event["after"]["email"] for event in sent} == {ada, bo}


async def test_a_dry_look_sends_nothing(ines: Player) -> None:
    (line,) = await batch(ines, (fresh_email(), "user"), dry=True)
    assert (line["state"], await asked_in(ines)) == ("ready", set())


async def test_what_stands_against_a_line_is_told_and_stops_no_other(ines: Player, tom: Player) -> None:
    new, asked = fresh_email(), fresh_email()
    await batch(ines, (asked, "user"))
    lines = await batch(
        ines,
        ("nobody", "user"),
        (await email_of(tom), "user"),
        (asked, "user"),
        (new, "user"),
        (new.upper(), "user"),
    )
    assert [one["problem"] for one in lines] == [
        "This is no e-mail address, like name@example.com",
        "They are here already",
        "They are invited already: send that one again",
        "",
        "The same address stands on line 4",
    ]
    assert await asked_in(ines) == {asked, new}


async def test_beyond_the_hours_limit_the_rest_waits_and_may_be_sent_again(ines: Player) -> None:
    everyone = [(fresh_email(), "user") for _ in range(13)]
    lines = await batch(ines, *everyone)
    assert [one["state"] for one in lines] == ["sent"] * 10 + ["waiting"] * 3
    assert "Ten invitations an hour" in lines[-1]["problem"]
    assert len(await asked_in(ines)) == 10


async def test_only_admins_send_lists(tom: Player) -> None:
    answer = await tom.post(BATCHES, json={"invitations": [{"email": fresh_email()}]})
    assert answer.status_code == 403
    assert (await tom.get(tom.at("/team/invite-list"))).status_code == 403


async def test_who_has_not_confirmed_their_address_is_told_to(stage: Stage) -> None:
    tab, email = empty_tab(stage), fresh_email()
    given = {"agency": "New", "first_name": "Bo", "last_name": "Ek", "email": email, "password": PASSWORD}
    board = await tab.send((await tab.open("/sign-up")).form("/sign-up"), given)
    shown = await tab.open(board.answer.url.path.replace("/pipeline", "/team/invite-list"))
    assert (shown.status, "Confirm your e-mail address before you invite people" in shown.text) == (403, True)
    sent = await tab.send(shown.form("/verify"))
    assert (sent.status, email in sent.text) == (200, True)


async def test_a_hundred_at_a_time(ines: Player) -> None:
    answer = await ines.post(BATCHES, json={"invitations": [{"email": fresh_email()}] * 101})
    assert answer.status_code == 422


async def test_from_the_file_to_the_invitations(ines: Player) -> None:
    ada = fresh_email("ada")
    shown = await looked(ines, f"Name,E-mail,Role\nAda Quist,{ada},Admin\nBo,bo at example,\n")
    assert "1 of 2 lines can be sent" in shown.text
    assert "This is no e-mail address" in shown.text
    assert await asked_in(ines) == set()
    done = await tab_of(ines).send(shown.form("/team/invite-list/run"))
    assert "1 invitation sent" in done.text
    assert await asked_in(ines) == {ada}


async def test_lines_are_numbered_as_in_the_file(ines: Player) -> None:
    shown = await looked(ines, f"email\n\n{fresh_email()}\n\nnobody\n")
    assert '<td class="num">5</td>' in shown.html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Name,Role\nAda,user\n", "Name a column “E-mail”"),
        ("email\n", "a header and no rows"),
        ("email\n" + "x@example.com\n" * 101, "more than 100 rows"),
    ],
)
async def test_what_is_no_such_list_is_refused_in_words(ines: Player, text: str, words: str) -> None:
    back = await looked(ines, text)
    assert (back.status, words in back.text) == (422, True)


async def test_what_was_looked_over_is_judged_again_when_it_is_sent(ines: Player) -> None:
    email = fresh_email()
    shown = await looked(ines, f"email\n{email}\n")
    await batch(ines, (email, "user"))
    done = await tab_of(ines).send(shown.form("/team/invite-list/run"))
    assert "0 invitations sent" in done.text
    assert "They are invited already" in done.text


async def test_lines_of_another_make_are_refused(ines: Player) -> None:
    shown = await looked(ines, f"email\n{fresh_email()}\n")
    back = await tab_of(ines).send(shown.form("/team/invite-list/run"), {"lines": '[{"x": 1}]'})
    assert (back.status, "Choose the file once more" in back.text) == (422, True)
