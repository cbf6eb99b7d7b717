"""The client beside the board: opened, walked, written in and closed, by mouse and by keys."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.journeys.conftest import is_live, sign_up

pytestmark = pytest.mark.journey


async def a_board(page: Page) -> str:
    """A new agency with two clients in its first lane; gives the board's address."""
    await sign_up(page, clients=["Oxbow", "Brae"])
    await page.locator(".card").nth(1).wait_for()
    await is_live(page)
    return page.url


async def open_card(page: Page, name: str) -> None:
    """By a click on its name."""
    await page.locator(".card").get_by_role("link", name=name, exact=True).click()
    await expect(page.get_by_role("dialog", name=name)).to_be_visible()


async def test_it_opens_at_the_clients_address_and_closes_to_the_card(window: BrowserContext) -> None:
    page = await window.new_page()
    board = await a_board(page)
    await open_card(page, "Oxbow")
    await expect(page).to_have_url(re.compile(r"/clients/[0-9a-f-]{36}$"))
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Oxbow")).to_be_hidden()
    await expect(page).to_have_url(board)
    await expect(page.locator(".card").get_by_role("link", name="Oxbow", exact=True)).to_be_focused()


async def test_arrows_walk_the_lane_and_the_address_goes_along(window: BrowserContext) -> None:
    page = await window.new_page()
    await a_board(page)
    first, second = await page.locator(".card a[dir]").all_inner_texts()
    await open_card(page, first)
    await expect(page.locator("[data-place]")).to_have_text("1 of 2")
    address = page.url
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("dialog", name=second)).to_be_visible()
    assert page.url != address
    await expect(page.get_by_role("button", name="Next client")).to_be_disabled()
    await page.get_by_role("button", name="Previous client").click()
    await expect(page.get_by_role("dialog", name=first)).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name=first, exact=True, level=1)).to_be_visible()
    await expect(page.get_by_role("link", name="Back to the pipeline")).to_be_visible()


async def test_what_is_done_inside_stays_inside(window: BrowserContext) -> None:
    page = await window.new_page()
    await a_board(page)
    await open_card(page, "Oxbow")
    drawer = page.get_by_role("dialog", name="Oxbow")
    await drawer.get_by_label("New entry").fill("Called them")
    await drawer.get_by_role("button", name="Add to the log").click()
    await expect(drawer.locator("#log li").filter(has_text="Called them")).to_be_visible()
    await drawer.get_by_role("link", name="Tasks").click()
    await expect(page).to_have_url(re.compile(r"/checklist$"))
    await drawer.get_by_label("What is to be done").fill("Ring back")
    await drawer.get_by_role("button", name="Add task").click()
    await drawer.get_by_role("button", name="Mark as done Ring back").click()
    await expect(drawer.get_by_text("Everything is done.")).to_be_visible()
    await drawer.get_by_role("button", name="Close").click()
    await expect(page.locator(".card").filter(has_text="Called them")).to_be_visible()


async def test_back_closes_it(window: BrowserContext) -> None:
    page = await window.new_page()
    board = await a_board(page)
    await open_card(page, "Brae")
    await page.go_back()
    await expect(page.get_by_role("dialog", name="Brae")).to_be_hidden()
    assert page.url == board
