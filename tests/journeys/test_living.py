"""Pages that stay open: they hear of deletions, outlive a restart of the server, and share one stream, however many.

And how they are walked by Tab: in the order in which they are read, with what has the focus always in sight.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings
from tests.journeys.conftest import add_client, is_live, sign_up
from tests.journeys.screens import DESK, PHONE
from tests.journeys.site import serving
from tests.platform.realtime.browsing import Tab
from tests.platform.realtime.pages import PATIENCE

pytestmark = pytest.mark.journey

TABS = 7  # one more than the connections that a browser has for a site

STEP = """() => {
    const told = (one) => one && [getComputedStyle(one)].map((s) =>
        [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor]).join();
    const dress = (one) => [one, one.parentElement, one.closest('.card, label, summary')].map(told).join('; ');
    const now = document.activeElement, before = window.walked, wrong = [];
    const words = (one) => one.outerHTML.slice(0, 120);
    if (before && before.one !== now && before.dress === dress(before.one)) wrong.push('no ring: ' + words(before.one));
    if (now === document.body || now === window.first) return {over: true, wrong};
    window.first ??= now;
    const box = now.getBoundingClientRect(), middle = [box.x + box.width / 2, box.y + box.height / 2];
    const hit = document.elementFromPoint(...middle), label = now.closest('label') ?? now;
    if (!now.checkVisibility({opacityProperty: true, visibilityProperty: true}) || box.width < 2 || box.height < 2)
        wrong.push('unseen: ' + words(now));
    else if (!hit || !(label.contains(hit) || hit.contains(now))) wrong.push('covered: ' + words(now));
    if (before?.one.isConnected && before.one !== now) {
        const old = before.one.getBoundingClientRect();
        if (!(before.one.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING))
            wrong.push('backwards: ' + words(now));
        if (old.width > 2 && box.bottom <= old.top && box.right <= old.left)
            wrong.push('above and left of the one before: ' + words(now));
    }
    window.walked = {one: now, dress: dress(now)};
    return {over: false, wrong};
}"""
"""After each press of Tab: what is wrong with what has the focus now, and with the ring of what had it before."""
MOST_STEPS = 150


async def walked(page: Page, path: str, size: ViewportSize) -> list[str]:
    """What is wrong on the way through a page by Tab, from its start until the browser takes over."""
    await page.set_viewport_size(size)
    await page.goto(path)
    wrong: list[str] = []
    for steps in range(MOST_STEPS):
        await page.keyboard.press("Tab")
        found = await page.evaluate(STEP)
        wrong += found["wrong"]
        if found["over"]:
            assert steps > 3
            return wrong
    return [*wrong, "it never ends"]


async def one_reads_for_all(tabs: list[Tab]) -> None:
    """Wait until one tab leads and it alone reads. Between two leaders, and while a tab catches up, it isn't so."""
    async with asyncio.timeout(PATIENCE):
        while True:
            leading = [await tab.element("leading") for tab in tabs]
            reading = [await tab.element("reading") for tab in tabs]
            if sum(leading) == 1 and leading == reading:
                return
            await asyncio.sleep(0.1)


async def test_a_colleague_learns_that_a_client_was_deleted(browser: Browser, site: str) -> None:
    window = await browser.new_context(base_url=site)
    page = await window.new_page()
    await sign_up(page, clients=["Oxbow", "Brae"])
    address = str(await page.get_by_role("link", name="Oxbow").first.get_attribute("href"))
    colleague = await browser.new_context(base_url=site, storage_state=await window.storage_state())
    board, client = await colleague.new_page(), await colleague.new_page()
    await board.goto(page.url)
    await client.goto(address)
    for watching in (board, client):
        await is_live(watching)
    await page.goto(f"{address}/removal")
    await page.locator("main form").get_by_role("button", name="Delete").click()
    await expect(board.locator(".card").filter(has_text="Oxbow")).to_have_count(0)
    await expect(board.locator(".card").filter(has_text="Brae")).to_be_visible()
    await expect(client.get_by_role("alert")).to_contain_text("This is no longer here")
    for person in (window, colleague):
        await person.close()


async def test_a_page_outlives_a_restart_of_the_server(
    settings: Settings, database: Database, browser: Browser
) -> None:
    async with AsyncExitStack() as first:
        address = await first.enter_async_context(serving(settings, database))
        context = await browser.new_context(base_url=address)
        page = await context.new_page()
        await sign_up(page)
        await is_live(page)
        await page.evaluate("window.stayed = true")
    await expect(page.get_by_text("The connection is lost.")).to_be_visible(timeout=20_000)
    async with serving(settings, database, urlsplit(address).port or 0):
        other = await context.new_page()
        await other.goto(page.url)
        await add_client(other, "Oxbow")
        await expect(page.locator(".card").filter(has_text="Oxbow")).to_be_visible(timeout=20_000)
        await expect(page.get_by_text("The connection is lost.")).to_be_hidden()
        assert await page.evaluate("window.stayed")
        await context.close()


@pytest.mark.proof
async def test_seven_tabs_are_live_over_one_stream(window: BrowserContext) -> None:
    page = await window.new_page()
    await sign_up(page)
    tabs = [await window.new_page() for _ in range(TABS)]
    for tab in tabs:
        await tab.goto(page.url)
        await is_live(tab)
    await page.goto("about:blank")
    await one_reads_for_all([Tab(tab) for tab in tabs])
    await add_client(tabs[-1], "Oxbow")
    for tab in tabs:
        await expect(tab.locator(".card").filter(has_text="Oxbow")).to_be_visible()


@pytest.mark.proof
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_tab_goes_through_pages_as_they_are_read(
    browser: Browser, site: str, size: ViewportSize
) -> None:
    context = await browser.new_context(base_url=site, reduced_motion="reduce")
    page = await context.new_page()
    wrong = {"sign-in": await walked(page, "/sign-in", size)}
    await sign_up(page, clients=["Oxbow"])
    await add_client(page, "Brae", "Live")
    root = page.url.rpartition("/")[0]
    client = str(await page.get_by_role("link", name="Oxbow").first.get_attribute("href"))
    for name, path in {"board": f"{root}/pipeline", "list": f"{root}/clients", "client": client}.items():
        wrong[name] = await walked(page, path, size)
    await context.close()
    assert {name: faults for name, faults in wrong.items() if faults} == {}
