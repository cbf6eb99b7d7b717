"""The team's pages: people found, asked in, changed, shut out, let go."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.agency.browsing import Shown, email_of, empty_tab, tab_of
from tests.cast import HOST, Player, Stage
from tests.clients.test_moving import client_in
from tests.entering import fresh_email


async def invited(player: Player, **given: Any) -> Shown:
    """Send the form that asks somebody in."""
    tab = tab_of(player)
    page = await tab.open(player.at("/team"))
    return await tab.send(page.form("/invitations"), {"email": fresh_email(), **given})


async def at_member(player: Player, whom: Player, ending: str, given: dict[str, Any]) -> Shown:
    """Send one of the forms of somebody's page."""
    tab = tab_of(player)
    page = await tab.open(player.at(f"/team/{whom.user_id}"))
    return await tab.send(page.form(ending), given)


async def user(player: Player, whom: Player) -> dict[str, Any]:
    """What is known of somebody."""
    return (await player.get(f"/v1/users/{whom.user_id}")).json()


async def test_people_are_listed_and_found(ines: Player, tom: Player) -> None:
    await client_in(tom, "Audit")
    page = await tab_of(tom).open(tom.at("/team"))
    assert "Ines Aalto" in page.text
    assert "Tom Baker (you)" in page.text
    found = await tab_of(ines).open(ines.at("/team?q=bak&role=user&is_active=true"))
    assert ("Tom Baker" in found.text, "Ines Aalto </span>" in found.text) == (True, False)
    nobody = await tab_of(ines).open(ines.at("/team?q=zzz"))
    assert "Nobody matches these filters" in nobody.text
    assert (await tab_of(ines).open(ines.at("/team?colour=red"))).status == 400


async def test_how_many_clients_each_looks_after_is_counted_among_those_one_sees(
    ines: Player, tom: Player
) -> None:
    for name in ("Oxbow", "Brae"):
        await client_in(ines, "Audit", name)
    archived = await client_in(tom, "Audit", "Fern")
    await client_in(tom, "Audit", "Glen")
    await ines.patch(f"/v1/clients/{archived['id']}", json={"is_active": False}, version=1)
    assert await loads(ines) == {"Ines Aalto": "2", "Tom Baker": "1"}
    await ines.patch("/v1/agency", json={"client_visibility": "assigned"}, version=1)
    assert await loads(tom) == {"Ines Aalto": "0", "Tom Baker": "1"}


async def loads(player: Player) -> dict[str, str]:
    """Each person's number of clients, as the page has it."""
    page = await tab_of(player).open(player.at("/team"))
    table = page.html.partition("<tbody>")[2]
    rows = re.findall(r'<span class="sr-only">([^<]+)</span>.*?<td class="num">(\d+)</td>', table, re.DOTALL)
    return dict(rows)


async def test_without_a_mail_server_the_link_is_shown_once(ines: Player, stage: Stage) -> None:
    email = fresh_email()
    sent = await invited(ines, email=email, role="admin", message="Welcome")
    link = next(word for word in sent.html.split('"') if word.startswith(f"{HOST}/invite/"))
    assert (await empty_tab(stage).open(link.removeprefix(HOST))).status == 200
    later = await tab_of(ines).open(ines.at("/team"))
    assert (email in later.text, link in later.html) == (True, False)


@pytest.mark.parametrize(
    ("given", "words"),
    [({"email": "nobody"}, "Write an e-mail address"), ({"email": ""}, "Fill this in")],
)
async def test_a_wrong_invitation_comes_back_as_typed(
    ines: Player, given: dict[str, str], words: str
) -> None:
    back = await invited(ines, message="Welcome to us", role="admin", **given)
    assert (back.status, words in back.text) == (422, True)
    fields = back.form("/invitations").fields
    assert (fields["message"], fields["role"], fields["email"]) == (
        ["Welcome to us"],
        ["admin"],
        [given["email"]],
    )


async def test_who_is_here_or_asked_already_is_said_beside_the_field(ines: Player, tom: Player) -> None:
    back = await invited(ines, email=await email_of(tom))
    assert (back.status, "in this agency already" in back.text) == (409, True)
    email = fresh_email()
    await invited(ines, email=email)
    again = await invited(ines, email=email)
    assert (again.status, "is invited already" in again.text) == (409, True)


async def test_an_unconfirmed_admin_is_told_to_confirm_first(ines: Player, stage: Stage) -> None:
    mia = await stage.member(ines, "Mia Ek", "admin")
    back = await invited(mia)
    assert (back.status, "Confirm your e-mail address before" in back.text) == (403, True)


async def test_too_many_are_refused_for_a_while(ines: Player) -> None:
    for _ in range(10):
        await ines.post("/v1/invitations", json={"email": fresh_email()})
    back = await invited(ines)
    assert back.status == 429
    assert int(back.answer.headers["retry-after"]) > 3000


async def test_one_is_sent_again_or_taken_back(ines: Player, stage: Stage) -> None:
    email = fresh_email()
    first = (await ines.post("/v1/invitations", json={"email": email})).json()
    tab = tab_of(ines)
    page = await tab.open(ines.at("/team"))
    again = await tab.send(page.form(f"{first['id']}/resending"))
    link = next(word for word in again.html.split('"') if word.startswith(f"{HOST}/invite/"))
    assert link != first["link"]
    gone = await tab.send(again.form(f"{first['id']}/removal"))
    assert ("taken back" in gone.text, email in gone.text) == (True, False)
    assert (await empty_tab(stage).open(link.removeprefix(HOST))).status == 410
    late = await tab.send(page.form(f"{first['id']}/resending"))
    assert (late.status, "accepted or cancelled" in late.text) == (410, True)


