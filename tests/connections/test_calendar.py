"""When grants end, as admins read it."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.connections.given import Vendors, connected, ends_at, standing


async def calendar(player: Player) -> list[str]:
    """Its lines, in their order."""
    page = (await player.get(player.at("/integrations"))).text
    section = re.search(r'<section id="endings".*?</section>', page, re.DOTALL)
    lines = re.findall(r"<li.*?</li>", section[0], re.DOTALL) if section else []
    return [html.unescape(" ".join(re.sub(r"<[^>]+>", " ", line).split())) for line in lines]


async def test_what_has_a_day_stands_above_what_goes_on(ines: Player, vendors: Vendors) -> None:
    await connected(ines, "slack")
    await connected(ines, "meta_ads")
    meta, slack = await calendar(ines)
    assert meta.startswith("Meta Ads Ines Aalto")
    assert slack == (
        f"Slack {vendors.slack.workspace.name} No day "
        "It goes on until somebody removes our app from the workspace."
    )


async def test_a_grant_that_ends_is_renewed_a_week_before(
    ines: Player, database: Database, vendors: Vendors
) -> None:
    row = await connected(ines, "meta_ads")
    await ends_at(database, row["id"], "timestamptz '2999-06-20T12:00:00Z'")
    page = (await ines.get(ines.at("/integrations"))).text
    section = page[page.index('<section id="endings"') :]
    ends, ahead = (datetime.fromisoformat(one) for one in re.findall(r'datetime="([^"]+)"', section)[:2])
    assert (ends.year, ends - ahead) == (2999, timedelta(days=7))


async def test_what_was_lost_is_on_top(ines: Player, vendors: Vendors) -> None:
    await connected(ines, "meta_ads")
    slack = await connected(ines, "slack")
    vendors.slack.good.clear()
    await ines.post(f"/v1/integrations/{slack['id']}/tests")
    assert (await standing(ines, "slack"))["state"] == "error"
    assert [line.split()[0] for line in await calendar(ines)] == ["Slack", "Meta"]


async def test_members_are_not_bothered_with_it(ines: Player, tom: Player, vendors: Vendors) -> None:
    await connected(ines, "slack")
    assert await calendar(tom) == []
