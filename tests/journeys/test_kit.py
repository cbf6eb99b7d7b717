"""Every component in a real browser: right in both themes and on a phone, and used by keys."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import msgspec
import pytest
from playwright.async_api import Browser, Page, expect

from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings
from tests.journeys.screens import DESK, faults_of, looked_over
from tests.journeys.site import serving

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
async def workshop(settings: Settings, database: Database) -> AsyncIterator[str]:
    """The address of the product where it is built."""
    building = msgspec.structs.replace(settings, environment="development")
    async with serving(building, database) as address:
        yield address


@pytest.fixture
async def page(workshop: str, browser: Browser) -> AsyncIterator[Page]:
    """The component page."""
    # What turns and breathes for ever would be waited for.
    page = await browser.new_page(base_url=workshop, viewport=DESK, reduced_motion="reduce")
    await page.goto("/_kit")
    yield page
    await page.close()


async def test_every_part_is_right_in_both_themes_and_on_a_phone(page: Page) -> None:
    assert await looked_over(page) == []


async def test_a_menu_is_walked_by_keys_and_gives_the_focus_back(page: Page) -> None:
    opener = page.locator("summary", has_text="More")
    await opener.focus()
    for key, words in (
        ("ArrowDown", "Edit"),
        ("ArrowDown", "Archive"),
        ("ArrowUp", "Edit"),
        ("ArrowUp", "Remove"),
    ):
        await page.keyboard.press(key)
        await expect(page.get_by_role("button", name=words, exact=True)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await expect(page.get_by_role("button", name="Archive")).to_be_hidden()


async def test_a_menu_closes_when_somebody_presses_elsewhere(page: Page) -> None:
    await page.locator("summary", has_text="More").click()
    await expect(page.get_by_role("button", name="Archive")).to_be_visible()
    await page.get_by_role("heading", name="Components").click()
    await expect(page.get_by_role("button", name="Archive")).to_be_hidden()


async def test_a_dialog_keeps_what_was_typed_from_a_stray_press(page: Page) -> None:
    opener, asked = page.get_by_role("button", name="Ask first"), page.get_by_role("dialog")
    await opener.click()
    await page.mouse.click(5, 5)
    await expect(asked).to_be_hidden()
    await expect(opener).to_be_focused()
    await opener.click()
    await asked.get_by_label("Reason, for the history").fill("They asked for it")
    await page.mouse.click(5, 5)
    await expect(asked).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(asked).to_be_hidden()
    await expect(opener).to_be_focused()


async def test_a_tooltip_shows_to_whoever_arrives_by_keys(page: Page) -> None:
    await page.get_by_role("button", name="Why?").focus()
    await expect(page.get_by_text("Nobody wrote for 9 days")).to_be_visible()
    await expect(page.get_by_role("button", name="Why?")).to_have_accessible_description(
        "Nobody wrote for 9 days"
    )


async def test_a_toast_is_within_reach_while_a_dialog_is_open_and_after(page: Page) -> None:
    await page.get_by_role("button", name="Ask first").click()
    await page.evaluate("document.querySelector('toast-rack').say('It failed', {kind: 'risk'})")
    await expect(page.get_by_role("dialog").get_by_text("It failed")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("It failed")).to_be_visible()
    await page.locator("toast-rack").get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_text("It failed")).to_be_hidden()


@pytest.mark.proof
async def test_a_drawer_opens_walks_and_gives_the_focus_back(page: Page) -> None:
    first = page.get_by_role("list", name="Samples").get_by_role("link", name="Kiln & Co")
    await first.focus()
    await page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="Kiln & Co")
    await expect(drawer).to_be_visible()
    await expect(page.get_by_role("button", name="Previous sample")).to_be_disabled()
    assert await faults_of(page) == []
    await page.keyboard.press("ArrowDown")
    second = page.get_by_role("dialog", name="Gannet Bikes")
    await expect(second).to_be_visible()
    await expect(page.locator("[data-place]")).to_have_text("2 of 3")
    await expect(page).to_have_url(re.compile(r"shown=1$"))
    await page.keyboard.press("Escape")
    await expect(second).to_be_hidden()
    await expect(page).to_have_url(re.compile(r"/_kit$"))
    await expect(page.get_by_role("link", name="Gannet Bikes")).to_be_focused()


async def test_a_drawer_closes_by_a_press_beside_it(page: Page) -> None:
    await page.get_by_role("link", name="Quarry Lane").click()
    drawer = page.get_by_role("dialog", name="Quarry Lane")
    await expect(drawer).to_be_visible()
    await page.mouse.click(20, 400)
    await expect(drawer).to_be_hidden()


@pytest.mark.proof
async def test_a_charts_table_opens_by_keys(page: Page) -> None:
    chart = page.get_by_role("figure", name="Spent a month")
    await chart.get_by_text("As a table").focus()
    await page.keyboard.press("Enter")
    await expect(chart.get_by_role("row", name="Mar no figure")).to_be_visible()
    await expect(chart.get_by_role("row", name="May 2,040 EUR")).to_be_visible()
    assert await faults_of(page) == []