async def test_a_user_sees_people_and_no_more(ines: Player, tom: Player) -> None:
    await ines.post("/v1/invitations", json={"email": "secret@example.com"})
    page = await tab_of(tom).open(tom.at("/team"))
    assert "secret@example.com" not in page.text
    assert "Invite" not in page.text
    person = await tab_of(tom).open(tom.at(f"/team/{ines.user_id}"))
    assert [form.action for form in person.forms if "/team/" in form.action] == []
    assert (await tom.post(tom.at("/team/invitations"), data={"email": fresh_email()})).status_code == 403
    forced = await tom.post(tom.at(f"/team/{ines.user_id}/role"), data={"version": 1, "role": "user"})
    assert forced.status_code == 403
    assert (await user(ines, ines))["role"] == "admin"


async def test_names_and_role_are_changed(ines: Player, tom: Player) -> None:
    saved = await at_member(ines, tom, f"{tom.user_id}", {"last_name": "Bakker", "nickname": "Tommy"})
    assert "Saved." in saved.text
    await at_member(ines, tom, "/role", {"role": "admin"})
    now = await user(ines, tom)
    assert (now["name"], now["nickname"], now["role"]) == ("Tom Bakker", "Tommy", "admin")
    await at_member(ines, tom, f"{tom.user_id}", {"nickname": ""})
    assert (await user(ines, tom))["nickname"] is None


async def test_a_wrong_name_comes_back_as_typed(ines: Player, tom: Player) -> None:
    back = await at_member(ines, tom, f"{tom.user_id}", {"first_name": "x" * 51, "last_name": "Bakker"})
    assert (back.status, "at most 50" in back.text) == (422, True)
    assert back.form(f"{tom.user_id}").fields["last_name"] == ["Bakker"]
    assert (await user(ines, tom))["name"] == "Tom Baker"


async def test_somebody_is_shut_out_and_let_in(ines: Player, tom: Player) -> None:
    client = await client_in(tom, "Audit")
    shut = await at_member(ines, tom, "/deactivation", {})
    assert "Deactivated" in shut.text
    assert (await tab_of(tom).open(tom.at("/pipeline"))).status == 404
    assert (await tab_of(tom).open("/")).answer.url.path == "/agencies"
    owner = (await ines.get(f"/v1/clients?owner={tom.user_id}")).json()["items"]
    assert [one["id"] for one in owner] == [client["id"]]
    opened = await at_member(ines, tom, "/deactivation/removal", {})
    assert "They can enter again." in opened.text
    assert (await tab_of(tom).open(tom.at("/pipeline"))).status == 200


async def test_leaving_asks_who_takes_over(ines: Player, tom: Player) -> None:
    client = await client_in(tom, "Audit", "Oxbow Ltd")
    page = await tab_of(ines).open(ines.at(f"/team/{tom.user_id}"))
    assert "Oxbow Ltd" in page.text
    refused = await at_member(ines, tom, f"{tom.user_id}/removal", {"reassign_to": ""})
    assert (refused.status, "choose who takes over" in refused.text) == (409, True)
    gone = await at_member(ines, tom, f"{tom.user_id}/removal", {"reassign_to": str(ines.user_id)})
    assert "They are no longer here." in gone.text
    assert "Tom Baker" not in gone.text
    owner = (await ines.get(f"/v1/clients?owner={ines.user_id}")).json()["items"]
    assert [one["id"] for one in owner] == [client["id"]]
    assert (await tab_of(ines).open(ines.at(f"/team/{tom.user_id}"))).status == 404


async def test_ones_own_page_offers_no_way_to_lose_the_last_admin(ines: Player) -> None:
    page = await tab_of(ines).open(ines.at(f"/team/{ines.user_id}"))
    assert "Nobody changes their own role or seat" in page.text
    assert [form.action for form in page.forms if "/team/" in form.action] == []
    for ending, given in (("/role", {"role": "user"}), ("/deactivation", {}), ("/removal", {})):
        forced = await ines.post(ines.at(f"/team/{ines.user_id}{ending}"), data={"version": 1, **given})
        assert forced.status_code == 403
    assert (await user(ines, ines))["is_active"] is True


async def test_a_form_of_an_older_page_is_refused(ines: Player, tom: Player) -> None:
    tab = tab_of(ines)
    page = await tab.open(ines.at(f"/team/{tom.user_id}"))
    await tom.patch(f"/v1/users/{tom.user_id}", json={"nickname": "T"}, version=1)
    for ending in ("/role", "/deactivation", f"{tom.user_id}/removal", f"{tom.user_id}"):
        assert (await tab.send(page.form(ending))).status == 412
    assert (await user(ines, tom))["is_active"] is True


async def test_another_agencys_people_have_no_page(ines: Player, cleo: Player) -> None:
    assert (await tab_of(cleo).open(cleo.at(f"/team/{ines.user_id}"))).status == 404
    for ending in ("", "/role", "/deactivation", "/deactivation/removal", "/removal"):
        form = {"version": 1, "role": "user", "first_name": "X", "last_name": "Y"}
        data = form if ending in ("",) else {"version": 1, **({"role": "user"} if ending == "/role" else {})}
        assert (await cleo.post(cleo.at(f"/team/{ines.user_id}{ending}"), data=data)).status_code in (
            404,
            422,
        )
    assert (await user(ines, ines))["name"] == "Ines Aalto"
