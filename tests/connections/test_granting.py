"""Access is granted at the vendor, once, by whoever began it; everything else is refused alike."""

from __future__ import annotations

import html
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from audienceos.connections.pages.returning import NOT_GOOD
from audienceos.connections.state import GOOD_FOR
from audienceos.platform import clock
from audienceos.platform.db.database import Database
from audienceos.platform.sealing import FILE
from audienceos.platform.settings import Settings
from tests.cast import Player, Stage
from tests.connections.given import Vendors, begun, connected, decided, sealed_of, standing, toasted


async def refused(player: Player, path: str) -> bool:
    """Whether the way back is refused in the one sentence that tells nothing."""
    answer = await player.get(path)
    return answer.status_code == 400 and NOT_GOOD in html.unescape(answer.text)


@pytest.mark.parametrize(
    ("provider", "account"),
    [
        ("slack", "Northlight"),
        ("gmail", "@northlight.example"),
        ("google_ads", "2 ad accounts"),
        ("meta_ads", "Ines Aalto"),
    ],
)
async def test_a_service_is_connected_through_its_own_page(
    vendors: Vendors, ines: Player, provider: str, account: str
) -> None:
    row = await connected(ines, provider)
    assert (row["state"], row["has_token"]) == ("connected", True)
    assert account in row["account_name"]
    assert account in await toasted(ines)


async def test_a_grant_is_kept_sealed_and_told_nowhere(
    vendors: Vendors, ines: Player, database: Database
) -> None:
    row = await connected(ines, "gmail")
    sealed = await sealed_of(database, "integration", row["id"])
    assert all(text.startswith("s1.") and "canary" not in text for text in map(sealed.get, sealed) if text)
    pages = ["/v1/integrations", f"/v1/integrations/{row['id']}", "/v1/events", ines.at("/integrations")]
    for path in pages:
        assert "canary" not in (await ines.get(path)).text, path


async def test_the_same_way_back_leads_in_once(vendors: Vendors, ines: Player) -> None:
    path = await decided(await begun(ines))
    assert (await ines.get(path)).status_code == 303
    assert await refused(ines, path)
    assert len(vendors.slack.calls("/api/oauth.v2.access")) == 1


async def test_a_way_back_is_good_for_ten_minutes(vendors: Vendors, ines: Player) -> None:
    path = await decided(await begun(ines))
    with clock.stopped_at(clock.now() + GOOD_FOR + timedelta(seconds=1)):
        assert await refused(ines, path)
    assert vendors.slack.calls("/api/oauth.v2.access") == []


async def test_nobody_else_comes_back_by_it(
    vendors: Vendors, ines: Player, tom: Player, cleo: Player, stage: Stage
) -> None:
    colleague = await stage.member(ines, "Ada Quist", "admin")
    path = await decided(await begun(ines))
    for other in (tom, cleo, colleague):
        assert await refused(other, path)
    assert (await ines.get(path)).status_code == 303


async def test_a_way_back_of_one_service_is_none_of_another(vendors: Vendors, ines: Player) -> None:
    path = await decided(await begun(ines))
    assert await refused(ines, path.replace("/connect/slack/", "/connect/gmail/"))


@pytest.mark.parametrize("state", ["", ".", "e30.00", "x" * 5000, "%00", "ü.ü"])
async def test_a_state_that_is_none_of_ours_is_refused(vendors: Vendors, ines: Player, state: str) -> None:
    assert await refused(ines, f"/connect/slack/return?code=1&state={state}")


async def test_a_tampered_state_is_refused(vendors: Vendors, ines: Player) -> None:
    path = await decided(await begun(ines))
    state = parse_qs(urlsplit(path).query)["state"][0]
    body, _, mark = state.partition(".")
    for forged in (f"{body[:-2]}AA.{mark}", f"{body}.{mark[:-1]}0", f"{body}.", f"A{body}.{mark}"):
        if forged != state:
            assert await refused(ines, path.replace(state, forged))


async def test_without_a_session_nobody_comes_back(vendors: Vendors, ines: Player) -> None:
    path = await decided(await begun(ines))
    ines.browser.cookies.clear()
    assert await refused(ines, path)


