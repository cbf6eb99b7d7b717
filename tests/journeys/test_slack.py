"""Slack as it lives: a channel is linked, somebody outside says something, and it stands in the open inbox."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import httpx
import msgspec
import pytest
from playwright.async_api import BrowserContext, expect

from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings
from audienceos.providers.slack.hearing import HEAR, hear
from tests.connections.given import Vendors, played
from tests.fakes.slack import signed
from tests.journeys.conftest import add_client, is_live, sign_up

pytestmark = pytest.mark.journey

_TAKEN = "delete from jobs.pgqueuer where entrypoint = $1 returning headers ->> 'agency_id', payload"


@pytest.fixture
def vendors(site: str, settings: Settings) -> Iterator[Vendors]:
    """The fakes, told to the product once the site serves."""
    with played(settings) as fakes:
        yield fakes


async def heard(site: str, database: Database, body: bytes) -> None:
    """Slack tells something, and the worker reads it."""
    async with httpx.AsyncClient() as vendor:
        answer = await vendor.post(f"{site}/webhooks/slack", content=body, headers=signed(body))
    assert answer.status_code == 200, answer.text
    async with database.serving() as db:
        rows = await (await db.raw()).fetch(_TAKEN, HEAR)
    for agency_id, payload in rows:
        await hear(database, system_of(UUID(agency_id)), msgspec.json.decode(payload))


async def test_what_is_said_in_a_clients_channel_stands_in_the_open_inbox(
    vendors: Vendors, window: BrowserContext, site: str, database: Database
) -> None:
    maya = vendors.slack.workspace.person("Maya Thornfield", is_guest=True)
    channel = vendors.slack.workspace.channel("thornfield")
    page = await window.new_page()
    await sign_up(page)
    await add_client(page, "Thornfield")
    await page.get_by_role("link", name="Integrations").click()
    await page.get_by_role("button", name="Connect Slack").click()
    await page.get_by_role("link", name="Allow").click()
    await expect(page.get_by_text("Slack is connected: Northlight")).to_be_visible()
    await page.get_by_role("link", name="Clients", exact=True).click()
    await page.get_by_role("link", name="Thornfield").first.click()
    await page.get_by_role("link", name="Communications").click()
    await page.get_by_role("link", name="Slack channels").click()
    await page.get_by_role("button", name="Link #thornfield").click()
    await expect(page.get_by_text("#thornfield is linked, and being read")).to_be_visible()
    await page.get_by_role("link", name="Inbox").first.click()
    await is_live(page)
    channel.say(maya, "Could you look at the booking form?")
    await heard(site, database, vendors.slack.workspace.latest)
    await expect(page.get_by_text("Could you look at the booking form?").first).to_be_visible()
