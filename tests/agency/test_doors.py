"""Who is let in, and who isn't: other sites, missing proofs, strange hosts, guesses, ended sessions."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.agency.browsing import email_of, empty_tab, tab_of
from tests.cast import HOST, PASSWORD, Player, Stage
from tests.entering import fresh_email
from tests.laws.nouns import masked

HERE = {"Origin": HOST, "Sec-Fetch-Site": "same-origin"}


async def renamed(
    player: Player, headers: dict[str, str], data: dict[str, Any] | None = None
) -> httpx.Response:
    """Post the form that changes one's names, with these headers alone."""
    form = {"version": 1, "first_name": "Eve", "last_name": "Ill"} | (data or {})
    return await player.browser.post(player.at("/account"), data=form, headers=headers)


@pytest.mark.parametrize(
    ("headers", "data", "status"),
    [
        (HERE, {"_csrf": "right"}, 303),
        ({**HERE, "X-CSRF-Token": "right"}, {}, 303),
        ({"Origin": HOST}, {"_csrf": "right"}, 303),
        (HERE, {}, 403),
        (HERE, {"_csrf": "0" * 64}, 403),
        (HERE, {"_csrf": "right\u00e9"}, 403),
        ({**HERE, "X-CSRF-Token": "wrong"}, {"_csrf": "right"}, 403),
        ({}, {"_csrf": "right"}, 403),
        ({"Origin": "null"}, {"_csrf": "right"}, 403),
        ({"Origin": "https://evil.example"}, {"_csrf": "right"}, 403),
        ({"Origin": HOST + ".evil.example"}, {"_csrf": "right"}, 403),
        ({"Origin": HOST, "Sec-Fetch-Site": "cross-site"}, {"_csrf": "right"}, 403),
        ({"Origin": HOST, "Sec-Fetch-Site": "same-site"}, {"_csrf": "right"}, 403),
    ],
)
async def test_only_our_own_pages_change_anything(
    ines: Player, headers: dict[str, str], data: dict[str, str], status: int
) -> None:
    said = {name: value.replace("right", ines.csrf) for name, value in headers.items()}
    typed = {name: value.replace("right", ines.csrf) for name, value in data.items()}
    assert (await renamed(ines, said, typed)).status_code == status
    name = (await ines.get("/v1/me")).json()["user"]["name"]
    assert name == ("Eve Ill" if status == 303 else "Ines Aalto")


async def test_anothers_token_is_no_proof(ines: Player, cleo: Player) -> None:
    assert (await renamed(ines, HERE, {"_csrf": cleo.csrf})).status_code == 403


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/reset"])
async def test_another_site_signs_nobody_in(stage: Stage, path: str) -> None:
    browser = httpx.AsyncClient(transport=stage.transport, base_url=HOST)
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": HOST, "Sec-Fetch-Site": "cross-site"}):
        answer = await browser.post(path, data={"email": "a@b.example", "password": "x"}, headers=headers)
        assert answer.status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "testserver.local.evil.example", "testserver.local:81", ""])
async def test_a_strange_host_is_not_served(stage: Stage, host: str) -> None:
    browser = httpx.AsyncClient(transport=stage.transport, base_url=HOST)
    for path in ("/sign-in", "/v1/me", "/reset", "/invite/x"):
        assert (await browser.get(path, headers={"Host": host})).status_code == 421


@pytest.mark.parametrize(
    "next_",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        " //evil.example",
        "/ok\r\nSet-Cookie: a=b",
        "http://[",
        "evil.example",
        "",
    ],
)
async def test_signing_in_leads_to_no_other_site(ines: Player, stage: Stage, next_: str) -> None:
    email = await email_of(ines)
    browser = httpx.AsyncClient(transport=stage.transport, base_url=HOST)
    form = {"email": email, "password": PASSWORD, "next": next_}
    answer = await browser.post("/sign-in", data=form, headers=HERE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    signed_in = await browser.get("/sign-in", params={"next": next_})
    assert signed_in.headers["location"] == "/"


@pytest.mark.parametrize(
    "next_", ["/agencies", "/north/clients?q=a%20b&stage=Live#top", "/north/clients?q=ü"]
)
async def test_signing_in_leads_back_to_where_one_was_going(ines: Player, stage: Stage, next_: str) -> None:
    tab = empty_tab(stage)
    form = {"email": await email_of(ines), "password": PASSWORD, "next": next_}
    answer = await tab.browser.post("/sign-in", data=form, headers=HERE)
    assert answer.headers["location"] == next_.replace("ü", "%C3%BC")


async def test_who_is_not_signed_in_is_sent_there_and_back(ines: Player, stage: Stage) -> None:
    tab = empty_tab(stage)
    page = await tab.open(ines.at("/team?q=tom"))
    form = page.form("/sign-in")
    assert form.fields["next"] == [ines.at("/team?q=tom")]
    there = await tab.send(form, {"email": await email_of(ines), "password": PASSWORD})
    assert there.answer.url.path == ines.at("/team")


async def test_guesses_are_slowed_and_the_form_says_for_how_long(ines: Player, stage: Stage) -> None:
    tab, email = empty_tab(stage), await email_of(ines)
    form = (await tab.open("/sign-in")).form("/sign-in")
    for _ in range(5):
        assert (await tab.send(form, {"email": email, "password": "a wrong guess"})).status == 401
    slowed = await tab.send(form, {"email": email, "password": PASSWORD})
    assert slowed.status == 429
    assert int(slowed.answer.headers["retry-after"]) >= 1
    assert slowed.form("/sign-in").fields["email"] == [email]
    known = await ines.browser.post(
        "/sign-in", data={"email": email, "password": PASSWORD, "_csrf": ines.csrf}, headers=HERE
    )
    assert known.status_code == 303


async def test_a_browser_whose_session_has_ended_signs_in_again(ines: Player, stage: Stage) -> None:
    tab, email = tab_of(ines), await email_of(ines)
    await ines.delete("/v1/sessions/" + await present_session(ines))
    page = await tab.open(ines.at("/pipeline"))
    back = await tab.send(page.form("/sign-in"), {"email": email, "password": PASSWORD})
    assert (back.status, back.answer.url.path) == (200, ines.at("/pipeline"))


async def present_session(player: Player) -> str:
    """The id of the session that they use."""
    items = (await player.get("/v1/sessions")).json()["items"]
    return next(one["id"] for one in items if one["is_present"])


async def test_the_cookie_is_kept_from_scripts_and_from_other_sites(ines: Player, stage: Stage) -> None:
    tab = empty_tab(stage)
    form = {"email": await email_of(ines), "password": PASSWORD}
    answer = await tab.browser.post("/sign-in", data=form, headers=HERE)
    for cookie in answer.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Domain" not in cookie


async def test_a_stranger_is_told_nothing_of_an_agency(ines: Player, cleo: Player, stage: Stage) -> None:
    known, unknown = ines.slug, "an-agency-that-never-was"
    for path in ("", "/pipeline", "/team", "/settings", "/account"):
        outside = [
            (await empty_tab(stage).browser.get(f"/{slug}{path}")).status_code for slug in (known, unknown)
        ]
        assert outside == [303, 303]
        inside = [await cleo.browser.get(f"/{slug}{path}") for slug in (known, unknown)]
        assert [answer.status_code for answer in inside] == [404, 404]
        told = {masked(answer.text).replace(unknown, known) for answer in inside}
        assert len(told) == 1
    for ending in ("/team/invitations", "/settings", "/account", "/account/tokens"):
        answer = await cleo.post(ines.at(ending), data={"email": fresh_email(), "name": "x", "version": 1})
        assert answer.status_code == 404
