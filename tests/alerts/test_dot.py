"""On a phone a dot at Alerts says that a critical risk is active; it comes and goes with the sidebar's number."""

from __future__ import annotations

import pytest

from audienceos.platform.db.database import Database
from tests.alerts.given import look, stuck_for, the_alert
from tests.cast import Player
from tests.clients.given import Row

DOT = '<span class="dot dot-risk">'


async def fetched(player: Player) -> str:
    """What an open page fetches when an alert has changed."""
    answer = await player.get(player.at("/alerts/badge"), headers={"HX-Request": "true"})
    return answer.text.partition('id="dot-alerts"')[2]


@pytest.mark.parametrize(("days", "grave"), [(8, False), (20, True)])
async def test_a_dot_says_that_something_critical_is_active(
    database: Database, ines: Player, oxbow: Row, days: int, grave: bool
) -> None:
    await stuck_for(database, ines, oxbow, days)
    await look(database, ines)
    page = (await ines.get(ines.at("/alerts"))).text
    assert page.count('id="dot-alerts"') == 1
    assert (DOT in page, DOT in await fetched(ines)) == (grave, grave)


async def test_it_is_gone_with_the_risk(database: Database, ines: Player, oxbow: Row) -> None:
    await stuck_for(database, ines, oxbow, 20)
    await look(database, ines)
    alert = await the_alert(database, ines)
    assert (await ines.post(f"/v1/alerts/{alert.id}/resolution", json={})).is_success
    assert 'hx-swap-oob="true"' in await fetched(ines)
    assert DOT not in await fetched(ines)


async def test_who_doesnt_see_the_client_sees_no_dot(
    database: Database, ines: Player, mia: Player, oxbow: Row
) -> None:
    await stuck_for(database, ines, oxbow, 20)
    await look(database, ines)
    assert DOT not in (await mia.get(mia.at("/alerts"))).text
