"""Two clients turn out to be one: the alerts of the other go on at the one that stays."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from audienceos.alerts.models import Alert
from audienceos.platform.db.database import Database
from tests.alerts.given import TODAY, alerts_of, days_later, look, signals_of, stuck_for, the_alert, told
from tests.cast import Player
from tests.clients.given import Row, a_client
from tests.tickets.given import a_ticket, set_back


@pytest.fixture
async def other(ines: Player) -> Row:
    """The client that turns out to be another."""
    return await a_client(ines, "Oxbow Ltd")


async def late(database: Database, ines: Player, client: Row) -> None:
    """A ticket of the client's is overdue by today."""
    ticket = await a_ticket(ines, client, due_date=(TODAY - timedelta(days=3)).date().isoformat())
    await set_back(database, ines, ticket, created_at=TODAY - timedelta(days=4))


async def merge(ines: Player, stays: Row, other: Row) -> None:
    """They are one."""
    answer = await ines.post(f"/v1/clients/{stays['id']}/merges", json={"other_id": other["id"]})
    assert answer.is_success, answer.text


async def act(ines: Player, alert: Alert, noun: str, **body: str) -> None:
    """Something is done to the alert today."""
    with days_later(0):
        answer = await ines.post(f"/v1/alerts/{alert.id}/{noun}", json=body)
    assert answer.is_success, answer.text


async def test_a_closed_one_is_the_others_who_stays(
    database: Database, ines: Player, oxbow: Row, other: Row
) -> None:
    await stuck_for(database, ines, other, 20)
    await look(database, ines)
    async with database.acting(ines.claims) as db:
        mine = update(Alert).where(Alert.agency_id == ines.agency_id)
        await db.execute(mine.values(status="resolved", closed_at=TODAY))
    await merge(ines, oxbow, other)
    assert (await the_alert(database, ines)).client_id == UUID(oxbow["id"])


async def test_what_is_still_so_goes_on_and_nobody_is_told_again(
    database: Database, ines: Player, oxbow: Row, other: Row
) -> None:
    await late(database, ines, other)
    await look(database, ines)
    before = await the_alert(database, ines)
    await merge(ines, oxbow, other)
    await look(database, ines, 0.01)
    now = await the_alert(database, ines)
    assert (now.id, now.status, now.client_id) == (before.id, "active", UUID(oxbow["id"]))
    assert len(await told(ines, "alert.raised")) == 1


async def test_what_is_over_with_the_other_ends_and_says_nothing_of_its_rule(
    database: Database, ines: Player, oxbow: Row, other: Row
) -> None:
    await stuck_for(database, ines, other, 20)
    await look(database, ines)
    await merge(ines, oxbow, other)
    await look(database, ines, 0.01)
    now = await the_alert(database, ines)
    assert (now.status, now.client_id, now.verdict) == ("resolved", UUID(oxbow["id"]), None)


async def test_of_two_of_the_same_one_goes_on(
    database: Database, ines: Player, oxbow: Row, other: Row
) -> None:
    for client in (oxbow, other):
        await late(database, ines, client)
    await look(database, ines)
    stayed = next(one for one in await alerts_of(database, ines) if one.client_id == UUID(oxbow["id"]))
    await merge(ines, oxbow, other)
    await look(database, ines, 0.01)
    rows = {one.id: (one.status, one.client_id) for one in await alerts_of(database, ines)}
    assert rows.pop(stayed.id) == ("active", UUID(oxbow["id"]))
    assert list(rows.values()) == [("resolved", UUID(oxbow["id"]))]
    assert [row["how"] for row in await told(ines, "alert.resolved")] == ["merged"]


async def test_one_that_was_put_off_still_is(
    database: Database, ines: Player, oxbow: Row, other: Row
) -> None:
    await late(database, ines, other)
    await look(database, ines)
    await act(ines, await the_alert(database, ines), "snooze", preset="1w")
    await merge(ines, oxbow, other)
    await look(database, ines, 0.01)
    assert (await the_alert(database, ines)).status == "snoozed"


async def test_what_was_dismissed_isnt_raised_again(
    database: Database, ines: Player, oxbow: Row, other: Row
) -> None:
    await late(database, ines, other)
    await look(database, ines)
    await act(ines, await the_alert(database, ines), "dismissal", reason="known")
    await merge(ines, oxbow, other)
    await look(database, ines, 0.01)
    assert (await the_alert(database, ines)).status == "dismissed"


async def test_the_health_of_the_one_that_stays_is_told_of_them(
    database: Database, ines: Player, oxbow: Row, other: Row
) -> None:
    await late(database, ines, other)
    await look(database, ines)
    before = await signals_of(database, ines)
    await merge(ines, oxbow, other)
    assert await signals_of(database, ines) == before
