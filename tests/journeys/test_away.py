"""No connection, or no server: what a browser shows then, and how it comes back. In a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings
from tests.journeys.conftest import add_client, is_live, sign_up
from tests.journeys.screens import DESK, PHONE, faults_of, overflow_of
from tests.journeys.site import serving

pytestmark = pytest.mark.journey

STORED = """Promise.all((await caches.keys()).map(async name =>
    (await (await caches.open(name)).keys()).map(kept => new URL(kept.url).pathname)))"""


@pytest.fixture
async def offline(browser: Browser, site: str) -> AsyncIterator[BrowserContext]:
    """Somebody's browser, whose connection may be cut; what fails then is meant to."""
    context = await browser.new_context(base_url=site, viewport=DESK)
    yield context
    await context.close()


async def stands_by(page: Page) -> None:
    """Wait until the page's worker does."""
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")


async def a_board(context: BrowserContext) -> Page:
    """A new agency's board, with the worker behind it."""
    page = await context.new_page()
    await sign_up(page)
    await stands_by(page)
    return page


async def test_offline_it_says_so_and_comes_back_when_the_connection_does(offline: BrowserContext) -> None:
    page = await a_board(offline)
    address = page.url
    await offline.set_offline(True)
    answer = await page.reload()
    assert answer is not None
    assert answer.status == 503
    await expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    assert await faults_of(page) == []
    await page.set_viewport_size(PHONE)
    assert await overflow_of(page) <= 0
    assert page.url == address
    await offline.set_offline(False)
    await expect(page.get_by_role("heading", name="Pipeline")).to_be_visible()


async def test_the_button_asks_again(offline: BrowserContext) -> None:
    page = await a_board(offline)
    await offline.set_offline(True)
    await page.get_by_role("link", name="Clients", exact=True).first.click()
    await expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    await offline.set_offline(False)
    await expect(page.get_by_role("heading", name="Clients", level=1)).to_be_visible()


async def test_what_was_being_written_is_there_again(offline: BrowserContext) -> None:
    page = await a_board(offline)
    await add_client(page, "Oxbow")
    await page.goto(str(await page.get_by_role("link", name="Oxbow").first.get_attribute("href")))
    await page.get_by_label("New entry").fill("They asked about the DNS")
    await offline.set_offline(True)
    await page.get_by_role("button", name="Add to the log").click()
    await expect(page.get_by_text("You are offline. What you typed is still here")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    await offline.set_offline(False)
    await expect(page.get_by_label("New entry")).to_have_value("They asked about the DNS")


async def test_only_that_page_and_its_files_are_kept(offline: BrowserContext) -> None:
    page = await a_board(offline)
    for _ in range(2):
        await page.reload()
    await is_live(page)
    stored = await page.evaluate(f"(async () => {STORED})()")
    assert len(stored) == 1
    assert stored[0]
    assert [path for path in stored[0] if not path.startswith("/static/")] == []


@pytest.mark.proof
async def test_a_page_that_came_by_the_worker_is_still_live(offline: BrowserContext) -> None:
    page = await a_board(offline)
    await add_client(page, "Oxbow")
    await page.reload()
    assert await page.evaluate("navigator.serviceWorker.controller !== null")
    await is_live(page)
    second = await offline.new_page()
    await second.goto(page.url)
    await add_client(second, "Brae")
    await expect(page.get_by_role("link", name="Brae")).to_be_visible()


async def test_without_the_server_it_says_so_and_comes_back_by_itself(
    settings: Settings, database: Database, browser: Browser
) -> None:
    async with AsyncExitStack() as first:
        address = await first.enter_async_context(serving(settings, database))
        context = await browser.new_context(base_url=address)
        page = await a_board(context)
        await first.aclose()
    await page.reload()
    await expect(page.get_by_role("heading", name="AudienceOS can’t be reached")).to_be_visible()
    async with serving(settings, database, urlsplit(address).port or 0):
        await expect(page.get_by_role("heading", name="Pipeline")).to_be_visible(timeout=20_000)
        await page.close()
        await context.close()


async def test_a_form_that_finds_no_server_stays_as_it_was_typed_and_is_sent_once_there_is_one(
    settings: Settings, database: Database, browser: Browser
) -> None:
    async with AsyncExitStack() as first:
        address = await first.enter_async_context(serving(settings, database))
        page = await a_board(await browser.new_context(base_url=address))
        await page.goto(page.url.replace("/pipeline", "/settings"))
        await is_live(page)
        await page.get_by_label("Domain").fill("northlight.example")
        await first.aclose()
    for button in ("Save the agency", "Try again"):
        await page.get_by_role("button", name=button).click()
        told = page.get_by_role("alert").filter(
            has_text="The server can’t be reached. What you typed is still here"
        )
        await expect(told).to_be_visible()
    await expect(page.get_by_label("Domain")).to_have_value("northlight.example")
    assert await faults_of(page) == []
    async with serving(settings, database, urlsplit(address).port or 0):
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_text("Saved.")).to_be_visible()
        await expect(page.get_by_label("Domain")).to_have_value("northlight.example")
        await page.context.close()


@pytest.mark.proof
async def test_who_isnt_signed_in_is_told_too_that_no_server_is_there(
    settings: Settings, database: Database, browser: Browser
) -> None:
    async with serving(settings, database) as address:
        page = await browser.new_page(base_url=address)
        await page.goto("/sign-in")
        await page.get_by_label("Work e-mail").fill("ines@northlight.example")
        await page.get_by_label("Password").fill("a few words that nobody knows")
    await page.get_by_role("button", name="Sign in").click()
    await expect(
        page.get_by_text("The server can’t be reached. What you typed is still here")
    ).to_be_visible()
    await expect(page.get_by_label("Work e-mail")).to_have_value("ines@northlight.example")
    await page.close()


@pytest.mark.proof
async def test_offline_the_theme_is_another_at_once_and_kept_later(offline: BrowserContext) -> None:
    page = await a_board(offline)
    await offline.set_offline(True)
    await page.locator("summary.nav").click()
    await page.get_by_role("button", name="Dark").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.locator("toast-rack > .toast")).to_have_count(0)
    async with page.expect_response("**/appearance") as kept:
        await offline.set_offline(False)
    assert (await kept.value).status == 204
    other = await offline.new_page()
    await other.goto(page.url)
    await expect(other.locator("html")).to_have_attribute("data-theme", "dark")
