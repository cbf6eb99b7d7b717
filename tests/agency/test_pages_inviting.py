"""An invitation's link, followed in a browser, by whoever that browser is signed in as."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audienceos.platform import clock
from tests.agency.browsing import email_of, empty_tab, tab_of
from tests.agency.test_pages_entering import signed_up
from tests.cast import HOST, PASSWORD, Player, Stage
from tests.entering import as_mailed, fresh_email

NEWCOMER = {"first_name": "Bo", "last_name": "Lund", "password": PASSWORD}


async def link_to(host: Player, email: str, role: str = "user") -> str:
    """The path of an invitation as an admin may copy it."""
    answer = await host.post("/v1/invitations", json={"email": email, "role": role})
    assert answer.status_code == 201, answer.text
    return answer.json()["link"].removeprefix(HOST)


def by_mail(stage: Stage, email: str, path: str) -> str:
    """The same as it stands in the mail."""
    return as_mailed(stage.parts.auth, email, HOST + path).removeprefix(HOST)


async def team(host: Player) -> list[str]:
    """The addresses of everybody in the agency."""
    return [user["email"] for user in (await host.get("/v1/users?limit=100")).json()["items"]]


async def test_somebody_new_sees_who_asks_and_joins(ines: Player, stage: Stage) -> None:
    email, tab = fresh_email(), empty_tab(stage)
    path = by_mail(stage, email, await link_to(ines, email, "admin"))
    page = await tab.open(path)
    assert "Ines Aalto invites" in page.text
    assert "as an admin" in page.text
    there = await tab.send(page.form(path), NEWCOMER)
    assert (there.status, there.answer.url.path) == (200, ines.at("/pipeline"))
    assert "Confirm your e-mail address" not in there.text
    assert email in await team(ines)
    assert (await empty_tab(stage).open(path)).status == 410


async def test_by_a_copied_link_the_address_is_still_to_be_confirmed(ines: Player, stage: Stage) -> None:
    email, tab = fresh_email(), empty_tab(stage)
    path = await link_to(ines, email)
    there = await tab.send((await tab.open(path)).form(path), NEWCOMER)
    assert "Confirm your e-mail address" in there.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"password": "short"}, "at least 12"),
        ({"password": "northlight is home"}, "Leave your own name"),
        ({"first_name": ""}, "Fill this in"),
        ({"last_name": "x" * 51}, "at most 50"),
    ],
)
async def test_what_is_wrong_comes_back_and_the_link_lives(
    ines: Player, stage: Stage, given: dict[str, str], words: str
) -> None:
    email, tab = fresh_email(), empty_tab(stage)
    path = await link_to(ines, email)
    back = await tab.send((await tab.open(path)).form(path), NEWCOMER | given)
    assert (back.status, words in back.text) == (422, True)
    fields = back.form(path).fields
    assert fields["password"] == [""]
    assert fields["first_name"] == [given.get("first_name", "Bo")]
    assert (await tab.send(back.form(path), NEWCOMER)).status == 200


async def test_an_address_with_an_account_signs_in_and_joins(
    ines: Player, cleo: Player, stage: Stage
) -> None:
    email, tab = await email_of(cleo), empty_tab(stage)
    path = await link_to(ines, email)
    page = await tab.open(path)
    assert "This address has an account" in page.text
    assert 'name="password"' not in page.html
    sign_in = await tab.open(f"/sign-in?next={path}")
    offered = await tab.send(sign_in.form("/sign-in"), {"email": email, "password": PASSWORD})
    assert offered.answer.url.path == path
    there = await tab.send(offered.form(path))
    assert there.answer.url.path == ines.at("/pipeline")
    assert email in await team(ines)


async def test_a_password_in_the_form_changes_no_account(ines: Player, cleo: Player, stage: Stage) -> None:
    email = await email_of(cleo)
    path = await link_to(ines, email)
    headers = {"Origin": HOST}
    refused = await empty_tab(stage).browser.post(path, data=NEWCOMER, headers=headers)
    assert refused.status_code == 401
    tab = empty_tab(stage)
    form = (await tab.open("/sign-in")).form("/sign-in")
    assert (await tab.send(form, {"email": email, "password": PASSWORD})).status == 200
    assert email not in await team(ines)


async def test_who_is_signed_in_joins_by_one_button(ines: Player, cleo: Player) -> None:
    path, tab = await link_to(ines, await email_of(cleo)), tab_of(cleo)
    page = await tab.open(path)
    assert f"Join as {await email_of(cleo)}" in page.text
    assert (await tab.send(page.form(path))).answer.url.path == ines.at("/pipeline")
    again = await tab.open(path)
    assert (again.status, "Ask your admin" in again.text) == (410, True)


async def test_somebody_else_is_asked_to_sign_out_first(ines: Player, cleo: Player, stage: Stage) -> None:
    email, tab = fresh_email(), tab_of(cleo)
    path = await link_to(ines, email)
    page = await tab.open(path)
    assert f"You are signed in as {await email_of(cleo)}" in page.text
    with pytest.raises(LookupError):
        page.form(path)
    forced = await cleo.post(path, data=NEWCOMER)
    assert forced.status_code == 403
    back = await tab.send(page.form("/sign-out", next=path))
    assert back.answer.url.path == path
    there = await tab.send(back.form(path), NEWCOMER)
    assert there.answer.url.path == ines.at("/pipeline")


async def test_an_unconfirmed_account_confirms_before_it_joins_by_a_copied_link(
    ines: Player, stage: Stage
) -> None:
    email = fresh_email()
    tab, _ = await signed_up(stage, email=email)
    path = await link_to(ines, email)
    page = await tab.open(path)
    assert page.form("/verify")
    refused = await tab.send(page.form(path))
    assert (refused.status, "Confirm your e-mail address" in refused.text) == (403, True)
    mailed = by_mail(stage, email, path)
    there = await tab.send((await tab.open(mailed)).form(mailed))
    assert there.answer.url.path == ines.at("/pipeline")


async def test_the_seat_of_somebody_removed_may_be_taken_anew(
    ines: Player, tom: Player, stage: Stage
) -> None:
    email, tab = await email_of(tom), tab_of(tom)
    await ines.delete(f"/v1/users/{tom.user_id}")
    assert (await tab.open(tom.at("/team"))).status == 404
    path = by_mail(stage, email, await link_to(ines, email.upper()))
    there = await tab.send((await tab.open(path)).form(path))
    assert (there.status, there.answer.url.path) == (200, ines.at("/pipeline"))
    assert (await team(ines)).count(email) == 1


@pytest.mark.parametrize("ending", ["late", "cancelled", "unknown"])
async def test_a_link_that_is_none_accepts_nobody(ines: Player, stage: Stage, ending: str) -> None:
    email, tab = fresh_email(), empty_tab(stage)
    path = await link_to(ines, email)
    form = (await tab.open(path)).form(path)
    later = clock.now()
    if ending == "late":
        later += timedelta(days=7, seconds=1)
    elif ending == "cancelled":
        (sent,) = (await ines.get("/v1/invitations?state=pending")).json()["items"]
        await ines.delete(f"/v1/invitations/{sent['id']}")
    else:
        form.action = path[:-1] + ("a" if path[-1] != "a" else "b")
    with clock.stopped_at(later):
        assert (await tab.send(form, NEWCOMER)).status == (404 if ending == "unknown" else 410)
    assert email not in await team(ines)


async def test_of_two_browsers_with_the_form_open_one_takes_the_seat(ines: Player, stage: Stage) -> None:
    email = fresh_email()
    path = await link_to(ines, email)
    tabs = [empty_tab(stage), empty_tab(stage)]
    forms = [(await tab.open(path)).form(path) for tab in tabs]
    statuses = [(await tab.send(form, NEWCOMER)).status for tab, form in zip(tabs, forms, strict=True)]
    assert statuses == [200, 410]
    assert (await team(ines)).count(email) == 1
