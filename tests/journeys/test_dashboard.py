"""The dashboard stays true while it is open, and its chart changes its range without leaving the page."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, expect

from tests.journeys.conftest import add_client, is_live, sign_up

pytestmark = pytest.mark.journey


async def test_figures_follow_what_happens_and_lead_to_their_lists(window: BrowserContext) -> None:
    page, other = await window.new_page(), await window.new_page()
    await sign_up(page)
    board = page.url
    await page.keyboard.press("g")
    await page.keyboard.press("d")
    await page.wait_for_url("**/dashboard")
    await is_live(page)
    card = page.locator("#kpi-active_onboardings")
    await expect(card).to_contain_text("Active onboardings 0")
    await expect(page.locator("#attention")).to_contain_text("No clients yet")
    await other.goto(board)
    await add_client(other, "Oxbow")
    await expect(card).to_contain_text("Active onboardings 1")
    await expect(page.locator("#attention")).to_contain_text("All is well")
    await expect(page.locator("#installs")).to_contain_text("New 1")
    await page.get_by_role("link", name="7 days").click()
    await expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    await page.get_by_text("Show as table").click()
    await expect(page.get_by_role("table", name="Installs over 7 days").get_by_role("row")).to_have_count(8)
    day = page.get_by_role("row").filter(has=page.get_by_role("cell", name="1", exact=True))
    await expect(day).to_have_count(1)
    await add_client(other, "Brae")
    await expect(page.get_by_role("cell", name="2", exact=True)).to_be_visible()
    await expect(card).to_contain_text("Active onboardings 2")
    await card.click()
    await page.wait_for_url("**/pipeline?stage=Onboarding&stage=Installation")
    await expect(page.locator("#total")).to_have_text("2 clients")
