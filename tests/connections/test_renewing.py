"""Grants renewed as they are used: by one at a time, ahead of their end, and what follows when they can't be."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from audienceos.alerts.jobs import evaluate
from audienceos.connections.access import grant_of
from audienceos.connections.jobs import grants_ending, renew
from audienceos.connections.ports import Permanent, Transient
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.connections.given import Vendors, connected, ends_at, sealed_of, standing
from tests.fakes.server import Said, Slow
from tests.notifications.given import queued

SOON = "now() + interval '5 minutes'"
OVER = "now() - interval '1 minute'"


async def alerts_of(player: Player, database: Database) -> list[str]:
    """The titles of the agency's alerts after another look at it."""
    await evaluate(database, system_of(player.agency_id), {})
    found = (await player.get("/v1/alerts", params={"rule": "lost_connection"})).json()["items"]
    return [one["title"] for one in found]


async def test_a_grant_near_its_end_is_renewed_as_it_is_used(
    vendors: Vendors, ines: Player, database: Database
) -> None:
    row = await connected(ines, "gmail")
    before = await grant_of(database, ines.agency_id, "gmail")
    await ends_at(database, row["id"], SOON)
    after = await grant_of(database, ines.agency_id, "gmail")
    assert after.tokens.access.reveal() != before.tokens.access.reveal()
    assert "canary" not in repr(after)


async def test_of_many_who_need_it_at_once_one_renews_it(
    vendors: Vendors, ines: Player, database: Database
) -> None:
    row = await connected(ines, "gmail")
    await ends_at(database, row["id"], OVER)
    grants = await asyncio.gather(*(grant_of(database, ines.agency_id, "gmail") for _ in range(8)))
    assert len({grant.tokens.access.reveal() for grant in grants}) == 1
    asked = [one for one in vendors.google.calls("/token") if one.given["grant_type"] == "refresh_token"]
    assert len(asked) == 1


async def test_a_rotated_refresh_token_takes_the_old_ones_place(
    vendors: Vendors, ines: Player, database: Database
) -> None:
    vendors.slack.rotates = True
    row = await connected(ines)
    for _ in range(2):
        await ends_at(database, row["id"], SOON)
        await grant_of(database, ines.agency_id, "slack")
    assert len(vendors.slack.refreshes) == 1
    assert (await standing(ines))["state"] == "connected"


async def test_one_that_the_vendor_took_back_is_told_of_once_and_wiped(
    vendors: Vendors, ines: Player, database: Database
) -> None:
    row = await connected(ines, "gmail")
    vendors.google.refreshes.clear()
    await ends_at(database, row["id"], OVER)
    for _ in range(3):
        with pytest.raises(Permanent):
            await grant_of(database, ines.agency_id, "gmail")
        assert await alerts_of(ines, database) == ["Gmail has to be connected again"]
    lost = (await ines.get("/v1/events", params={"action": "integration.lost"})).json()["items"]
    assert len(lost) == 1
    assert set((await sealed_of(database, "integration", row["id"])).values()) == {None}
    page = (await ines.get(ines.at("/integrations"))).text
    assert "Connect again" in page


async def test_connecting_anew_ends_its_alert(vendors: Vendors, ines: Player, database: Database) -> None:
    row = await connected(ines, "gmail")
    vendors.google.refreshes.clear()
    await ends_at(database, row["id"], OVER)
    with pytest.raises(Permanent):
        await grant_of(database, ines.agency_id, "gmail")
    assert await alerts_of(ines, database) != []
    await connected(ines, "gmail")
    await evaluate(database, system_of(ines.agency_id), {})
    asked = {"rule": "lost_connection", "status": "active"}
    assert (await ines.get("/v1/alerts", params=asked)).json()["items"] == []


@pytest.mark.parametrize("trouble", [Said(500), Said(429, {}, {"Retry-After": "7"})])
async def test_while_the_vendor_has_trouble_a_good_grant_is_used_on(
    vendors: Vendors, ines: Player, database: Database, trouble: Said
) -> None:
    row = await connected(ines, "gmail")
    await ends_at(database, row["id"], SOON)
    vendors.google.instead("/token", trouble)
    held = await grant_of(database, ines.agency_id, "gmail")
    assert held.tokens.access.reveal() in vendors.google.good
    now = await standing(ines, "gmail")
    assert (now["state"], now["last_error"] is not None) == ("connected", True)
    await grant_of(database, ines.agency_id, "gmail")
    assert (await standing(ines, "gmail"))["last_error"] is None


async def test_one_that_is_over_waits_for_the_vendor_with_the_pause_it_asks_for(
    vendors: Vendors, ines: Player, database: Database
) -> None:
    row = await connected(ines, "gmail")
    await ends_at(database, row["id"], OVER)
    vendors.google.instead("/token", Said(429, {}, {"Retry-After": "7"}))
    with pytest.raises(Transient) as told:
        await grant_of(database, ines.agency_id, "gmail")
    assert told.value.retry_after == 7
    assert (await grant_of(database, ines.agency_id, "gmail")).account_name


async def test_after_three_failures_in_a_row_it_is_shown_as_broken(
    vendors: Vendors, ines: Player, database: Database
) -> None:
    row = await connected(ines, "gmail")
    await ends_at(database, row["id"], OVER)
    vendors.google.instead("/token", *(Said(503) for _ in range(3)))
    for _ in range(3):
        with pytest.raises(Transient):
            await grant_of(database, ines.agency_id, "gmail")
    assert (await standing(ines, "gmail"))["state"] == "error"


async def test_metas_grant_is_renewed_a_week_ahead_by_the_timetable(
    vendors: Vendors, ines: Player, database: Database
) -> None:
    row = await connected(ines, "meta_ads")
    await ends_at(database, row["id"], "now() + interval '6 days'")
    await grants_ending(database)
    assert await queued(database, ines, "connections.renew") == [{}]
    await renew(database, system_of(ines.agency_id), {})
    left = (await standing(ines, "meta_ads"))["expires_at"]
    assert left > (await standing(ines, "meta_ads"))["checked_at"]
    await renew(database, system_of(ines.agency_id), {})
    longer = [one for one in vendors.meta.calls("/oauth/access_token") if "fb_exchange_token" in one.given]
    assert len(longer) == 2  # as it was connected, and once by the timetable


async def test_who_disconnects_while_it_is_renewed_stays_disconnected(
    vendors: Vendors, ines: Player, database: Database
) -> None:
    row = await connected(ines, "gmail")
    await ends_at(database, row["id"], OVER)
    vendors.google.instead("/token", Slow(1))
    waiting = asyncio.create_task(grant_of(database, ines.agency_id, "gmail"))
    while not [one for one in vendors.google.calls("/token") if "refresh_token" in one.given]:
        await asyncio.sleep(0.01)
    await ines.post(f"/v1/integrations/{row['id']}/disconnection")
    with pytest.raises((Transient, Permanent)):
        await waiting
    assert set((await sealed_of(database, "integration", row["id"])).values()) == {None}


async def test_what_was_never_connected_has_no_grant(
    vendors: Vendors, ines: Player, database: Database
) -> None:
    with pytest.raises(Permanent):
        await grant_of(database, ines.agency_id, "slack")
    row = await connected(ines)
    await ines.post(f"/v1/integrations/{row['id']}/disconnection")
    with pytest.raises(Permanent):
        await grant_of(database, UUID(str(ines.agency_id)), "slack")
