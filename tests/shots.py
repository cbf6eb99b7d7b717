"""Pictures of every screen of the demo agency, into shots/: at a desk and on a phone, light and dark.

`make shots` calls it. The screens are those that links lead to, one of each kind, and those at the door.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.async_api import Browser, BrowserContext, Page

from audienceos.app import parts_of
from audienceos.demo.telling import Told, tell
from audienceos.platform.db.bootstrap import bootstrap
from audienceos.platform.db.database import Database
from audienceos.platform.db.embedded import running
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.migrating import migrate
from audienceos.platform.db.urls import addresses
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.settings import Settings
from tests.journeys.screens import DESK, ENTRIES, PHONE
from tests.journeys.site import serving
from tests.platform.db.servers import short_home
from tests.platform.realtime.browsing import browsed

INTO = Path(__file__).parents[1] / "shots"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/)\d+")
LINKS = "[...document.querySelectorAll('a[href]')].map(a => a.pathname).filter(path => path.startsWith('/'))"
NOWHERE = "/nowhere-at-all"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def main() -> None:
    """Fill an agency, walk through it, and take the pictures."""
    INTO.mkdir(exist_ok=True)
    async with demo_site() as (address, told), browsed() as browser:
        state = await signed_in(browser, address, told)
        door = ENTRIES | {"nowhere": NOWHERE}
        for size in (DESK, PHONE):
            for scheme in SCHEMES:
                end = f"{size['width']}-{scheme}"
                outside = await browser.new_context(base_url=address, viewport=size, color_scheme=scheme)
                await _take(outside, door, end)
                inside = await browser.new_context(
                    base_url=address, viewport=size, color_scheme=scheme, storage_state=state
                )
                await _take(inside, await _screens(await inside.new_page(), told.slug), end)
    print(f"{len(list(INTO.glob('*.png')))} pictures are in {INTO.name}/")


@asynccontextmanager
async def demo_site() -> AsyncGenerator[tuple[str, Told]]:
    """A running site with a demo agency on a server of its own: its address, and who may sign in."""
    with TemporaryDirectory() as folder, short_home() as home:
        settings = Settings(data_dir=Path(folder), environment="test")
        async with running(home) as socket:
            ways = addresses(settings, socket)
            await bootstrap(ways, settings)
            await migrate(ways.owner.sqlalchemy(), Logins(*settings.logins))
            database = Database(ways, pool_size=settings.pool_size)
            told = await tell(parts_of(settings, database, Hub(ways.listen)).auth)
            async with serving(settings, database) as address:
                yield address, told
            await database.close()


async def signed_in(browser: Browser, address: str, told: Told) -> Path:
    """Sign its owner in, by the form; gives the file that holds the session's cookie."""
    context = await browser.new_context(base_url=address)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill(told.email)
    await page.get_by_label("Password").fill(told.password)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/dashboard")
    state = INTO / "signed-in.json"
    await context.storage_state(path=state)
    await context.close()
    return state


async def _screens(page: Page, slug: str) -> dict[str, str]:
    """One address of each kind that can be reached by links, by its own words."""
    found, waiting = dict[str, str](), [f"/{slug}/pipeline"]
    while waiting:
        path = waiting.pop(0)
        name = UUID.sub("one", path.removeprefix(f"/{slug}/")).strip("/").replace("/", "-")
        if name in found or not path.startswith(f"/{slug}/"):
            continue
        answer = await page.goto(path)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        found[name] = path
        waiting += await page.evaluate(LINKS)
    return found


async def _take(context: BrowserContext, screens: dict[str, str], end: str) -> None:
    page = await context.new_page()
    for name, path in screens.items():
        await page.goto(path)
        await page.evaluate("document.fonts.ready")
        await page.screenshot(path=INTO / f"{name}-{end}.png")
    await context.close()


if __name__ == "__main__":
    asyncio.run(main())
