"""From the sign-up to a moved card: by mouse, by keyboard, in a second browser, and not at a stranger's."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.conftest import is_live, sign_up, somebody_new

pytestmark = pytest.mark.journey


def lane(page: Page, stage: str) -> Locator:
    """A stage's column."""
    return page.locator(f'[data-lane="{stage}"]')


def card(page: Page, stage: str, name: str) -> Locator:
    """A client's card, in that column."""
    return lane(page, stage).get_by_role("article").filter(has_text=name)


async def sign_up_by_form(page: Page) -> None:
    """Open an agency as everybody does; ends on its empty board."""
    given = somebody_new()
    await page.goto("/sign-up")
    await page.get_by_label("Agency").fill(given["agency"])
    await page.get_by_label("First name").fill(given["first_name"])
    await page.get_by_label("Last name").fill(given["last_name"])
    await page.get_by_label("Work e-mail").fill(given["email"])
    await page.get_by_label("Password").fill(given["password"])
    await page.get_by_role("button", name="Open the agency").click()
    await page.wait_for_url("**/pipeline")


async def add_client_by_form(page: Page, name: str) -> None:
    """Add a client from the board, and come back to it."""
    board = page.url
    await page.get_by_role("link", name="New client").click()
    await page.get_by_label("Company name").fill(name)
    await page.get_by_label("Stage").select_option("Onboarding")
    await page.get_by_role("button", name="Add client").click()
    await page.get_by_role("heading", name=name, exact=True, level=1).wait_for()
    await page.goto(board)


async def test_from_sign_up_to_a_moved_card_that_stays(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up_by_form(page)
    await expect(page.get_by_text("0 clients")).to_be_visible()
    await add_client_by_form(page, "Thornfield Hearing")
    await card(page, "Onboarding", "Thornfield").drag_to(lane(page, "Audit").locator("[data-items]"))
    await expect(page.get_by_text("Thornfield Hearing is now in Audit")).to_be_visible()
    await page.reload()
    await expect(card(page, "Audit", "Thornfield")).to_be_visible()
    await expect(lane(page, "Audit").locator("[data-count]")).to_have_text("1")


async def test_a_colleague_sees_it_move_and_a_stranger_does_not(
    window: BrowserContext, browser: Browser, site: str
) -> None:
    page = await window.new_page()
    await sign_up(page, clients=["Oxbow"])
    colleague = await (
        await browser.new_context(base_url=site, storage_state=await window.storage_state())
    ).new_page()
    stranger = await (await browser.new_context(base_url=site)).new_page()
    await sign_up(stranger, "Southwind", "Cleo")
    await colleague.goto(page.url)
    for watching in (colleague, stranger):
        await is_live(watching)
    await card(page, "Onboarding", "Oxbow").drag_to(lane(page, "Live").locator("[data-items]"))
    await expect(card(colleague, "Live", "Oxbow")).to_be_visible()
    await expect(stranger.get_by_text("0 clients")).to_be_visible()
    assert "Oxbow" not in await stranger.content()
    answer = await stranger.goto(page.url)
    assert answer is not None
    assert answer.status in (401, 403, 404) or "/sign-in" in stranger.url
    assert "Oxbow" not in await stranger.content()
    await colleague.context.close()
    await stranger.context.close()


async def test_by_keyboard_alone(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page, clients=["Mbeki Solar"])
    link = page.get_by_role("link", name="Mbeki Solar")
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await link.evaluate("link => link === document.activeElement"):
            break
    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("status").filter(has_text="Moving Mbeki Solar to Audit")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(card(page, "Onboarding", "Mbeki")).to_be_visible()
    await link.focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Space")
    await expect(page.get_by_text("Mbeki Solar is now in Installation")).to_be_visible()
    await page.reload()
    await expect(card(page, "Installation", "Mbeki")).to_be_visible()


async def test_a_guarded_stage_asks_why(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page, clients=["Halcyon Spa"], stage="Live")
    await card(page, "Live", "Halcyon").drag_to(lane(page, "Needs Support").locator("[data-items]"))
    asked = page.get_by_role("dialog")
    await asked.get_by_label("Why, for the history").fill("Account restricted")
    await asked.get_by_role("button", name="Move to Needs Support").click()
    await expect(card(page, "Needs Support", "Halcyon")).to_be_visible()
    await page.get_by_role("link", name="Halcyon Spa").click()
    await expect(page.get_by_text("Account restricted")).to_be_visible()


async def test_leaving_it_where_it_is_moves_nothing(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page, clients=["Halcyon Spa"], stage="Live")
    await card(page, "Live", "Halcyon").drag_to(lane(page, "Off-Boarding").locator("[data-items]"))
    await page.get_by_role("dialog").get_by_role("button", name="Leave it where it is").click()
    await page.reload()
    await expect(card(page, "Live", "Halcyon")).to_be_visible()


async def test_a_lane_that_refuses_says_why(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page, clients=["Oakbridge"], stage="Live")
    await page.get_by_role("link", name="Oakbridge").focus()
    await page.keyboard.press("Space")
    for _ in range(3):
        await page.keyboard.press("ArrowLeft")
    await expect(page.get_by_role("status").filter(has_text="3 stages back")).to_be_visible()
    await page.keyboard.press("Space")
    await page.keyboard.press("Escape")
    await expect(card(page, "Live", "Oakbridge")).to_be_visible()
