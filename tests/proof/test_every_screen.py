"""Every screen that there is, by every rule, in the light and in the dark. `make test` looks so at those that show every
component between them, and at the others by the rules that a screen of good parts can still break.
"""

from __future__ import annotations

import pytest
from litestar import Litestar

from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings
from tests.cast import Stage
from tests.journeys.screens import ENTRIES, entered, looked_over, screens_of
from tests.journeys.site import serving
from tests.laws.nouns_rows import world_of
from tests.platform.realtime.browsing import browsed

pytestmark = pytest.mark.proof


async def test_every_screen_is_right_by_every_rule(
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
                wrong[name] = await looked_over(seen_on)
    assert {name: faults for name, faults in wrong.items() if faults} == {}
