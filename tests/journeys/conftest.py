"""The product on a loopback port, and a browser to walk through it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterable
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from audienceos.platform.auth.csrf import token_for
from audienceos.platform.auth.visiting import AGENCY_HEADER, cookie_name
from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings
from tests.cast import PASSWORD
from tests.journeys.site import serving
from tests.platform.realtime.browsing import Tab, browsed

expect.set_options(timeout=20_000)  # ms; how fast it is, `bench` asks
_numbers = itertools.count(1)
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says with a request that one of our pages makes."""


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


def somebody_new(agency: str = "Northlight", name: str = "Ines") -> dict[str, str]:
    """What somebody fills into the form of signing up, by the names of its fields."""
    return {
        "agency": f"{agency} {next(_numbers)}",
        "first_name": name,
        "last_name": "Aalto",
        "email": f"{name.lower()}-{next(_numbers)}@journey.example",
        "password": PASSWORD,
    }


async def sign_up(
    page: Page,
    agency: str = "Northlight",
    name: str = "Ines",
    *,
    clients: Iterable[str] = (),
    stage: str = "Onboarding",
    to: str = "/pipeline",
) -> None:
    """Open an agency, from an address of one's own, since few may from one, with clients in a stage; ends on its
    board, or on its page `to`, in which `{client}` is the first of them.

    Forms are sent as a browser sends them, without being drawn: one journey fills them in by hand.
    """
    number = next(_numbers)
    headers = OWN_PAGE | {"X-Forwarded-For": f"10.0.{number // 256}.{number % 256}"}
    answer = await page.request.post(
        "/sign-up", form={**somebody_new(agency, name)}, headers=headers, max_redirects=0
    )
    board = answer.headers.get("location", "")
    assert board.endswith("/pipeline"), await answer.text()
    held = {cookie.get("name"): cookie.get("value", "") for cookie in await page.context.cookies()}
    token = token_for(held[cookie_name(False)])
    added = [await _add(page, board, token, client, stage) for client in clients]
    await page.goto(board.removesuffix("/pipeline") + to.format(client=added[0] if added else ""))


async def add_client(page: Page, name: str, stage: str = "Onboarding") -> None:
    """Add a client, and come back to the board. What is there when the journey begins, `sign_up` adds sooner."""
    token = await page.locator('input[name="_csrf"]').first.get_attribute("value")
    assert token is not None
    await _add(page, page.url, token, name, stage)
    await page.goto(f"/{_slug(page.url)}/pipeline")


async def _add(page: Page, url: str, token: str, name: str, stage: str) -> str:
    headers = OWN_PAGE | {AGENCY_HEADER: _slug(url), "X-CSRF-Token": token}
    answer = await page.request.post("/v1/clients", data={"name": name, "stage": stage}, headers=headers)
    assert answer.status == 201, await answer.text()
    return (await answer.json())["id"]


def _slug(url: str) -> str:
    """The agency in the address of one of its pages."""
    return urlsplit(url).path.split("/")[1]


async def is_live(page: Page) -> None:
    """Wait until the page's stream has caught up."""
    await Tab(page).becomes("current")
