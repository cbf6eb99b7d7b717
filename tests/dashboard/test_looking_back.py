"""Days of which no figures were kept are told by what happened since: tickets, hours, health and installs, too."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from audienceos.clients.actions.signals import set_signal
from audienceos.platform.clock import stopped_at
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.findings import Level
from tests.cast import Player
from tests.clients.given import Row, a_client
from tests.dashboard.given import NOON, TODAY, installed
from tests.dashboard.test_keeping import snapshots, swept
from tests.tickets.given import a_ticket, did, moved


@contextmanager
def days_ago(days: int) -> Generator[None]:
    """As it was so many days before today's noon."""
    with stopped_at(NOON - timedelta(days=days)):
        yield


async def founded(database: Database, player: Player, days: int) -> None:
    """The agency is so many days old."""
    assert database.addresses.admin is not None
    async with connected(database.addresses.admin) as connection:
        moment = NOON - timedelta(days=days)
        await connection.execute("update agency set created_at = $2 where id = $1", player.agency_id, moment)


async def filled(database: Database, player: Player, metric: str, days: int = 6) -> list[float | None]:
    """What is kept of a figure for so many days after the worker's hour, the last day first."""
    await swept(database, player)
    rows = {row["snapshot_date"]: float(row["value"]) for row in await snapshots(player, metric=metric)}
    return [rows.get((TODAY - timedelta(days=back)).isoformat()) for back in range(1, days + 1)]


@pytest.fixture
async def old(database: Database, ines: Player) -> Row:
    """A client that came eight days ago, when the agency began."""
    await founded(database, ines, 8)
    with days_ago(8):
        return await a_client(ines, "Oxbow")


async def test_tickets_that_were_open_then(database: Database, ines: Player, old: Row) -> None:
    with days_ago(5):
        first, second = [await a_ticket(ines, old) for _ in range(2)]
        await moved(ines, first, "in_progress")
    with days_ago(3):
        await did(ines, first, "resolution", final_note="Done")
    with days_ago(2):
        await did(ines, first, "reopenings")
    with days_ago(1):
        assert (await ines.delete(f"/v1/tickets/{second['number']}")).is_success
    assert await filled(database, ines, "open_tickets") == [1, 2, 1, 2, 2, 0]


async def test_no_ticket_is_told_of_before_there_was_an_agency(
    database: Database, ines: Player, old: Row
) -> None:
    await founded(database, ines, 2)
    assert await filled(database, ines, "open_tickets", 4) == [0, 0, None, None]


async def test_hours_of_the_week_up_to_that_day(database: Database, ines: Player, old: Row) -> None:
    spent = {TODAY - timedelta(days=3): 60, TODAY - timedelta(days=6): 90}
    ticket = await a_ticket(ines, old)
    for day, minutes in spent.items():
        await did(ines, ticket, "time-entries", minutes=minutes, day=day.isoformat())
    expected: list[float] = []
    for back in range(1, 7):
        day = TODAY - timedelta(days=back)
        monday = day - timedelta(days=day.weekday())
        expected.append(sum(minutes for on, minutes in spent.items() if monday <= on <= day) / 60)
    assert await filled(database, ines, "support_hours_week") == expected


async def judged(database: Database, ines: Player, client: Row, days: int, level: Level) -> None:
    """So many days ago something was found out about the client."""
    with days_ago(days):
        async with database.acting(ines.claims) as db:
            await set_signal(db, UUID(client["id"]), "tests", "late", level, reason="It is late")


@pytest.mark.parametrize(
    ("metric", "expected"),
    [("at_risk_clients", [0, 0, 1, 1, 0, 0]), ("clients_needing_attention", [0, 0, 1, 1, 1, 0])],
)
async def test_the_colour_that_a_client_had_then(
    database: Database, ines: Player, old: Row, metric: str, expected: list[float]
) -> None:
    levels: dict[int, Level] = {5: "watch", 4: "risk", 2: "ok"}
    for days, level in levels.items():
        await judged(database, ines, old, days, level)
    assert await filled(database, ines, metric) == expected


async def test_installs_of_the_thirty_days_before(database: Database, ines: Player) -> None:
    await installed(database, ines, "Quick", days=4, ago=2)
    await installed(database, ines, "Slow", days=9, ago=5)
    assert await filled(database, ines, "avg_install_time_days") == [6.5, 6.5, 9, 9, 9, None]