async def test_who_was_demoted_meanwhile_is_refused(vendors: Vendors, ines: Player, stage: Stage) -> None:
    colleague = await stage.member(ines, "Ada Quist", "admin")
    path = await decided(await begun(colleague))
    view = (await ines.get(f"/v1/users/{colleague.user_id}")).json()
    role = {"role": "user"}
    changed = await ines.patch(f"/v1/users/{colleague.user_id}", json=role, version=view["version"])
    assert changed.status_code == 200
    await colleague.get(path)
    assert (await standing(ines))["has_token"] is False


async def test_who_cancels_there_is_told_that_nothing_has_changed(vendors: Vendors, ines: Player) -> None:
    path = await decided(await begun(ines), "Cancel")
    assert (await ines.get(path)).status_code == 303
    assert "Nothing has changed" in await toasted(ines)
    assert (await standing(ines))["state"] == "disconnected"


async def test_missing_scopes_are_listed(vendors: Vendors, ines: Player) -> None:
    vendors.slack.scope = "channels:read,chat:write,users:read"
    await ines.get(await decided(await begun(ines)))
    assert "channels:history, team:read" in await toasted(ines)
    vendors.google.leaves_out = "gmail.send"
    await ines.get(await decided(await begun(ines, "gmail")))
    assert "gmail.send" in await toasted(ines)
    assert [(await standing(ines, name))["has_token"] for name in ("slack", "gmail")] == [False, False]


async def test_without_a_refresh_token_nothing_is_kept(vendors: Vendors, ines: Player) -> None:
    vendors.google.gives_refresh = False
    await ines.get(await decided(await begun(ines, "gmail")))
    assert "nothing to renew the grant with" in await toasted(ines)
    assert (await standing(ines, "gmail"))["has_token"] is False


async def test_the_sixth_start_within_a_minute_waits(vendors: Vendors, ines: Player) -> None:
    answers = [await ines.post("/v1/authorisations", json={"provider": "slack"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429]


async def test_only_admins_begin(vendors: Vendors, tom: Player) -> None:
    answer = await tom.post("/v1/authorisations", json={"provider": "slack"})
    assert answer.status_code == 403


async def test_a_workspace_of_another_agency_is_refused_without_telling_whose(
    vendors: Vendors, ines: Player, cleo: Player
) -> None:
    await connected(ines)
    await cleo.get(await decided(await begun(cleo)))
    said = await toasted(cleo)
    assert "connected elsewhere already" in said
    assert ines.slug not in said
    assert (await standing(cleo))["has_token"] is False
    ended = await ines.post(f"/v1/integrations/{(await standing(ines))['id']}/disconnection")
    assert ended.status_code == 201, ended.text
    assert (await connected(cleo))["has_token"] is True


async def test_without_an_app_the_page_says_what_to_do(ines: Player) -> None:
    answer = await ines.post("/v1/authorisations", json={"provider": "slack"})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_app")
    text = (await ines.get(ines.at("/integrations"))).text
    assert "http://testserver.local/connect/slack/return" in text


async def test_an_agencys_own_app_asks_in_its_own_name(
    vendors: Vendors, ines: Player, database: Database
) -> None:
    app = {"vendor": "slack", "app_id": "own-1", "client_secret": "own-canary"}
    made = (await ines.post("/v1/integration-apps", json=app)).json()
    assert (made["holds"], "canary" in str(made)) == (["client_secret"], False)
    assert "client_id=own-1" in await begun(ines)
    sealed = await sealed_of(database, "integration_app", made["id"])
    assert sealed["client_secret"].startswith("s1.")


async def test_nothing_is_stored_when_nothing_can_be_sealed(
    vendors: Vendors, ines: Player, settings: Settings
) -> None:
    path = settings.data_dir / FILE
    app = {"vendor": "slack", "app_id": "own-1", "client_secret": "own-canary"}
    path.chmod(0o644)
    try:
        assert (await ines.post("/v1/integration-apps", json=app)).status_code == 503
        assert (await ines.get("/v1/integration-apps")).json()["items"] == []
    finally:
        path.chmod(0o600)
