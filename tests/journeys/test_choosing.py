"""Clients chosen among many: their names come when the menu is opened, and one is found by typing."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, expect

from tests.journeys.conftest import add_client, sign_up
from tests.journeys.test_tickets import add_ticket

pytestmark = pytest.mark.journey


async def test_the_menu_of_clients_is_read_when_opened_and_finds_one_by_typing(
    window: BrowserContext,
) -> None:
    page = await window.new_page()
    await sign_up(page)
    for name in ("Oxbow", "Brae"):
        await add_client(page, name)
        await add_ticket(page, name, f"{name} is broken")
    menu = page.get_by_role("form", name="Client")
    await page.locator("summary", has_text="Client").click()
    await expect(menu.get_by_role("button")).to_have_text(["Brae", "Oxbow"])
    await page.get_by_label("Find a client").fill("oxb")
    await expect(menu.get_by_role("button")).to_have_text(["Oxbow"])
    await page.keyboard.press("ArrowDown")
    await expect(menu.get_by_role("button", name="Oxbow")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/tickets?client=*")
    await expect(page.locator("summary", has_text="Client: Oxbow")).to_be_visible()
    await expect(page.get_by_role("article")).to_have_count(1)
    await page.get_by_role("link", name="Take away Client").click()
    await expect(page.get_by_role("article")).to_have_count(2)
