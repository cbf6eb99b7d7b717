"""Connections tested and ended."""

from __future__ import annotations

import pytest

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.connections.given import Vendors, connected, sealed_of, standing, toasted
from tests.fakes.server import Said


@pytest.mark.parametrize("provider", ["slack", "gmail", "google_ads", "meta_ads"])
async def test_a_disconnection_gives_the_grant_back_and_wipes_it(
    vendors: Vendors, ines: Player, database: Database, provider: str
) -> None:
    row = await connected(ines, provider)
    ended = (await ines.post(f"/v1/integrations/{row['id']}/disconnection")).json()
    assert ended == {"provider": provider, "token_revoked": True}
    assert set((await sealed_of(database, "integration", row["id"])).values()) == {None}
    now = await standing(ines, provider)
    assert (now["state"], now["has_token"], now["id"]) == ("disconnected", False, row["id"])


async def test_a_vendor_that_does_not_take_it_back_keeps_nobody_from_ending_it(
    vendors: Vendors, ines: Player, database: Database
) -> None:
    row = await connected(ines)
    vendors.slack.instead("/api/auth.revoke", Said(500))
    answer = await ines.post(ines.at(f"/integrations/{row['id']}/disconnection"))
    assert answer.status_code == 303
    assert "Take our app out there, too" in await toasted(ines)
    assert set((await sealed_of(database, "integration", row["id"])).values()) == {None}


async def test_a_test_asks_the_service_and_leaves_the_last_reading_alone(
    vendors: Vendors, ines: Player
) -> None:
    row = await connected(ines)
    found = (await ines.post(f"/v1/integrations/{row['id']}/tests")).json()
    assert (found["works"], found["account_name"], found["error"]) == (True, "Northlight", None)
    assert (await standing(ines))["last_sync_at"] is None


async def test_a_test_of_a_grant_that_was_taken_back_says_what_to_do(vendors: Vendors, ines: Player) -> None:
    row = await connected(ines)
    vendors.slack.good.clear()
    found = (await ines.post(f"/v1/integrations/{row['id']}/tests")).json()
    assert (found["works"], found["advice"]) == (False, "Connect it again.")
    now = await standing(ines)
    assert (now["state"], now["has_token"], now["health_score"]) == ("error", False, 60)


async def test_a_test_while_the_service_is_busy_changes_nothing(vendors: Vendors, ines: Player) -> None:
    row = await connected(ines)
    vendors.slack.instead(
        "/api/auth.test", Said(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "9"})
    )
    found = (await ines.post(f"/v1/integrations/{row['id']}/tests")).json()
    assert (found["works"], found["error"]) == (False, "Slack asks for a pause")
    assert (await standing(ines))["state"] == "connected"


async def test_members_see_how_it_stands_and_act_on_nothing(
    vendors: Vendors, ines: Player, tom: Player
) -> None:
    row = await connected(ines)
    assert (await standing(tom))["account_name"] == "Northlight"
    page = (await tom.get(tom.at("/integrations"))).text
    assert ("Northlight" in page, "Disconnect" in page, "Client secret" in page) == (True, False, False)
    for noun in ("tests", "disconnection", "syncs", "ad-account-listings"):
        assert (await tom.post(f"/v1/integrations/{row['id']}/{noun}")).status_code == 403, noun
    assert (await standing(ines))["has_token"] is True


async def test_what_nobody_reads_offers_no_reading(vendors: Vendors, ines: Player) -> None:
    row = await connected(ines, "meta_ads")
    assert (row["can_sync"], row["last_sync_at"]) == (False, None)
    answer = await ines.post(f"/v1/integrations/{row['id']}/syncs")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_read")
    assert "Read now" not in (await ines.get(ines.at("/integrations"))).text


async def test_what_a_service_has_not_cannot_be_set_up(vendors: Vendors, ines: Player) -> None:
    row = await connected(ines)
    path = f"/v1/integrations/{row['id']}/configuration"
    assert (await ines.send("PUT", path, json={"history_days": 14})).json()["history_days"] == 14
    for wrong in ({"login_customer_id": "123-456-7890"}, {"history_days": 31}, {"access_token": "x"}):
        assert (await ines.send("PUT", path, json=wrong)).status_code == 422
    assert (await standing(ines))["config"] == {"history_days": 14}
