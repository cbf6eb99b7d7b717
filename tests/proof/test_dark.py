"""Every screen that there is in the dark. `make test` sees all of them in the light, and in the dark those that show
every component between them: the theme changes what colours mean and nothing else.
"""

from __future__ import annotations

import pytest
from litestar import Litestar

from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings
from tests.cast import Stage
from tests.journeys.screens import ENTRIES, dark_faults_of, entered, screens_of
from tests.journeys.site import serving
from tests.laws.nouns_rows import world_of
from tests.platform.realtime.browsing import browsed

pytestmark = pytest.mark.proof


async def test_every_screen_is_right_in_the_dark(
    app: Litestar, stage: Stage, settings: Settings, database: Database
) -> None:
    world = await world_of(stage, await stage.owner())
    wrong: dict[str, list[str]] = {}
    async with serving(settings, database) as site, browsed() as browser:
        stranger, page = await browser.new_page(base_url=site), await browser.new_page(base_url=site)
        await entered(page, world.owner)
        screens = screens_of(app, world)
        assert len(screens) > 20
        for seen_on, paths in ((stranger, ENTRIES), (page, screens)):
            for name, path in paths.items():
                await seen_on.goto(path)
                wrong[name] = await dark_faults_of(seen_on)
    assert {name: faults for name, faults in wrong.items() if faults} == {}
