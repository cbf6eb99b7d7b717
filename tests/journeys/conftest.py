"""The product on a loopback port, and a browser to walk through it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings
from tests.cast import PASSWORD
from tests.journeys.site import serving
from tests.platform.realtime.browsing import Tab, browsed

_numbers = itertools.count(1)
Enter = Callable[[], Awaitable[Page]]


@pytest.fixture(scope="session")
async def site(settings: Settings, database: Database) -> AsyncIterator[str]:
    """The address of a web process of this run's own."""
    async with serving(settings, database) as address:
        yield address


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all journeys; each person has a context of their own."""
    async with browsed() as browser:
        yield browser


@pytest.fixture
async def window(browser: Browser, site: str) -> AsyncIterator[BrowserContext]:
    """Somebody's browser. Whatever goes wrong on a page of theirs fails the journey."""
    context = await browser.new_context(base_url=site, viewport={"width": 1440, "height": 900})
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield context
    await context.close()
    assert wrong == []


async def sign_up(page: Page, agency: str = "Northlight", name: str = "Ines") -> None:
    """Open an agency by the form, from an address of one's own, since few may from one; ends on its empty board."""
    number = next(_numbers)
    await page.set_extra_http_headers({"X-Forwarded-For": f"10.0.{number // 256}.{number % 256}"})
    await page.goto("/sign-up")
    await page.get_by_label("Agency").fill(f"{agency} {next(_numbers)}")
    await page.get_by_label("First name").fill(name)
    await page.get_by_label("Last name").fill("Aalto")
    await page.get_by_label("Work e-mail").fill(f"{name.lower()}-{next(_numbers)}@journey.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Open the agency").click()
    await page.wait_for_url("**/pipeline")
    await page.set_extra_http_headers({})


async def add_client(page: Page, name: str, stage: str = "Onboarding") -> None:
    """Add a client by the form, and come back to the board."""
    board = page.url.partition("/pipeline")[0] + "/pipeline"
    await page.goto(board)
    await page.get_by_role("link", name="New client").click()
    await page.get_by_label("Company name").fill(name)
    await page.get_by_label("Stage").select_option(stage)
    await page.get_by_role("button", name="Add client").click()
    await page.get_by_role("heading", name=name, exact=True, level=1).wait_for()
    await page.goto(board)


async def is_live(page: Page) -> None:
    """Wait until the page's stream has caught up."""
    await Tab(page).becomes("current")
