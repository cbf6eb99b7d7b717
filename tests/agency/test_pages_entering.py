"""Coming in by pages: sign-up, sign-in, the choice of an agency, and another one founded."""

from __future__ import annotations

from typing import Any, cast

import httpx
import msgspec
import pytest

from audienceos.app import Parts, build_app
from audienceos.platform.settings import SignupPolicy
from tests.agency.browsing import Shown, Tab, email_of, empty_tab, tab_of
from tests.cast import HOST, PASSWORD, Player, Stage
from tests.entering import fresh_email

NEW: dict[str, Any] = {
    "agency": "Tern & Sons",
    "first_name": "Ada",
    "last_name": "Quist",
    "password": PASSWORD,
    "zone": "Europe/Lisbon",
}


def tab_with(parts: Parts, policy: SignupPolicy) -> Tab:
    """A browser of nobody's, at an installation with that policy."""
    settings = msgspec.structs.replace(parts.settings, signup=policy)
    auth = msgspec.structs.replace(parts.auth, settings=settings)
    app = build_app(msgspec.structs.replace(parts, settings=settings, auth=auth))
    return Tab(httpx.AsyncClient(transport=httpx.ASGITransport(cast("Any", app)), base_url=HOST))


async def signed_up(stage: Stage, **given: Any) -> tuple[Tab, Shown]:
    """Somebody new who sends the form, and where they are then."""
    tab = empty_tab(stage)
    form = (await tab.open("/sign-up")).form("/sign-up")
    return tab, await tab.send(form, {**NEW, "email": fresh_email(), **given})


async def test_somebody_new_signs_up_and_is_at_their_board(stage: Stage) -> None:
    tab, there = await signed_up(stage)
    assert there.status == 200
    assert there.answer.url.path.startswith("/tern-sons")
    assert "Confirm your e-mail address" in there.text
    settings = await tab.open(there.answer.url.path.replace("/pipeline", "/settings"))
    assert settings.form("/settings").fields["timezone"] == ["Europe/Lisbon"]


async def test_a_browsers_zone_that_is_none_is_utc(stage: Stage) -> None:
    tab, there = await signed_up(stage, zone="Mars/Base")
    assert there.status == 200
    settings = await tab.open(there.answer.url.path.replace("/pipeline", "/settings"))
    assert settings.form("/settings").fields["timezone"] == ["UTC"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"agency": ""}, "Fill this in"),
        ({"agency": "x" * 101}, "at most 100"),
        ({"email": "nobody"}, "e-mail address"),
        ({"password": "short"}, "at least 12"),
        ({"password": "Ada Quist is me"}, "Leave your own name"),
    ],
)
async def test_what_was_typed_comes_back_and_the_password_never(
    stage: Stage, given: dict[str, str], words: str
) -> None:
    _, back = await signed_up(stage, **given)
    assert back.status == 422
    assert words in back.text
    fields = back.form("/sign-up").fields
    assert fields["password"] == [""]
    assert fields["last_name"] == ["Quist"]
    assert f'"{(NEW | given)["password"]}"' not in back.html


async def test_a_taken_address_is_said_beside_it(ines: Player, stage: Stage) -> None:
    _, back = await signed_up(stage, email=(await email_of(ines)).upper())
    assert back.status == 409
    assert "has an account already" in back.text
    assert 'aria-describedby="e-email"' in back.html


async def test_a_wrong_password_is_said_and_the_address_kept(ines: Player, stage: Stage) -> None:
    tab, email = empty_tab(stage), await email_of(ines)
    form = (await tab.open("/sign-in")).form("/sign-in")
    back = await tab.send(form, {"email": email, "password": "not the right one"})
    assert (back.status, back.form("/sign-in").fields["email"]) == (401, [email])
    assert "not the right one" not in back.html
    unknown = await tab.send(form, {"email": fresh_email(), "password": "not the right one"})
    assert (unknown.status, "don't belong together" in unknown.text) == (401, True)


async def test_a_password_keeps_its_blanks(stage: Stage) -> None:
    email, password = fresh_email(), "  seven green bicycles "
    tab, _ = await signed_up(stage, email=email, password=password)
    other = empty_tab(stage)
    form = (await other.open("/sign-in")).form("/sign-in")
    assert (await other.send(form, {"email": email, "password": password.strip()})).status == 401
    assert (await other.send(form, {"email": email, "password": password})).status == 200
    assert (await tab.open("/agencies")).status == 200


async def test_who_signs_out_is_out(ines: Player) -> None:
    tab = tab_of(ines)
    out = await tab.send((await tab.open(ines.at("/team"))).form("/sign-out"))
    assert "You are signed out." in out.text
    assert (await tab.open("/agencies")).answer.url.path == "/sign-in"
    assert (await ines.get("/v1/me")).status_code == 401


async def test_one_agency_is_entered_at_once_and_several_are_offered(ines: Player) -> None:
    tab = tab_of(ines)
    assert (await tab.open("/")).answer.url.path == ines.at("/dashboard")
    choice = await tab.open("/agencies")
    form = choice.form("/agencies")
    assert (form.fields["first_name"], form.fields["last_name"]) == (["Ines"], ["Aalto"])
    second = await tab.send(form, {"agency": "Second Light"})
    assert second.answer.url.path.startswith("/second-light")
    choice = await tab.open("/")
    assert choice.answer.url.path == "/agencies"
    assert "Second Light" in choice.text
    assert "Northlight" in choice.text


async def test_a_wrong_founding_comes_back_as_typed(ines: Player) -> None:
    tab = tab_of(ines)
    form = (await tab.open("/agencies")).form("/agencies")
    back = await tab.send(form, {"agency": "x" * 101, "first_name": "Inez"})
    assert (back.status, back.form("/agencies").fields["first_name"]) == (422, ["Inez"])
    assert "at most 100" in back.text


async def test_who_is_signed_in_signs_up_for_nothing_new(ines: Player) -> None:
    assert (await tab_of(ines).open("/sign-up")).answer.url.path == "/agencies"


@pytest.mark.parametrize("policy", ["invite", "closed"])
async def test_the_installation_may_keep_strangers_out(parts: Parts, policy: SignupPolicy) -> None:
    tab = tab_with(parts, policy)
    assert (await tab.open("/sign-up")).status == 403
    headers = {"Origin": HOST}
    refused = await tab.browser.post("/sign-up", data={**NEW, "email": fresh_email()}, headers=headers)
    assert refused.status_code == 403
    assert "/sign-up" not in (await tab.open("/sign-in")).html


@pytest.mark.parametrize(("policy", "may"), [("invite", True), ("closed", False)])
async def test_who_has_an_account_founds_unless_nobody_may(
    ines: Player, parts: Parts, policy: SignupPolicy, may: bool
) -> None:
    tab = tab_with(parts, policy)
    tab.browser.cookies = ines.browser.cookies
    choice = await tab.open("/agencies")
    assert any(form.action.endswith("/agencies") for form in choice.forms) is may
    founding = {**NEW, "_csrf": ines.csrf}
    del founding["password"]
    answer = await tab.browser.post("/agencies", data=founding, headers={"Origin": HOST})
    assert answer.status_code == (303 if may else 403)


async def test_the_view_that_one_likes_opens_first(ines: Player) -> None:
    tab = tab_of(ines)
    await ines.patch("/v1/preferences", json={"display.default_view": "list"})
    assert (await tab.open(ines.at(""))).answer.url.path == ines.at("/clients")
    assert (await tab.open("/")).answer.url.path == ines.at("/clients")
