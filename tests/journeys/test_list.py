"""The list: rows ticked by mouse and keyboard, one verb on all of them, its outcome watched, a view kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import BrowserContext, Page, expect

from audienceos.clients.changing import Who, run_change
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from tests.journeys.conftest import add_client, is_live, sign_up
from tests.journeys.screens import PHONE, faults_of, overflow_of

pytestmark = pytest.mark.journey
NAMES = ("Brae", "Cairn", "Oxbow")


async def a_list(page: Page) -> None:
    """An agency with three clients, at its list."""
    await sign_up(page, clients=NAMES, to="/clients")
    await is_live(page)


async def worked(database: Database, ways: Addresses, page: Page) -> None:
    """What the worker would do about the change whose page is open."""
    change_id = page.url.rpartition("/")[2].partition("?")[0]
    async with connected(ways.owner) as owner:
        row: Any = await owner.fetchrow(
            "select agency_id, created_by from client_change where id = $1", change_id
        )
    who = Who(row["agency_id"], row["created_by"])
    await run_change(database, who, UUID(change_id))


async def test_ticked_clients_are_moved_together_and_watched(
    window: BrowserContext, database: Database, ways: Addresses
) -> None:
    page = await window.new_page()
    await a_list(page)
    bar = page.get_by_role("toolbar", name="Ticked clients")
    await expect(bar).to_be_hidden()
    await page.get_by_role("checkbox", name="Brae").check()
    await page.get_by_role("checkbox", name="Oxbow").check()
    await expect(bar.get_by_text("2 ticked")).to_be_visible()
    await bar.locator("summary", has_text="Move").click()
    await bar.get_by_label("Stage", exact=True).select_option("Audit")
    await bar.get_by_role("button", name="Move").click()
    await expect(page.get_by_role("heading", name="Move to Audit")).to_be_visible()
    await is_live(page)
    await worked(database, ways, page)
    await expect(page.locator("[data-status=done]")).to_be_visible()
    await expect(page.get_by_role("row", name="Brae Done Onboarding")).to_be_visible()


async def test_the_reason_for_a_guarded_stage_is_asked_over_the_list(
    window: BrowserContext, database: Database, ways: Addresses
) -> None:
    page = await window.new_page()
    await a_list(page)
    await page.get_by_role("checkbox", name="Brae").check()
    bar = page.get_by_role("toolbar", name="Ticked clients")
    await bar.locator("summary", has_text="Move").click()
    await bar.get_by_label("Stage", exact=True).select_option("Needs Support")
    await bar.get_by_role("button", name="Move").click()
    asked = page.get_by_role("dialog", name="Move")
    await expect(asked.get_by_label("Why, for the history")).to_be_focused()
    assert await faults_of(page) == []
    await page.keyboard.press("Escape")
    await expect(asked).to_be_hidden()
    await expect(page.get_by_role("checkbox", name="Brae")).to_be_checked()
    await bar.locator("summary", has_text="Move").click()
    await bar.get_by_role("button", name="Move").click()
    await asked.get_by_label("Why, for the history").fill("They complain")
    await asked.get_by_role("button", name="Move").click()
    await expect(page.get_by_role("heading", name="Move to Needs Support")).to_be_visible()
    await is_live(page)
    await worked(database, ways, page)
    await expect(page.get_by_role("row", name="Brae Done Onboarding")).to_be_visible()


async def test_all_are_ticked_by_keyboard_and_unticked_by_escape(window: BrowserContext) -> None:
    page = await window.new_page()
    await a_list(page)
    every = page.get_by_role("checkbox", name="Tick all on this page")
    await every.focus()
    await page.keyboard.press("Space")
    bar = page.get_by_role("toolbar", name="Ticked clients")
    await expect(bar.get_by_text("3 ticked")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(bar).to_be_hidden()
    await expect(page.get_by_role("checkbox", name="Brae")).not_to_be_checked()


@pytest.mark.proof
async def test_ticks_outlive_what_others_change(window: BrowserContext) -> None:
    page, other = await window.new_page(), await window.new_page()
    await a_list(page)
    await page.get_by_role("checkbox", name="Cairn").check()
    await other.goto(page.url.replace("/clients", "/pipeline"))
    await add_client(other, "Dunmore")
    await expect(page.get_by_role("link", name="Dunmore")).to_be_visible()
    await expect(page.get_by_role("checkbox", name="Cairn")).to_be_checked()
    await expect(page.get_by_role("checkbox", name="Dunmore")).not_to_be_checked()


async def test_what_is_shown_is_kept_as_a_view(window: BrowserContext) -> None:
    page = await window.new_page()
    await a_list(page)
    await page.get_by_role("link", name="Client", exact=True).click()
    await page.locator("summary", has_text="Views").click()
    await page.get_by_label("Keep what is shown as").fill("Backwards")
    await page.get_by_role("button", name="Keep this view").click()
    await expect(page.get_by_role("button", name="Backwards", pressed=True)).to_be_visible()
    await page.goto(page.url.partition("?")[0])
    await expect(page.locator("[data-client]").first).to_have_text("Brae")
    await page.get_by_role("button", name="Backwards").click()
    await expect(page.locator("[data-client]").first).to_have_text("Oxbow")


async def test_columns_are_chosen_in_place(window: BrowserContext) -> None:
    page = await window.new_page()
    await a_list(page)
    await page.get_by_title("Columns").click()
    await page.get_by_role("checkbox", name="Contact", exact=True).uncheck()
    await page.get_by_role("checkbox", name="Tags").check()
    await page.get_by_role("button", name="Show these").click()
    await expect(page.get_by_role("columnheader", name="Tags")).to_be_visible()
    await expect(page.get_by_role("columnheader", name="Contact")).to_have_count(0)


@pytest.mark.proof
async def test_filters_are_chosen_by_keys_and_stay_in_the_address(window: BrowserContext) -> None:
    page = await window.new_page()
    await a_list(page)
    stages = page.get_by_role("toolbar", name="Filters").locator("summary", has_text="Stage")
    await stages.focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("button", name="Onboarding", exact=True)).to_be_focused()
    assert await faults_of(page) == []
    await page.keyboard.press("Escape")
    await expect(stages).to_be_focused()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Audit", exact=True).press("Enter")
    await expect(page.get_by_text("No client matches these filters.")).to_be_visible()
    assert page.url.endswith("/clients?stage=Audit")
    assert await faults_of(page) == []
    await page.get_by_role("link", name="Take away Stage").press("Enter")
    await expect(page.get_by_role("link", name="Brae")).to_be_visible()
    assert page.url.endswith("/clients")


async def test_on_a_phone_a_row_says_where_the_client_stands(window: BrowserContext) -> None:
    page = await window.new_page()
    await page.set_viewport_size(PHONE)
    await a_list(page)
    row = page.get_by_role("row", name="Brae")
    for said in ("Healthy", "Onboarding", "0 d"):
        await expect(row.get_by_text(said, exact=True)).to_be_in_viewport()
    await expect(row.get_by_title("Ines Aalto")).to_be_in_viewport()
    assert await overflow_of(page) == 0
