"""A ticket's way over the board: by keyboard and by mouse, refused and explained, and seen by a colleague as it moves."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from audienceos.platform.auth.visiting import AGENCY_HEADER
from tests.journeys.conftest import OWN_PAGE, is_live, sign_up

pytestmark = pytest.mark.journey


def lane(page: Page, status: str) -> Locator:
    """A status's column."""
    return page.locator(f'[data-lane="{status}"]')


def card(page: Page, status: str, title: str) -> Locator:
    """A ticket's card, in that column."""
    return lane(page, status).get_by_role("article").filter(has_text=title)


async def add_ticket(page: Page, client: str, title: str) -> None:
    """Open a ticket, and come to the board of tickets."""
    slug = page.url.split("/")[3]
    token = await page.locator('input[name="_csrf"]').first.get_attribute("value")
    assert token is not None
    headers = OWN_PAGE | {AGENCY_HEADER: slug, "X-CSRF-Token": token}
    found = await (await page.request.get("/v1/clients", params={"q": client}, headers=headers)).json()
    body = {"client_id": found["items"][0]["id"], "title": title}
    answer = await page.request.post("/v1/tickets", data=body, headers=headers)
    assert answer.status == 201, await answer.text()
    await page.goto(f"/{slug}/tickets")


async def test_from_a_key_to_a_ticket_that_is_resolved(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page, clients=["Oxbow"])
    await page.keyboard.press("n")
    await page.keyboard.press("t")
    await page.get_by_label("Client").select_option("Oxbow")
    await page.get_by_label("What is it about").fill("Form is broken")
    await page.get_by_role("button", name="Open ticket").click()
    await page.get_by_role("heading", name="Form is broken").wait_for()
    await page.get_by_role("link", name="Medium (change Priority)").click()
    await page.get_by_label("Priority").select_option("high")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("link", name="High (change Priority)")).to_be_visible()
    await page.get_by_text("Client can see", exact=True).click()
    await page.get_by_label("Note", exact=True).fill("We are on it")
    await page.get_by_role("button", name="Add note").click()
    await expect(page.get_by_text("Client can see this")).to_be_visible()
    await page.get_by_role("button", name="Start").click()
    await page.get_by_text("Resolve…").click()
    await page.get_by_label("What was done").fill("Rolled back")
    await page.get_by_role("button", name="Resolve", exact=True).click()
    await expect(page.get_by_role("heading", name="Resolved by Ines Aalto")).to_be_visible()
    await is_live(page)
    await page.keyboard.press("g")
    await page.keyboard.press("t")
    await expect(card(page, "Resolved", "Form is broken")).to_be_visible()


async def test_by_keyboard_a_refused_move_says_why_and_a_resolved_one_asks_what_was_done(
    window: BrowserContext,
) -> None:
    page = await window.new_page()
    await sign_up(page, clients=["Oxbow"])
    await add_ticket(page, "Oxbow", "Form is broken")
    link = page.get_by_role("link", name="Form is broken")
    await link.focus()
    await page.keyboard.press("Space")
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("status").filter(has_text="start it first")).to_be_visible()
    await expect(lane(page, "Resolved")).to_have_class("lane is-shut is-over")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Space")
    await expect(card(page, "In Progress", "Form is broken")).to_be_visible()
    await expect(lane(page, "In Progress").locator("[data-count]")).to_have_text("1")
    await card(page, "In Progress", "Form").drag_to(lane(page, "Resolved").locator("[data-items]"))
    asked = page.get_by_role("dialog")
    await asked.get_by_label("What was done").fill("Rolled back")
    await asked.get_by_role("button", name="Move to Resolved").click()
    await expect(page.get_by_text("is now in Resolved")).to_be_visible()
    await page.reload()
    await expect(card(page, "Resolved", "Form is broken")).to_be_visible()


async def test_a_colleague_sees_it_come_and_go_and_the_badge_count(
    window: BrowserContext, browser: Browser, site: str
) -> None:
    page = await window.new_page()
    await sign_up(page, clients=["Oxbow"])
    slug = page.url.split("/")[3]
    other = await browser.new_context(base_url=site, storage_state=await window.storage_state())
    colleague = await other.new_page()
    await colleague.goto(f"/{slug}/tickets")
    await is_live(colleague)
    await add_ticket(page, "Oxbow", "Form is broken")
    await expect(card(colleague, "New", "Form is broken")).to_be_visible()
    badge = colleague.locator("#badge-tickets")
    await expect(badge).to_contain_text("1")
    await card(page, "New", "Form").drag_to(lane(page, "Waiting on Client").locator("[data-items]"))
    await expect(card(colleague, "Waiting on Client", "Form is broken")).to_be_visible()
    await expect(badge).to_be_empty()
    await other.close()
