"""Every screen that there is, and on a phone: nothing that axe objects to, nothing wider than the window, nothing that
the browser refuses or complains about. By every rule, in the light and in the dark, those that show every component
between them; `make proof` looks at all like this.
"""

from __future__ import annotations

import pytest
from litestar import Litestar
from playwright.async_api import Browser, Page

from tests.cast import Stage
from tests.journeys.screens import (
    ENTRIES,
    LOOKED_AT,
    PHONE,
    entered,
    faults_of,
    looked_over,
    overflow_of,
    screens_of,
)
from tests.laws.nouns_rows import world_of

pytestmark = pytest.mark.journey

REFUSED = (
    "document.addEventListener('securitypolicyviolation', e => console.error('CSP: ' + e.violatedDirective))"
)

PARTS = 3  # of the walk over all screens, so that it is shared between the processes that test

FEWER = "document.querySelectorAll('main > section:nth-of-type(n + 4)').forEach(section => section.remove())"


async def looks(page: Page, screens: dict[str, str]) -> dict[str, list[str]]:
    """What is wrong, by screen. A link that has ended is told with a status of its own, which the browser notes."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.add_init_script(REFUSED)
    wrong: dict[str, list[str]] = {}
    for name, path in screens.items():
        answer = await page.goto(path)
        assert answer is not None
        assert answer.status < 500, path
        if answer.status >= 400:
            said[:] = [line for line in said if f"{answer.status}" not in line]
        wrong[name] = [*await looked_over(page, closely=name in LOOKED_AT), *said]
        said.clear()
    return {name: faults for name, faults in wrong.items() if faults}


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_screen_of_an_agency_is_right(
    app: Litestar, stage: Stage, browser: Browser, site: str, part: int
) -> None:
    world = await world_of(stage, await stage.owner())
    page = await browser.new_page(base_url=site)
    await entered(page, world.owner)
    screens = screens_of(app, world)
    assert len(screens) > 20
    assert {*screens, *ENTRIES} >= LOOKED_AT
    wrong = await looks(page, dict(list(screens.items())[part::PARTS]))
    await page.close()
    assert wrong == {}


async def test_every_screen_at_the_door_is_right(browser: Browser, site: str) -> None:
    page = await browser.new_page(base_url=site)
    wrong = await looks(page, ENTRIES | {"nowhere": "/nowhere-at-all"})
    await page.close()
    assert wrong == {}


@pytest.mark.proof
async def test_the_description_of_the_api_is_right(browser: Browser, site: str) -> None:
    page = await browser.new_page(base_url=site)
    await page.goto("/docs")
    await page.set_viewport_size(PHONE)
    over = await overflow_of(page)
    await page.evaluate(FEWER)  # all are drawn alike, and axe takes a minute for them
    faults = await faults_of(page)
    await page.close()
    assert (faults, over > 0) == ([], False)
