"""Connecting a service through its own page, seeing how it stands, and ending it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import BrowserContext, expect

from audienceos.platform.settings import Settings
from tests.connections.given import Vendors, played
from tests.journeys.conftest import sign_up

pytestmark = pytest.mark.journey


@pytest.fixture
def vendors(site: str, settings: Settings) -> Iterator[Vendors]:
    """The fakes, told to the product once the site serves."""
    with played(settings) as fakes:
        yield fakes


async def test_an_admin_connects_slack_through_its_own_page_and_ends_it(
    vendors: Vendors, window: BrowserContext
) -> None:
    page = await window.new_page()
    await sign_up(page)
    await page.get_by_role("link", name="Integrations").click()
    services = page.get_by_role("region", name="Services")
    await services.get_by_role("button", name="Connect Slack").click()
    await page.get_by_role("link", name="Cancel").click()
    await expect(page.get_by_text("Nothing has changed")).to_be_visible()
    await services.get_by_role("button", name="Connect Slack").click()
    await page.get_by_role("link", name="Allow").click()
    await expect(page.get_by_text("Slack is connected: Northlight")).to_be_visible()
    await services.get_by_role("button", name="Test Slack").click()
    await expect(page.get_by_text("It works: Northlight")).to_be_visible()
    await page.get_by_text("Set up or disconnect").click()
    await page.locator("summary", has_text="Disconnect Slack").last.click()
    await expect(page.get_by_text("What came from Slack stays")).to_be_visible()
    await page.get_by_role("button", name="Disconnect Slack").click()
    await expect(page.get_by_text("Slack is disconnected")).to_be_visible()
    await expect(services.get_by_role("button", name="Connect Slack")).to_be_visible()
    assert vendors.slack.good == set()
