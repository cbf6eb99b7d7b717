"""Every screen in both themes and on a phone: nothing that axe objects to, nothing wider than the window."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext

from tests.journeys.conftest import add_client, sign_up

pytestmark = pytest.mark.journey

SCREENS = ("pipeline", "clients", "clients/new", "imports", "team", "settings", "account")
ENTRIES = ("/sign-in", "/sign-up", "/reset")


@pytest.fixture
async def home(window: BrowserContext) -> str:
    """An agency with a client; gives its address."""
    page = await window.new_page()
    await sign_up(page)
    await add_client(page, "Winterbourne School of Music and Movement for the Very Young")
    home = page.url.removesuffix("/pipeline")
    await page.close()
    return home


async def faults_of(page: Any) -> list[str]:
    """What axe objects to: the rule and where."""
    found = await Axe().run(page)
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in found.response["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_has_no_objection(
    window: BrowserContext, home: str, scheme: Literal["light", "dark"]
) -> None:
    page = await window.new_page()
    await page.emulate_media(color_scheme=scheme)
    wrong: dict[str, list[str]] = {}
    for screen in SCREENS:
        await page.goto(f"{home}/{screen}")
        wrong[screen] = await faults_of(page)
    assert {screen: faults for screen, faults in wrong.items() if faults} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_has_no_objection_at_the_door(
    browser: Browser, site: str, scheme: Literal["light", "dark"]
) -> None:
    page = await browser.new_page(base_url=site, color_scheme=scheme)
    wrong: dict[str, list[str]] = {}
    for entry in ENTRIES:
        await page.goto(entry)
        wrong[entry] = await faults_of(page)
    await page.close()
    assert {entry: faults for entry, faults in wrong.items() if faults} == {}


async def test_nothing_is_wider_than_a_phone(window: BrowserContext, home: str) -> None:
    page = await window.new_page()
    await page.set_viewport_size({"width": 390, "height": 844})
    wide: dict[str, int] = {}
    for screen in SCREENS:
        await page.goto(f"{home}/{screen}")
        wide[screen] = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert {screen: over for screen, over in wide.items() if over > 0} == {}


async def test_without_scripts_a_client_is_added(browser: Browser, site: str) -> None:
    context = await browser.new_context(base_url=site, java_script_enabled=False)
    page = await context.new_page()
    await sign_up(page)
    await add_client(page, "Plain Paper")
    assert "Plain Paper" in await page.content()
    await context.close()
