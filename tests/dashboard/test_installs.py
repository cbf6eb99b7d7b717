"""New clients against completed installs, by the agency's days; as nouns and as a file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from audienceos.clients.models import Client
from audienceos.platform.clock import stopped_at
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a_client, listed
from tests.dashboard.given import NOON, TODAY, installed

MIDNIGHT_IN_BERLIN = datetime(2026, 3, 29, 22, tzinfo=UTC)
"""The first one after clocks went forward there."""


async def days(player: Player, **params: int) -> dict[str, tuple[int, int]]:
    """What each day says: new, completed."""
    return {
        row["day"]: (row["new"], row["completed"]) for row in await listed(player, "/v1/installs", **params)
    }


@pytest.mark.parametrize("number", [7, 30, 90])
async def test_every_day_is_there_and_the_last_is_today(
    database: Database, ines: Player, number: int
) -> None:
    await installed(database, ines, "Quick", days=3, ago=1)
    found = await days(ines, days=number)
    assert list(found) == [(TODAY - timedelta(days=back)).isoformat() for back in range(number - 1, -1, -1)]
    told = {day: figures for day, figures in found.items() if figures != (0, 0)}
    assert told == {
        (TODAY - timedelta(days=4)).isoformat(): (1, 0),
        (TODAY - timedelta(days=1)).isoformat(): (0, 1),
    }


async def test_who_came_in_live_or_before_the_first_day_is_not_shown(
    database: Database, ines: Player
) -> None:
    await a_client(ines, "Came in live", stage="Live")
    await installed(database, ines, "Long ago", days=3, ago=7)
    assert [figures for figures in (await days(ines, days=7)).values() if any(figures)] == [(1, 0)]


async def test_an_archived_client_stays_on_its_day_and_a_deleted_one_goes(
    database: Database, ines: Player
) -> None:
    client = await installed(database, ines, "Quick", days=3)
    version = (await ines.get(f"/v1/clients/{client['id']}")).json()["version"]
    await ines.patch(f"/v1/clients/{client['id']}", json={"is_active": False}, version=version)
    assert (await days(ines))[TODAY.isoformat()] == (0, 1)
    await ines.delete(f"/v1/clients/{client['id']}")
    assert (await days(ines))[TODAY.isoformat()] == (0, 0)


@pytest.mark.parametrize(("minutes", "day"), [(-1, date(2026, 3, 29)), (0, date(2026, 3, 30))])
async def test_a_day_begins_at_midnight_in_the_agencys_zone(
    database: Database, ines: Player, oxbow: Row, minutes: int, day: date
) -> None:
    agency = (await ines.get("/v1/agency")).json()
    there = {"timezone": "Europe/Berlin"}
    assert (await ines.patch("/v1/agency", json=there, version=agency["version"])).is_success
    came = MIDNIGHT_IN_BERLIN + timedelta(minutes=minutes)
    async with database.acting(ines.claims) as db:
        mine = (Client.agency_id == ines.agency_id, Client.id == UUID(oxbow["id"]))
        await db.execute(update(Client).where(*mine).values(created_at=came))
    with stopped_at(datetime(2026, 4, 1, 12, tzinfo=UTC)):
        found = await days(ines, days=7)
    assert [one for one, figures in found.items() if figures[0]] == [day.isoformat()]


async def test_a_member_sees_the_days_of_their_clients_alone(
    database: Database, ines: Player, mia: Player, oxbow: Row
) -> None:
    await a_client(mia, "Brae")
    assert (await days(mia))[TODAY.isoformat()] == (1, 0)
    assert (await days(ines))[TODAY.isoformat()] == (2, 0)


async def test_the_file_says_the_same_and_that_it_was_taken_is_known(ines: Player, oxbow: Row) -> None:
    for path, more in (
        ("/v1/install-exports?days=7", {}),
        (ines.at("/install-exports?days=7"), {"_csrf": ines.csrf}),
    ):
        answer = await ines.post(path, data=more) if more else await ines.post(path)
        assert answer.headers["content-type"].startswith("text/csv")
        lines = answer.text.removeprefix("\ufeff").splitlines()
        assert lines[0] == '"Day","New clients","Completed installs","Still running"'
        assert len(lines) == 8
        assert lines[-1].startswith(f'"{TODAY.isoformat()}","1","0"')
    assert len(await listed(ines, "/v1/events", action="install_export.made")) == 2


async def test_a_stranger_sees_noughts(ines: Player, cleo: Player, oxbow: Row) -> None:
    with stopped_at(NOON):
        assert set((await days(cleo)).values()) == {(0, 0)}
