"""What the page says by itself: toasts, parts that fail, text that was not saved, times that pass."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, Route, expect

from audienceos.platform.clock import stopped_at
from audienceos.platform.web.templating import ago
from tests.journeys.conftest import add_client, sign_up
from tests.journeys.screens import faults_of

pytestmark = pytest.mark.journey

NOW = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)
SAY = "([text, how]) => document.querySelector('toast-rack').say(text, how)"
RELOAD = "document.body.dispatchEvent(new CustomEvent('live:reload'))"


@pytest.fixture
async def page(browser: Browser, site: str) -> AsyncIterator[Page]:
    """Somebody's board, in a browser that may complain: here things fail on purpose."""
    context = await browser.new_context(base_url=site, viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    await sign_up(page)
    yield page
    await context.close()


@pytest.mark.proof
async def test_three_toasts_at_most_and_a_success_leaves(page: Page) -> None:
    await page.clock.install()
    for number in range(4):
        await page.evaluate(SAY, [f"Done {number}", {"kind": "risk" if number == 3 else "ok"}])
    toasts = page.locator("toast-rack > .toast")
    await expect(toasts).to_have_count(3)
    await expect(page.get_by_text("Done 0")).to_be_hidden()
    assert await faults_of(page) == []
    await page.clock.run_for(5100)
    await expect(toasts).to_have_count(1)
    await expect(page.get_by_role("alert")).to_contain_text("Done 3")
    await page.get_by_role("button", name="Dismiss").click()
    await expect(toasts).to_have_count(0)


async def test_a_toast_stays_while_somebody_points_at_it(page: Page) -> None:
    await page.clock.install()
    await page.evaluate(SAY, ["Done", {}])
    await page.get_by_text("Done", exact=True).hover()
    await page.clock.run_for(10_000)
    await expect(page.get_by_text("Done", exact=True)).to_be_visible()
    await page.mouse.move(5, 500)
    await page.clock.run_for(5100)
    await expect(page.get_by_text("Done", exact=True)).to_be_hidden()


async def test_a_part_that_fails_says_so_keeps_what_it_showed_and_is_tried_again(page: Page) -> None:
    await add_client(page, "Oxbow")

    async def fail(route: Route) -> None:
        if route.request.headers.get("hx-request"):
            await route.fulfill(status=500, headers={"X-Request-ID": "7f3a91c2"}, body="")
        else:
            await route.continue_()

    await page.route("**/pipeline*", fail)
    await page.evaluate(RELOAD)
    told = page.get_by_role("alert").filter(has_text="This part could not be loaded")
    await expect(told).to_contain_text("Request 7f3a91c2")
    await expect(page.get_by_role("article")).to_contain_text("Oxbow")
    assert await faults_of(page) == []
    await page.unroute("**/pipeline*")
    await told.get_by_role("button", name="Try again").click()
    await expect(told).to_be_hidden()
    await expect(page.get_by_role("article")).to_contain_text("Oxbow")


async def test_a_part_says_when_the_server_is_away(page: Page) -> None:
    await page.route("**/pipeline*", lambda route: route.abort())
    await page.evaluate(RELOAD)
    await expect(page.get_by_text("The server can’t be reached")).to_be_visible()


@pytest.mark.proof
async def test_what_was_typed_outlives_a_reload_until_it_is_saved_or_discarded(page: Page) -> None:
    await add_client(page, "Oxbow")
    await page.get_by_role("link", name="Oxbow", exact=True).click()
    entry = page.get_by_label("New entry")
    await entry.fill("Half a thought")
    await page.reload()
    await expect(entry).to_have_value("Half a thought")
    await page.get_by_role("button", name="Discard it").click()
    await expect(entry).to_have_value("")
    await entry.fill("A whole thought")
    await page.reload()
    await page.get_by_role("button", name="Add to the log").click()
    await expect(page.get_by_text("A whole thought")).to_be_visible()
    await expect(entry).to_have_value("")
    await page.reload()
    await expect(entry).to_have_value("")


async def test_the_browser_tells_times_as_the_server_does(page: Page) -> None:
    spans = [0, 44, 45, 90, 3599, 3600, 86_399, 86_400]
    spans += [days * 86_400 for days in (6.9, 7, 13.9, 14, 34.9, 35, -15)] + [-60, -7200, -259_200]
    with stopped_at(NOW):
        ours = [ago(NOW - timedelta(seconds=span)) for span in spans]
    assert ours[:4] == ["just now", "just now", "1 min ago", "1 min ago"]
    assert ours[-2:] == ["in 2 h", "in 3 d"]
    assert ours[9:14] == ["1 week ago", "1 week ago", "2 weeks ago", "4 weeks ago", ""]
    words = "spans => spans.map(span => customElements.get('time-ago').words(span))"
    assert await page.evaluate(words, spans) == ours
