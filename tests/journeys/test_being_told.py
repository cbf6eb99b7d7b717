"""The bell: it rings while one looks, its menu leads to what it is about, and what was opened is read."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from audienceos.platform.auth.visiting import AGENCY_HEADER
from tests.journeys.conftest import OWN_PAGE, is_live, sign_up

pytestmark = pytest.mark.journey
WORDS = "This is a test: what you are told reaches you"


async def tell_oneself(page: Page) -> None:
    """Have a test sent, as a program would, while the page stays open."""
    token = await page.locator('input[name="_csrf"]').first.get_attribute("value")
    headers = OWN_PAGE | {AGENCY_HEADER: page.url.split("/")[3], "X-CSRF-Token": token or ""}
    answer = await page.request.post("/v1/test-notifications", headers=headers)
    assert answer.status == 201, await answer.text()


async def test_the_bell_rings_while_one_looks_and_leads_on(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page)
    await is_live(page)
    bell = page.locator(".side summary[title=Notifications]")
    await expect(bell).not_to_contain_text("1")
    await tell_oneself(page)
    await expect(bell).to_contain_text("1 unread notification")
    await bell.click()
    await page.get_by_role("button", name=WORDS).click()
    await expect(page).to_have_url(re.compile(r"/settings/notifications$"))
    await expect(page.locator(".side summary[title=Notifications]")).not_to_contain_text("1")


async def test_the_inbox_shows_at_once_what_comes_and_forgets_nothing_that_is_read(
    window: BrowserContext,
) -> None:
    page = await window.new_page()
    await sign_up(page, to="/notifications")
    await expect(page.get_by_text("Nobody has told you anything yet")).to_be_visible()
    await is_live(page)
    await tell_oneself(page)
    await expect(page.get_by_role("heading", name="Today unread")).to_be_visible()
    await page.get_by_role("button", name="Mark all 1 unread one as read").click()
    await expect(page.get_by_role("heading", name="Today read")).to_be_visible()
