"""What is the caller's own, by the API: who they are, their tokens, their signed-in browsers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from audienceos.platform import clock
from tests.agency.browsing import email_of
from tests.agency.programs import caller, program_of
from tests.cast import HOST, Player, Stage


async def made(player: Player, **fields: Any) -> Any:
    """A token just made."""
    answer = await player.post("/v1/tokens", json={"name": "nightly report", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def again(stage: Stage, player: Player) -> Player:
    """The same person in another browser."""
    browser = httpx.AsyncClient(transport=stage.transport, base_url=HOST)
    other = Player(browser, player.slug, player.agency_id, player.user_id, player.role)
    await stage.sign_in(other, await email_of(player))
    return other


async def present(player: Player) -> dict[str, Any]:
    """The session of the browser that they use."""
    return next(one for one in (await player.get("/v1/sessions")).json()["items"] if one["is_present"])


async def test_i_am_told_who_i_am_and_where(ines: Player, tom: Player) -> None:
    me = (await tom.get("/v1/me")).json()
    assert (me["user"]["id"], me["user"]["name"], me["user"]["role"]) == (
        str(tom.user_id),
        "Tom Baker",
        "user",
    )
    assert me["agency"]["slug"] == ines.slug
    assert me["by"] == {"kind": "person", "scopes": ["read", "write"]}
    assert me["preferences"] == (await tom.get("/v1/preferences")).json()


async def test_a_program_is_told_how_far_it_reaches(ines: Player, stage: Stage) -> None:
    reader = await program_of(stage, ines, "read")
    assert (await reader.get("/v1/me")).json()["by"] == {"kind": "token", "scopes": ["read"]}


async def test_a_cookie_says_which_agency_and_a_token_must_not(
    ines: Player, cleo: Player, stage: Stage
) -> None:
    program = await program_of(stage, ines)
    own = {"AudienceOS-Agency": ines.slug}
    assert (await ines.browser.get("/v1/me")).status_code == 400
    assert (
        await ines.browser.get("/v1/me", headers={"AudienceOS-Agency": "nowhere-at-all"})
    ).status_code == 404
    assert (await ines.browser.get("/v1/me", headers={"AudienceOS-Agency": cleo.slug})).status_code == 404
    assert (await program.get("/v1/me", headers=own)).status_code == 400
    assert (await program.get("/v1/me")).status_code == 200


@pytest.mark.parametrize("token", ["aos_x", "aos_0000000000000000000000_" + "0" * 43, "x" * 5000])
async def test_a_token_of_nobody_opens_nothing(stage: Stage, token: str) -> None:
    assert (await caller(stage, token).get("/v1/me")).status_code == 401


async def test_a_token_is_shown_once_and_ends(ines: Player, stage: Stage) -> None:
    token = await made(ines)
    program = caller(stage, token["token"])
    assert (await program.get("/v1/clients")).status_code == 200
    (row,) = (await ines.get("/v1/tokens")).json()["items"]
    assert (row["name"], row["hint"], row["scopes"]) == ("nightly report", token["token"][-4:], ["read"])
    assert token["token"] not in str(row)
    assert (await ines.delete(f"/v1/tokens/{token['id']}")).status_code == 204
    assert (await program.get("/v1/clients")).status_code == 401
    assert (await ines.get("/v1/tokens")).json()["items"] == []


async def test_a_token_ends_by_itself(ines: Player) -> None:
    with clock.stopped_at(clock.now()):
        token = await made(ines, days=1)
        ends = clock.now() + timedelta(days=1)
    assert datetime.fromisoformat(token["expires_at"].replace("Z", "+00:00")) == ends


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a", "scopes": []}, "scopes"),
        ({"name": "a", "scopes": ["admin"]}, "scopes"),
        ({"name": "a", "days": 0}, "days"),
        ({"name": "a", "days": 366}, "days"),
        ({"name": "a", "user_id": "x"}, "user_id"),
    ],
)
async def test_nonsense_makes_no_token(ines: Player, fields: dict[str, Any], at: str) -> None:
    answer = await ines.post("/v1/tokens", json=fields)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, at)


async def test_tokens_are_their_makers_own(ines: Player, tom: Player, cleo: Player) -> None:
    token = await made(tom)
    assert (await ines.get("/v1/tokens")).json()["items"] == []
    assert (await cleo.delete(f"/v1/tokens/{token['id']}")).status_code == 404
    mine = await made(ines)
    assert (await tom.delete(f"/v1/tokens/{mine['id']}")).status_code == 404
    assert (await ines.delete(f"/v1/tokens/{token['id']}")).status_code == 204
    assert (await tom.get("/v1/tokens")).json()["items"] == []


async def test_no_program_reaches_what_opens_doors(ines: Player, stage: Stage) -> None:
    program = await program_of(stage, ines)
    session = await present(ines)
    for method, path in (
        ("GET", "/v1/tokens"),
        ("POST", "/v1/tokens"),
        ("DELETE", f"/v1/tokens/{session['id']}"),
        ("GET", "/v1/sessions"),
        ("DELETE", "/v1/sessions"),
        ("DELETE", f"/v1/sessions/{session['id']}"),
    ):
        answer = await program.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "people_only"), path


async def test_every_browser_is_listed_and_the_present_one_known(ines: Player, stage: Stage) -> None:
    other = await again(stage, ines)
    here = (await ines.get("/v1/sessions")).json()["items"]
    there = (await other.get("/v1/sessions")).json()["items"]
    assert {one["id"] for one in here} == {one["id"] for one in there}
    assert [one["is_present"] for one in here].count(True) == 1
    assert (await present(ines))["id"] != (await present(other))["id"]


async def test_one_browser_is_signed_out_from_another(ines: Player, stage: Stage) -> None:
    other = await again(stage, ines)
    assert (await ines.delete(f"/v1/sessions/{(await present(other))['id']}")).status_code == 204
    assert (await other.get("/v1/me")).status_code == 401
    assert (await ines.get("/v1/me")).status_code == 200


async def test_all_others_are_signed_out_at_once(ines: Player, stage: Stage) -> None:
    others = [await again(stage, ines) for _ in range(2)]
    assert (await ines.delete("/v1/sessions")).status_code == 204
    assert [(await other.get("/v1/me")).status_code for other in others] == [401, 401]
    assert len((await ines.get("/v1/sessions")).json()["items"]) == 1


async def test_nobody_ends_anothers_session(ines: Player, tom: Player, cleo: Player) -> None:
    session = await present(ines)
    for somebody in (tom, cleo):
        assert (await somebody.delete(f"/v1/sessions/{session['id']}")).status_code == 404
    assert (await ines.get("/v1/me")).status_code == 200
