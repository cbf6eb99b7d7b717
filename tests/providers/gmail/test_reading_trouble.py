"""What goes wrong while mail is read: nothing is lost, nothing doubled, and Gmail's pauses are kept."""

from __future__ import annotations

import asyncio

import pytest

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row
from tests.connections.given import ends_at
from tests.fakes.gmail import ME
from tests.fakes.server import Said
from tests.inbox.given import Inbox
from tests.notifications.given import queued
from tests.providers.gmail.given import Gmail, letter


async def test_a_history_that_gmail_forgot_is_gone_through_again_and_doubles_nothing(
    gmail: Gmail, inbox: Inbox, thornfield: Row
) -> None:
    gmail.box.put(letter("a"))
    await gmail.read()
    gmail.box.put(letter("b"))
    gmail.box.forget()
    taken = await gmail.read()
    assert (taken.created, taken.skipped) == (1, 1)
    gmail.box.put(letter("c"))
    assert (await gmail.read()).fetched == 1
    assert len(await inbox.messages()) == 3


async def test_a_page_that_gmail_forgot_begins_the_window_anew(
    gmail: Gmail, inbox: Inbox, thornfield: Row
) -> None:
    gmail.vendors.google.page_size = 5
    for at in range(12):
        gmail.box.put(letter(f"m{at}", days_ago=at))
    await gmail.read(most=5)
    async with inbox.database.acting(inbox.claims) as db:
        source = await inbox.source(db)
        place = source.watermark or {}
        source.watermark = place | {"window": place["window"] | {"page": "stale"}}
    await gmail.read()
    assert len(await inbox.messages()) == 12


@pytest.mark.parametrize("first", [True, False])
async def test_trouble_in_the_middle_loses_nothing_and_is_gone_on_with(
    gmail: Gmail, inbox: Inbox, ines: Player, thornfield: Row, *, first: bool
) -> None:
    if not first:
        await gmail.read()
    gmail.vendors.google.page_size = 10
    for at in range(30):
        gmail.box.put(letter(f"m{at}", days_ago=at / 10))
    gmail.vendors.google.breaks_after = gmail.vendors.google.given_out + 15
    await gmail.read()
    assert len(await inbox.messages()) == 10
    shown = await gmail.standing()
    assert (shown["state"], shown["last_error"]) == ("connected", "Google has trouble")
    gmail.vendors.google.breaks_after = None
    assert (await gmail.read()).created == 20
    assert (await gmail.standing())["last_error"] is None


async def test_one_that_is_cut_off_is_gone_on_with(
    gmail: Gmail, inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    google = gmail.vendors.google
    google.page_size = 5
    for at in range(20):
        gmail.box.put(letter(f"m{at}", days_ago=at))
    reading = asyncio.create_task(gmail.reading())
    while google.given_out < 12:
        await asyncio.sleep(0.01)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    before = len(await inbox.messages())
    assert 5 <= before < 20
    assert (await gmail.read()).created == 20 - before
    assert len(await inbox.messages()) == 20


async def test_what_one_reading_does_not_take_is_the_next_jobs(
    gmail: Gmail, database: Database, ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    gmail.vendors.google.page_size = 5
    for at in range(12):
        gmail.box.put(letter(f"m{at}", days_ago=at))
    await gmail.read(most=10)
    assert len(await inbox.messages()) == 10
    assert {"integration_id": gmail.account["id"]} in await queued(database, ines, "gmail.read")
    await gmail.read()
    assert len(await inbox.messages()) == 12


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(429, {}, {"Retry-After": "120"}), "Gmail asks for a pause"),
        (
            Said(403, {"error": {"code": 403, "errors": [{"reason": "userRateLimitExceeded"}]}}),
            "Gmail asks for a pause",
        ),
        (Said(500), "Google has trouble"),
    ],
)
async def test_a_pause_that_gmail_asks_for_is_kept_by_a_later_job(
    gmail: Gmail, ines: Player, database: Database, said: Said, words: str
) -> None:
    gmail.vendors.google.instead(f"{ME}/profile", said)
    taken = await gmail.read()
    shown = await gmail.standing()
    assert (taken.fetched, shown["has_token"], shown["last_error"]) == (0, True, words)
    assert await queued(database, ines, "gmail.read") != []
    await gmail.read()
    assert (await gmail.standing())["last_error"] is None


async def test_a_token_that_was_refused_is_renewed_and_the_reading_goes_on(
    gmail: Gmail, thornfield: Row
) -> None:
    gmail.box.put(letter("a"))
    gmail.vendors.google.good.clear()
    assert (await gmail.read()).created == 1


async def test_a_grant_that_was_taken_back_is_lost_once(
    gmail: Gmail, ines: Player, database: Database
) -> None:
    gmail.vendors.google.good.clear()
    gmail.vendors.google.refreshes.clear()
    await gmail.read()
    shown = await gmail.standing()
    assert (shown["state"], shown["has_token"]) == ("error", False)
    lost = (await ines.get("/v1/events", params={"action": "integration.lost"})).json()["items"]
    assert len(lost) == 1


async def test_an_api_that_is_switched_off_is_told_and_costs_no_grant(gmail: Gmail, ines: Player) -> None:
    off = Said(403, {"error": {"code": 403, "errors": [{"reason": "accessNotConfigured"}]}})
    gmail.vendors.google.instead(f"{ME}/profile", off, off)
    await gmail.read()
    assert "isn't switched on" in (await gmail.standing())["last_error"]
    found = (await ines.post(f"/v1/integrations/{gmail.account['id']}/tests")).json()
    assert (found["works"], found["advice"]) == (False, "Switch it on there, then try again.")
    assert (await gmail.standing())["has_token"] is True


async def test_a_rotated_token_is_kept(gmail: Gmail, database: Database, thornfield: Row) -> None:
    gmail.box.put(letter("a"))
    await ends_at(database, gmail.account["id"], "now() - interval '1 minute'")
    assert (await gmail.read()).created == 1
    assert (await gmail.read()).fetched == 0
