"""Connecting Gmail through Google's page, and mail that comes while one looks, because Gmail says so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
from playwright.async_api import BrowserContext, expect

from audienceos.platform.db.database import Database
from audienceos.platform.jobs.registry import registry
from audienceos.platform.settings import Settings
from audienceos.providers.gmail.jobs import settings_kept, speak_with
from tests.connections.given import Vendors, played
from tests.fakes.gmail import ACCOUNT, SUBSCRIPTION, TOPIC, pushed, signed
from tests.journeys.conftest import is_live, sign_up
from tests.platform.jobs.crew import worker
from tests.providers.gmail.given import letter

pytestmark = pytest.mark.journey


@pytest.fixture
def vendors(site: str, settings: Settings) -> Iterator[Vendors]:
    """The fakes, and an installation that Gmail can tell of mail."""
    with played(settings) as fakes:
        told = {"gmail_topic": TOPIC, "gmail_push_subscription": SUBSCRIPTION, "gmail_push_account": ACCOUNT}
        speak_with(msgspec.structs.replace(settings_kept(), **told))
        yield fakes


@pytest.fixture
async def working(database: Database, vendors: Vendors) -> AsyncIterator[None]:
    """The worker beside the site."""
    async with worker(database, registry):
        yield


async def test_mail_comes_into_the_inbox_while_one_looks(
    vendors: Vendors, working: None, site: str, window: BrowserContext
) -> None:
    page = await window.new_page()
    await sign_up(page, to="/integrations")
    await page.get_by_role("button", name="Connect Gmail").click()
    await page.get_by_role("link", name="Allow").click()
    await expect(page.get_by_text(f"Gmail is connected: {vendors.google.address}")).to_be_visible()
    while await page.get_by_text("not yet").count():
        await page.reload()
    assert vendors.google.box().watched == TOPIC

    await page.goto(f"/{urlsplit(page.url).path.split('/')[1]}/inbox?view=triage")
    await is_live(page)
    vendors.google.box().put(letter("a"))
    async with httpx.AsyncClient(base_url=site) as pubsub:
        headers = {"Authorization": f"Bearer {signed()}"}
        said = await pubsub.post("/webhooks/gmail", json=pushed(vendors.google.box()), headers=headers)
    assert said.status_code == 204
    await expect(page.get_by_text("The booking form").first).to_be_visible()
