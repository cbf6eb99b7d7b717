"""Real tabs of one browser, on a site that has nothing but the live element."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Litestar, MediaType, Response, get
from litestar.params import FromPath, FromQuery
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from playwright.async_api import Error as PlaywrightError

import audienceos.platform.web
from audienceos.platform.db.database import Database
from audienceos.platform.errors import AppError, Unavailable
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.realtime.routes import Asked, live_route
from tests.platform.realtime.agencies import Agency, happen, place
from tests.platform.realtime.pages import PATIENCE
from tests.platform.realtime.serving import served

ELEMENT = Path(audienceos.platform.web.__file__).parent / "assets" / "js" / "live-stream.js"
RECORDER = """
window.heard = [];
const dispatch = document.body.dispatchEvent.bind(document.body);
document.body.dispatchEvent = (event) => { heard.push(event.type); return dispatch(event); };
"""
PAGE = """<!doctype html><title>Page</title><body>
<live-stream url="/acme/live" cursor="{cursor}"><p hidden>Lost.</p></live-stream>
<script src="/recorder.js"></script><script src="/element.js"></script>"""
STRICT = {"Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'"}


class Site:
    """The element's site: what it is asked, and whether it answers."""

    def __init__(self, hub: Hub, database: Database, agency: Agency) -> None:
        self.hub, self.database, self.agency = hub, database, agency
        self.asked_from: list[str] = []
        self.away = False
        self.address = ""

    def app(self) -> Litestar:
        """Its routes; whoever asks for the stream is the agency's person."""

        async def opening_of(request: Asked):
            if self.away:
                raise Unavailable
            self.asked_from.append(request.headers["last-event-id"])
            return self.agency.opening

        @get("/page", media_type=MediaType.HTML)
        async def page(cursor: FromQuery[str] = "") -> Response[str]:
            at = cursor or await place(self.database, self.agency)
            return Response(PAGE.format(cursor=at), headers=STRICT)

        @get("/{name:str}", media_type="text/javascript")
        async def script(name: FromPath[str]) -> str:
            return RECORDER if name == "recorder.js" else f"(() => {{\n{ELEMENT.read_text()}\n}})();"

        live = live_route(self.hub, self.database, opening_of)
        return Litestar([live, page, script], exception_handlers={AppError: _answer})

    def go_away(self) -> None:
        """Streams end, and new ones are refused."""
        self.away = True
        self.hub._end_streams()  # pyright: ignore[reportPrivateUsage]

    async def happen(self, *clients: UUID | None, name: str = "client.moved") -> None:
        """Something that the tabs should hear of."""
        await happen(self.database, self.agency, *clients, name=name)


class Tab:
    """One tab on the site's page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def is_so(self, expression: str) -> None:
        """Wait for it. Asked again and again from outside, since the page's policy forbids `eval` within."""
        async with asyncio.timeout(PATIENCE):
            while not await self._now(expression):
                await asyncio.sleep(0.02)

    async def heard(self) -> list[str]:
        """The events dispatched in the page so far."""
        return await self.page.evaluate("heard")

    async def hears(self, name: str) -> None:
        """Wait for an event of that name, and forget what was heard."""
        await self.is_so(f"heard.includes('{name}')")
        await self.page.evaluate("heard.length = 0")

    async def element(self, expression: str) -> Any:
        """Something about its live element."""
        return await self.page.evaluate(f"document.querySelector('live-stream').{expression}")

    async def _now(self, expression: str) -> bool:
        try:
            return bool(await self.page.evaluate(expression))
        except PlaywrightError:  # it is loading
            return False

    async def becomes(self, expression: str) -> None:
        """Wait until that is so of its live element."""
        await self.is_so(f"document.querySelector('live-stream').{expression}")


class Window:
    """Tabs that share what a browser shares."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.context, self.site = context, site

    async def tab(self, cursor: str = "") -> Tab:
        """A new tab, which has caught up with its page."""
        page = await self.context.new_page()
        await page.goto(f"{self.site.address}/page?cursor={cursor}")
        tab = Tab(page)
        await tab.becomes("current")
        return tab


PROGRAMS = ("chromium-headless-shell", "chromium")
"""What this machine may have; `make test` looks further and installs one."""


@asynccontextmanager
async def browsed() -> AsyncGenerator[Browser]:
    """The browser of this run."""
    named = os.environ.get("AUDIENCEOS_TEST_BROWSER") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=named, args=arguments)
        yield browser
        await browser.close()


@asynccontextmanager
async def opened_window(
    browser: Browser, hub: Hub, database: Database, agency: Agency
) -> AsyncGenerator[Window]:
    """A fresh window on a fresh site."""
    site = Site(hub, database, agency)
    context = await browser.new_context()
    async with served(site.app(), hub) as site.address:
        yield Window(context, site)
        await context.close()


async def until(true: Callable[[], bool]) -> None:
    """Wait for something on our side."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.01)


def _answer(request: Asked, problem: AppError) -> Response[str]:
    return Response(problem.code, status_code=problem.status)
