"""Many clients on one board, five hundred in `make proof`, and tasks put in another order by hand."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import BrowserContext, Locator, Page, Route, expect

from audienceos.clients.importing.running import Who, run_import
from audienceos.platform.auth.visiting import AGENCY_HEADER
from audienceos.platform.db.database import Database
from tests.journeys.conftest import OWN_PAGE, is_live, sign_up
from tests.journeys.test_board import card, lane
from tests.journeys.test_client import add_task, open_client, task

pytestmark = pytest.mark.journey

SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifted += shift.value;
}).observe({ type: "layout-shift", buffered: true });
"""


async def bring_in(page: Page, database: Database, deep: int, beside: int) -> None:
    """The agency's clients in two stages, by an import of a file, and the board anew."""
    slug = page.url.split("/")[3]
    token = await page.locator('input[name="_csrf"]').first.get_attribute("value") or ""
    headers = OWN_PAGE | {AGENCY_HEADER: slug, "X-CSRF-Token": token}
    stages = ["Onboarding"] * deep + ["Live"] * beside
    lines = [f"Client {number:03},{stage}" for number, stage in enumerate(stages)]
    content = "\n".join(["Company name,Stage", *lines])
    at = "/v1/client-imports"
    sent: Any = await page.request.post(f"{at}?file_name=a.csv", data=content, headers=headers)
    view = await sent.json()
    assert (await page.request.post(f"{at}/{view['id']}/run", headers=headers)).status == 202
    me = await (await page.request.get("/v1/me", headers=headers)).json()
    who = Who(UUID(me["agency"]["id"]), UUID(me["user"]["id"]))
    await run_import(database, who, UUID(view["id"]))
    await page.reload()
    await expect(page.get_by_text(f"{deep + beside} clients", exact=True)).to_be_visible()


async def to_the_end(cards: Locator, items: Locator, page: Page, deep: int) -> None:
    """Scroll the lane on by the wheel, as often as more cards come."""
    await items.hover()
    for shown in range(100, deep, 50):
        await page.mouse.wheel(0, 20_000)
        await expect(cards).to_have_count(min(shown, deep))
    await page.mouse.wheel(0, 20_000)
    await expect(cards).to_have_count(deep)


@pytest.mark.parametrize(("deep", "beside"), [(160, 20), pytest.param(320, 180, marks=pytest.mark.proof)])
async def test_many_clients_are_scrolled_through_and_dragged(
    window: BrowserContext, database: Database, deep: int, beside: int
) -> None:
    page = await window.new_page()
    await page.add_init_script(SHIFTS)
    await sign_up(page)
    await bring_in(page, database, deep, beside)
    await is_live(page)
    items = lane(page, "Onboarding").locator("[data-items]")
    cards = items.get_by_role("article")
    await expect(cards).to_have_count(50)
    await to_the_end(cards, items, page, deep)
    answered = asyncio.Event()

    async def held(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    await page.route("**/moves", held)
    mine = cards.nth(deep - 60)
    await mine.scroll_into_view_if_needed()
    name = await mine.get_attribute("data-name") or ""
    scrolled = await items.evaluate("it => it.scrollTop")
    await mine.drag_to(lane(page, "Installation").locator("[data-items]"))
    await expect(card(page, "Installation", name)).to_be_visible()
    answered.set()
    await expect(page.get_by_text(f"{name} is now in Installation")).to_be_visible()
    await expect(cards).to_have_count(deep - 1)
    assert scrolled > 30 * deep
    assert abs(await items.evaluate("it => it.scrollTop") - scrolled) < 200
    assert await page.evaluate("window.shifted") < 0.1


@pytest.mark.proof
async def test_tasks_of_a_stage_are_put_in_another_order_by_mouse(window: BrowserContext) -> None:
    page = await window.new_page()
    await open_client(page)
    for name in ("First", "Second", "Third"):
        await add_task(page, name)
    lines = page.locator("#tasks [data-sorted] > li")
    await expect(lines).to_have_count(3)
    third = await task(page, "Third").bounding_box()
    assert third is not None
    async with page.expect_response("**/tasks/order") as saved:
        await task(page, "First").drag_to(
            task(page, "Third"),
            source_position={"x": third["width"] / 2, "y": third["height"] / 2},
            target_position={"x": third["width"] / 2, "y": third["height"] - 2},
        )
    assert (await saved.value).ok
    await page.reload()
    for place, name in enumerate(("Second", "Third", "First")):
        await expect(lines.nth(place)).to_contain_text(name)
