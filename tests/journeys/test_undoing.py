"""What was done is said at the edge of the page, with the way back: by script, in the drawer, and without."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.conftest import is_live, sign_up
from tests.journeys.test_client import add_task, open_client, task

pytestmark = pytest.mark.journey


def toast(page: Page, words: str) -> Locator:
    """What is said at the edge."""
    return page.locator("toast-rack > .toast").filter(has_text=words)


async def undo(page: Page, words: str) -> None:
    """Take back what was said."""
    await toast(page, words).get_by_role("button", name="Undo").click()


async def test_a_move_a_tick_and_an_archiving_are_taken_back_by_their_toasts(window: BrowserContext) -> None:
    page = await window.new_page()
    await open_client(page)
    await is_live(page)
    await page.get_by_label("Move to").select_option("Installation")
    await page.get_by_role("button", name="Move", exact=True).click()
    await undo(page, "Oxbow is now in Installation")
    await expect(toast(page, "Oxbow is back in Onboarding")).to_be_visible()
    await expect(page.locator("#stage").get_by_text("Onboarding", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Archive").click()
    await undo(page, "Oxbow is archived")
    await expect(page.get_by_role("button", name="Archive")).to_be_visible()
    await add_task(page, "Call")
    await page.get_by_role("button", name="Mark as done Call").click()
    await undo(page, "Call is done")
    await expect(task(page, "Call").get_by_role("button", name="Mark as done Call")).to_be_visible()


async def test_in_the_drawer_it_is_said_too(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page, clients=["Oxbow"])
    await page.locator(".card").get_by_role("link", name="Oxbow").click()
    drawer = page.get_by_role("dialog", name="Oxbow")
    await drawer.get_by_label("Move to").select_option("Installation")
    await drawer.get_by_role("button", name="Move", exact=True).click()
    said = drawer.locator("toast-rack > .toast")
    await expect(said).to_contain_text("Oxbow is now in Installation")
    await expect(said).to_have_count(1)
    await said.evaluate(
        "one => one.parentElement.put(one.cloneNode(true))"
    )  # as a page does that came at once
    await expect(said).to_have_count(1)
    await said.get_by_role("button", name="Undo").click()
    await expect(said).to_contain_text("Oxbow is back in Onboarding")


async def test_without_scripts_it_is_taken_back_too(browser: Browser, site: str) -> None:
    context = await browser.new_context(base_url=site, java_script_enabled=False)
    page = await context.new_page()
    await open_client(page)
    await page.get_by_label("Move to").select_option("Installation")
    await page.get_by_role("button", name="Move", exact=True).click()
    await undo(page, "Oxbow is now in Installation")
    await expect(toast(page, "Oxbow is back in Onboarding")).to_be_visible()
    await context.close()
