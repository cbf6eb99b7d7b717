"""A person's own page: names, password, display, browsers, tokens."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agency.browsing import Shown, email_of, empty_tab, tab_of
from tests.agency.programs import caller, program_of
from tests.agency.test_api_own import again
from tests.cast import PASSWORD, Player, Stage

FRESH = "four quiet lighthouses"


async def sent(player: Player, ending: str, given: dict[str, Any] | None = None) -> Shown:
    """Open the page, fill one of its forms in and send it."""
    tab = tab_of(player)
    page = await tab.open(player.at("/account"))
    return await tab.send(page.form(ending), given)


async def test_names_are_saved_or_come_back(tom: Player) -> None:
    assert "Saved." in (await sent(tom, "/account", {"first_name": " Thomas ", "nickname": "T"})).text
    assert (await tom.get("/v1/me")).json()["user"]["name"] == "Thomas Baker"
    back = await sent(tom, "/account", {"first_name": "", "last_name": "Bakker"})
    assert (back.status, "Fill this in" in back.text) == (422, True)
    assert back.form("/account").fields["last_name"] == ["Bakker"]


async def test_a_new_password_keeps_this_browser_and_ends_the_rest(ines: Player, stage: Stage) -> None:
    email, other, program = await email_of(ines), await again(stage, ines), await program_of(stage, ines)
    done = await sent(ines, "/password", {"current_password": PASSWORD, "password": FRESH})
    assert "every other browser and program is signed out" in done.text
    assert (await other.get("/v1/me")).status_code == (await program.get("/v1/me")).status_code == 401
    tab = empty_tab(stage)
    form = (await tab.open("/sign-in")).form("/sign-in")
    assert (await tab.send(form, {"email": email, "password": PASSWORD})).status == 401
    assert (await tab.send(form, {"email": email, "password": FRESH})).status == 200


@pytest.mark.parametrize(
    ("current", "password", "words"),
    [
        ("not my password", FRESH, "That is not your password"),
        (PASSWORD, "short", "at least 12"),
        (PASSWORD, "password1234", "Too many people use this one"),
        (PASSWORD, "ines aalto herself", "Leave your own name"),
        ("", FRESH, "Fill this in"),
    ],
)
async def test_a_wrong_password_comes_back_empty(
    ines: Player, current: str, password: str, words: str
) -> None:
    back = await sent(ines, "/password", {"current_password": current, "password": password})
    assert (back.status, words in back.text) == (422, True)
    fields = back.form("/password").fields
    assert (fields["current_password"], fields["password"]) == ([""], [""])
    assert f'"{password}"' not in back.html
    assert (await ines.get("/v1/me")).status_code == 200


async def test_a_browser_left_open_is_no_place_to_guess(ines: Player) -> None:
    tab = tab_of(ines)
    form = (await tab.open(ines.at("/account"))).form("/password")
    guess = {"current_password": "a wrong guess", "password": FRESH}
    statuses = [(await tab.send(form, guess)).status for _ in range(6)]
    assert statuses == [422] * 5 + [429]


async def test_the_theme_is_on_the_page_from_the_first_byte(ines: Player, tom: Player) -> None:
    saved = await sent(
        ines, "/display", {"theme": "dark", "default_view": "list", "sidebar_collapsed": "true"}
    )
    for page in (saved, await tab_of(ines).open(ines.at("/clients"))):
        assert '<html lang="en" data-theme="dark" data-side="rail">' in page.html
    assert '<html lang="en">' in (await tab_of(tom).open(tom.at("/clients"))).html
    assert saved.form("/display").fields["default_view"] == ["list"]
    plain = await sent(ines, "/display", {"theme": "system", "sidebar_collapsed": None})
    assert '<html lang="en">' in plain.html
    assert (await sent(ines, "/display", {"theme": "sepia"})).status == 422


async def test_another_browser_is_signed_out_from_here(ines: Player, stage: Stage) -> None:
    other = await again(stage, ines)
    theirs = next(one["id"] for one in (await other.get("/v1/sessions")).json()["items"] if one["is_present"])
    out = await sent(ines, f"/sessions/{theirs}/removal")
    assert "That browser is signed out." in out.text
    assert (await other.get("/v1/me")).status_code == 401
    third = await again(stage, ines)
    await sent(ines, "/sessions/removal")
    assert (await third.get("/v1/me")).status_code == 401
    page = await tab_of(ines).open(ines.at("/account"))
    assert page.text.count("This one") == 1
    assert "/sessions/" not in page.html


async def test_a_token_is_made_shown_once_and_ended(ines: Player, stage: Stage) -> None:
    made = await sent(ines, "/tokens", {"name": "nightly report", "scope": "write", "days": "30"})
    token = next(word for word in made.html.split('"') if word.startswith("aos_"))
    program = caller(stage, token)
    assert (await program.get("/v1/me")).json()["by"]["scopes"] == ["read", "write"]
    later = await tab_of(ines).open(ines.at("/account"))
    assert ("nightly report" in later.text, token in later.html) == (True, False)
    (row,) = (await ines.get("/v1/tokens")).json()["items"]
    ended = await sent(ines, f"/tokens/{row['id']}/removal")
    assert "The token is ended." in ended.text
    assert (await program.get("/v1/me")).status_code == 401


async def test_a_wrong_token_comes_back_as_typed(ines: Player) -> None:
    back = await sent(ines, "/tokens", {"name": "nightly report", "scope": "write", "days": "400"})
    assert (back.status, "At most 365" in back.text) == (422, True)
    assert back.form("/tokens").fields == {
        **back.form("/tokens").fields,
        "name": ["nightly report"],
        "scope": ["write"],
        "days": ["400"],
    }
    assert (await ines.get("/v1/tokens")).json()["items"] == []


async def test_nobody_ends_what_is_anothers(ines: Player, tom: Player, cleo: Player) -> None:
    token = (await ines.post("/v1/tokens", json={"name": "mine"})).json()["id"]
    session = (await ines.get("/v1/sessions")).json()["items"][0]["id"]
    for somebody in (tom, cleo):
        for path in (f"/account/tokens/{token}/removal", f"/account/sessions/{session}/removal"):
            assert (await somebody.post(somebody.at(path))).status_code == 404
    assert len((await ines.get("/v1/tokens")).json()["items"]) == 1


async def test_no_program_sends_these_forms(ines: Player, tom: Player, stage: Stage) -> None:
    program = await program_of(stage, ines)
    person = f"/team/{tom.user_id}"
    assert (await program.get(ines.at("/account"))).status_code == 403
    for path in (
        *(
            "/account",
            "/account/password",
            "/account/display",
            "/account/tokens",
            "/account/sessions/removal",
        ),
        *("/settings/address", "/team/invitations", person, f"{person}/role", f"{person}/deactivation"),
        *(f"{person}/deactivation/removal", f"{person}/removal"),
    ):
        form = {"version": 1, "slug": "by-a-program", "name": "x", "role": "admin"}
        assert (await program.post(ines.at(path), data=form)).status_code == 403, path
    assert (await ines.get("/v1/agency")).json()["version"] == 1
