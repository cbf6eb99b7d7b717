"""The frame of every page in a real browser: folded and dressed as one likes, and all of it within reach of keys."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import sign_up
from tests.journeys.screens import PHONE, faults_of

pytestmark = pytest.mark.journey

ROOT = "document.documentElement.dataset"


async def focused(page: Page) -> str:
    """The id of what has the focus."""
    return await page.evaluate("document.activeElement.id")


async def test_a_client_is_two_keys_and_a_piece_of_its_name_away(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page, clients=["Thornfield Hearing", "Oxbow"])
    await page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search or jump to")
    await page.keyboard.type("thorn")
    option = palette.get_by_role("option", name="Thornfield Hearing")
    await expect(option).to_have_attribute("aria-selected", "true")
    assert await faults_of(page) == []
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Thornfield Hearing", level=1).wait_for()
    await page.keyboard.press("Control+k")
    recent = palette.get_by_role("group", name="Recent").get_by_role("option")
    await expect(recent).to_have_text(["Thornfield Hearing"])


@pytest.mark.proof
async def test_the_palette_walks_by_arrows_says_nothing_found_and_gives_the_focus_back(
    window: BrowserContext,
) -> None:
    page = await window.new_page()
    await sign_up(page)
    await page.get_by_role("link", name="New client").focus()
    await page.keyboard.press("Control+k")
    chosen = page.locator("#palette [aria-selected=true]")
    await expect(chosen).to_contain_text("Dashboard")
    await page.keyboard.press("ArrowDown")
    await expect(chosen).to_contain_text("Pipeline")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await expect(chosen).to_contain_text("Sign out")
    await page.keyboard.type("no such thing")
    await expect(page.get_by_text("Nothing is called no such thing")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("link", name="New client")).to_be_focused()


@pytest.mark.proof
async def test_two_keys_jump_but_not_while_somebody_types(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page)
    await page.keyboard.press("/")
    assert await focused(page) == "q"
    await page.keyboard.type("g c")
    await expect(page.locator("#q")).to_have_value("g c")
    await page.locator("#q").evaluate("field => field.blur()")
    await page.keyboard.press("g")
    await page.keyboard.press("s")
    await page.wait_for_url("**/settings")
    await page.keyboard.press("n")
    await page.keyboard.press("c")
    await page.get_by_label("Company name").wait_for()


@pytest.mark.proof
async def test_help_lists_the_keys_and_turns_them_off(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page)
    await page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(keys.get_by_text("Search on this page")).to_be_visible()
    assert await faults_of(page) == []
    await keys.get_by_role("switch").uncheck()
    await page.keyboard.press("Escape")
    await page.reload()
    await page.keyboard.press("?")
    await expect(keys).to_be_hidden()
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("dialog", name="Search or jump to")).to_be_visible()


async def test_theme_and_fold_are_there_at_once_and_after_a_reload(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page)
    await page.locator("summary.nav").click()
    async with page.expect_response("**/appearance"):
        await page.get_by_role("button", name="Dark").click()
    assert await page.evaluate(f"{ROOT}.theme") == "dark"
    await page.keyboard.press("Escape")
    async with page.expect_response("**/appearance"):
        await page.get_by_role("button", name="Collapse the sidebar").click()
    await expect(page.get_by_role("button", name="Expand the sidebar")).to_be_focused()
    await page.reload()
    assert await page.evaluate(f"[{ROOT}.theme, {ROOT}.side]") == ["dark", "rail"]
    assert await faults_of(page) == []


async def test_without_scripts_the_frame_still_serves(browser: Browser, site: str) -> None:
    context = await browser.new_context(base_url=site, java_script_enabled=False)
    page = await context.new_page()
    await sign_up(page)
    await page.get_by_role("button", name="Collapse the sidebar").click()
    await expect(page.locator("html")).to_have_attribute("data-side", "rail")
    await page.get_by_role("link", name="Search or jump to").click()
    await expect(page.get_by_role("heading", name="Clients", level=1)).to_be_visible()
    await page.locator("summary.nav").click()
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/sign-in*")
    await context.close()


async def test_a_phone_has_the_rest_behind_one_button(window: BrowserContext) -> None:
    page = await window.new_page()
    await page.set_viewport_size(PHONE)
    await sign_up(page)
    await page.get_by_role("navigation", name="Places").get_by_text("More").click()
    await expect(page.get_by_role("link", name="Settings")).to_be_visible()
    assert await faults_of(page) == []
    await page.get_by_role("link", name="Search or jump to").click()
    await expect(page.get_by_role("dialog", name="Search or jump to")).to_be_visible()


async def test_at_the_door_the_day_is_told_by_the_clock_of_whoever_stands_there(
    browser: Browser, site: str
) -> None:
    context = await browser.new_context(base_url=site, timezone_id="America/New_York")
    page = await context.new_page()
    await page.clock.install(time="2026-03-12T18:00:00Z")
    await page.goto("/sign-in")
    await expect(page.locator("day-rule [data-now]")).to_have_text("14:00 New York")
    await context.close()
