"""Alerts as their pages tell and end them."""

from __future__ import annotations

import pytest

from audienceos.platform.db.database import Database
from tests.agency.browsing import tab_of
from tests.alerts.given import days_later, look, stuck_for
from tests.cast import Player
from tests.clients.given import Row, a_client


async def an_alert(database: Database, ines: Player, name: str) -> tuple[Row, str]:
    """A client that has stood in its stage for 8 days, and the address of the alert about it."""
    client = await a_client(ines, name)
    await stuck_for(database, ines, client, 8)
    await look(database, ines)
    (alert,) = await about(ines, client)
    return client, f"/alerts/{alert['id']}"


async def about(ines: Player, client: Row) -> list[Row]:
    """Every alert about the client."""
    return (await ines.get("/v1/alerts", params={"client": client["id"]})).json()["items"]


async def drawn(ines: Player, path: str) -> str:
    """The page's words."""
    return (await tab_of(ines).open(ines.at(path))).text


async def test_ten_looks_make_one_line(database: Database, ines: Player) -> None:
    client, _ = await an_alert(database, ines, "Looked at")
    for hour in range(1, 10):
        await look(database, ines, hour / 100)
    assert len(await about(ines, client)) == 1
    assert (await drawn(ines, f"/alerts?client={client['id']}")).count("8 days in Onboarding") == 1


@pytest.mark.parametrize(
    ("still", "status", "words"), [(True, "active", "Snooze"), (False, "resolved", "Ended by itself")]
)
async def test_a_rest_ends_with_its_cause_or_without(
    database: Database, ines: Player, still: bool, status: str, words: str
) -> None:
    client, path = await an_alert(database, ines, f"Rests {still}")
    with days_later(0):
        assert (await ines.post(ines.at(f"{path}/snooze"), data={"preset": "1d"})).status_code == 303
    if not still:
        await stuck_for(database, ines, client, 0)
    await look(database, ines, 0.9)
    assert "Quiet until" in await drawn(ines, path)
    await look(database, ines, 1)
    assert [row["status"] for row in await about(ines, client)] == [status]
    assert words in await drawn(ines, path)


@pytest.mark.parametrize(
    "given", [{}, {"text": "Their fair is on"}, {"reason": "other"}, {"reason": "bored"}]
)
async def test_without_a_reason_nothing_is_dismissed(
    database: Database, ines: Player, given: dict[str, str]
) -> None:
    client, path = await an_alert(database, ines, f"Without reason {given}")
    page = await ines.post(ines.at(f"{path}/dismissal"), data=given)
    api = await ines.post(f"/v1{path}/dismissal", json=given)
    assert (page.status_code, api.status_code) == (422, 422)
    assert 'class="err' in page.text
    assert given.get("text", "") in page.text
    assert [row["status"] for row in await about(ines, client)] == ["active"]
