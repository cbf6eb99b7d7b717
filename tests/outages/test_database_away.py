"""The database goes away in mid-use: everyone is told so in time, nothing is lost, and all works again by itself."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from audienceos.app import Parts
from audienceos.platform.web import patience
from tests.cast import Player
from tests.outages.harm import (
    are_readable_refusals,
    asked_for_everything,
    frozen,
    until_it_works,
    until_listening,
)
from tests.platform.db.servers import kill_postmaster, postmaster

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    """The same patience, shorter, so that the tests are."""
    monkeypatch.setattr(patience, "SECONDS", 4)


async def named(player: Player) -> list[str]:
    """The names of the agency's clients."""
    return sorted(client["name"] for client in (await player.get("/v1/clients")).json()["items"])


async def test_a_database_that_stands_still_keeps_nobody_waiting(ada: Player, own: Parts, home: Path) -> None:
    """Every answer comes while it still stands still: nothing waits for it to come back."""
    assert (await ada.post("/v1/clients", json={"name": "Kept"})).status_code == 201
    with frozen(home):
        are_readable_refusals(await asked_for_everything(ada))
        are_readable_refusals(await asked_for_everything(ada))
        health = await ada.get("/health/ready")
        assert (health.status_code, health.json()["database"]) == (503, "away")
        assert (await ada.get("/health/live")).status_code == 200
    await until_it_works(ada)
    await until_listening(own.hub)
    assert (await ada.post("/v1/clients", json={"name": "Later"})).status_code == 201
    assert {"Kept", "Later"} <= set(await named(ada)) <= {"Kept", "Later", "Wanted"}
    answers = await asked_for_everything(ada)
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "page": 200,
        "list": 200,
        "change": 201,
        "another page": 200,
        "entrance": 401,
    }


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
async def test_a_database_that_dies_in_mid_use_loses_nothing_that_was_answered(
    ada: Player, home: Path, how: signal.Signals
) -> None:
    before, answered, asked, refused = postmaster(home), set[str](), 0, 0

    async def busy(number: int) -> None:
        """Go on until six of one's own were answered after the first refusal, however long that takes."""
        nonlocal asked, refused
        since = 0
        while since < 6:
            asked += 1
            if asked == 12:
                kill_postmaster(home, how)
            name = f"Client {number}-{asked}"
            answer = await ada.post("/v1/clients", json={"name": name})
            assert answer.status_code in (201, 503), answer.text
            if answer.status_code == 201:
                answered.add(name)
                since += refused > 0
            else:
                refused += 1
                await asyncio.sleep(0.2)

    await asyncio.gather(*(busy(number) for number in range(4)))
    await until_it_works(ada)
    assert postmaster(home) != before
    assert len(answered) == asked - refused
    kept = await every_name(ada)
    assert answered <= set(kept)
    assert len(kept) == len(set(kept)) <= asked


async def every_name(player: Player) -> list[str]:
    """The names of all clients, page by page."""
    names: list[str] = []
    cursor = ""
    while True:
        page = (await player.get("/v1/clients", params={"limit": 20, "cursor": cursor})).json()
        names += [client["name"] for client in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            return names
