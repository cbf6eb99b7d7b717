"""The board beyond a plain move: taken back, refused by the server, acted on from a card, deeper than fifty."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.conftest import add_client, sign_up
from tests.journeys.test_board import card, lane

pytestmark = pytest.mark.journey


async def a_board(page: Page, stage: str = "Onboarding") -> Locator:
    """An agency with one client, at its board; gives the client's card."""
    await sign_up(page, clients=["Oxbow"], stage=stage)
    return card(page, stage, "Oxbow")


async def test_a_move_is_taken_back_by_its_toast(window: BrowserContext) -> None:
    page = await window.new_page()
    mine = await a_board(page)
    await mine.drag_to(lane(page, "Live").locator("[data-items]"))
    await expect(page.get_by_text("Oxbow is now in Live")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("Oxbow is back in Onboarding")).to_be_visible()
    await expect(card(page, "Onboarding", "Oxbow")).to_be_visible()
    await page.reload()
    await expect(card(page, "Onboarding", "Oxbow")).to_be_visible()


async def test_a_move_that_is_not_saved_goes_back_and_may_be_tried_again(browser: Browser, site: str) -> None:
    page = await (
        await browser.new_context(base_url=site)
    ).new_page()  # a lost request is said in the console too
    mine = await a_board(page)
    await page.route("**/moves", lambda route: route.abort())
    await mine.drag_to(lane(page, "Audit").locator("[data-items]"))
    await expect(page.get_by_text("The server can't be reached.")).to_be_visible()
    await expect(card(page, "Onboarding", "Oxbow")).to_be_visible()
    await page.unroute("**/moves")
    await page.get_by_role("button", name="Retry").click()
    await expect(page.get_by_text("Oxbow is now in Audit")).to_be_visible()
    await expect(lane(page, "Audit").locator("[data-count]")).to_have_text("1")
    await page.context.close()


async def test_a_note_is_added_from_the_card(window: BrowserContext) -> None:
    page = await window.new_page()
    mine = await a_board(page)
    await mine.hover()
    await mine.get_by_role("button", name="Add a note about Oxbow").click()
    asked = page.get_by_role("dialog", name="Note about Oxbow")
    await asked.get_by_label("Note").fill("They called")
    await asked.get_by_role("button", name="Add note").click()
    await expect(asked).to_be_hidden()
    await expect(mine.get_by_text("They called")).to_be_visible()


async def test_a_cards_acts_are_reached_by_keyboard(window: BrowserContext) -> None:
    page = await window.new_page()
    mine = await a_board(page)
    act = mine.get_by_role("button", name="Assign Oxbow")
    await act.focus()
    await expect(act).to_be_in_viewport()
    await page.keyboard.press("Enter")
    asked = page.get_by_role("dialog", name="Owner of Oxbow")
    await expect(asked).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(asked).to_be_hidden()
    await expect(act).to_be_focused()


async def test_the_chips_count_along(window: BrowserContext) -> None:
    page, other = await window.new_page(), await window.new_page()
    await a_board(page)
    await expect(page.get_by_role("button", name="All 1")).to_be_visible()
    await other.goto(page.url)
    await add_client(other, "Brae")
    await expect(page.get_by_role("button", name="All 2")).to_be_visible()
    await expect(page.get_by_text("2 clients", exact=True)).to_be_visible()
