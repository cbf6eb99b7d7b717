"""The key figures, by the API: each equals the list that it opens, and tells of nobody else's clients."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a, a_client, aged, listed
from tests.clients.test_judging import days_ago, sweep
from tests.clients.test_statements import asked
from tests.dashboard.given import TODAY, installed, kept, kpi, moved, value
from tests.tickets.given import a_ticket, did
from tests.tickets.given import moved as ticket_moved


async def behind(player: Player, name: str, **params: str) -> list[Row]:
    """The rows of the list that a figure opens, by the API's list of the same name."""
    to = (await kpi(player, name, **params))["address"]
    assert (await player.get(to)).status_code == 200
    address = urlsplit(str(to))
    path = "/v1/tickets" if "/tickets" in address.path else "/v1/clients"
    shown = {key: values for key, values in parse_qs(address.query).items() if key != "sort"}
    return await listed(player, path, limit=100, **shown)


async def filled(database: Database, ines: Player) -> None:
    """An agency with clients and tickets of every kind."""
    for number, stage in enumerate(("Onboarding", "Installation", "Installation", "Audit", "Needs Support")):
        client = await a_client(ines, f"Client {number}", stage=stage)
        await aged(database, ines, client, stage_entered_at=days_ago(4 * number))
        await a_ticket(ines, client)
    gone = await a_client(ines, "Archived")
    assert (await ines.patch(f"/v1/clients/{gone['id']}", json={"is_active": False}, version=1)).is_success
    await installed(database, ines, "Live since today", days=10)
    await installed(database, ines, "Live for long", days=20, ago=40)
    await sweep(database, ines)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("active_onboardings", 3),
        ("at_risk_clients", 1),
        ("clients_needing_attention", 3),
        ("total_clients", 7),
        ("open_tickets", 5),
    ],
)
async def test_a_count_is_as_many_as_its_list_holds(
    database: Database, ines: Player, name: str, expected: int
) -> None:
    await filled(database, ines)
    assert (await value(ines, name), len(await behind(ines, name))) == (expected, expected)


async def test_hours_are_those_logged_this_week_on_the_tickets_of_the_list(
    database: Database, ines: Player, oxbow: Row
) -> None:
    monday = TODAY - timedelta(days=TODAY.weekday())
    for day, minutes in ((TODAY, 30), (monday, 45), (monday - timedelta(days=1), 600)):
        ticket = await a_ticket(ines, oxbow)
        await did(ines, ticket, "time-entries", minutes=minutes, day=day.isoformat())
    await a_ticket(ines, oxbow)
    there = await behind(ines, "support_hours_week")
    assert len(there) == 2
    assert await value(ines, "support_hours_week") == round(
        sum(row["time_spent_minutes"] for row in there) / 60, 1
    )


async def test_hours_are_compared_with_the_same_part_of_last_week(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    for day, minutes in ((TODAY, 60), (TODAY - timedelta(days=7), 120)):
        await did(ines, ticket, "time-entries", minutes=minutes, day=day.isoformat())
    sunday = TODAY - timedelta(days=TODAY.weekday() + 1)
    if sunday > TODAY - timedelta(days=7):
        await did(ines, ticket, "time-entries", minutes=999, day=sunday.isoformat())
    found = await kpi(ines, "support_hours_week")
    assert (found["value"], found["previous"], found["goodness"]) == (1.0, 2.0, "better")


async def test_an_install_takes_from_the_first_stage_to_the_first_day_live(
    database: Database, ines: Player
) -> None:
    await installed(database, ines, "Quick", days=4)
    await installed(database, ines, "Slow", days=9, ago=29)
    await installed(database, ines, "Before", days=30, ago=30)
    await a_client(ines, "Came in live", stage="Live")
    found = await kpi(ines, "avg_install_time_days")
    assert (found["value"], found["previous"], found["goodness"]) == (6.5, 30.0, "better")
    assert [row["name"] for row in await behind(ines, "avg_install_time_days")] == ["Quick", "Slow"]


async def test_a_second_time_live_is_no_second_install(database: Database, ines: Player) -> None:
    client = await installed(database, ines, "Back again", days=5, ago=50)
    await moved(ines, client, "Needs Support", "Live")
    assert await value(ines, "avg_install_time_days") is None


async def test_nothing_is_null_for_a_mean_and_nought_for_a_count(ines: Player) -> None:
    found = {one["name"]: one["value"] for one in await listed(ines, "/v1/kpis")}
    assert found.pop("avg_install_time_days") is None
    assert set(found.values()) == {0}


async def test_a_change_is_seen_at_once(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    assert await value(ines, "open_tickets") == 1
    await ticket_moved(ines, ticket, "in_progress", "resolved")
    assert await value(ines, "open_tickets") == 0


async def test_a_count_is_compared_with_itself_a_week_ago(
    database: Database, ines: Player, oxbow: Row
) -> None:
    await kept(database, ines, "total_clients", TODAY - timedelta(days=7), 4)
    await kept(database, ines, "total_clients", TODAY - timedelta(days=6), 9)
    found = await kpi(ines, "total_clients")
    assert (found["previous"], found["direction"], found["history"]) == (4.0, "down", [4.0, 9.0, 1.0])


async def test_without_a_snapshot_there_is_no_trend(ines: Player, oxbow: Row) -> None:
    found = await kpi(ines, "total_clients")
    assert (found["previous"], found["direction"], found["change"]) == (None, None, None)


async def test_a_member_sees_the_figures_of_their_clients_alone(
    database: Database, ines: Player, mia: Player, oxbow: Row
) -> None:
    await kept(database, ines, "total_clients", TODAY - timedelta(days=7), 4)
    hers = await a_client(mia, "Brae")
    for client in (oxbow, hers):
        await a(ines, "tasks", client, name="Late", due_date=(TODAY - timedelta(days=2)).isoformat())
        ticket = await a_ticket(ines, client)
        await did(ines, ticket, "time-entries", minutes=60)
    seen: dict[str, Any] = {one["name"]: one for one in await listed(mia, "/v1/kpis")}
    assert {name: one["value"] for name, one in seen.items()} == {
        "active_onboardings": 1,
        "at_risk_clients": 0,
        "support_hours_week": 1.0,
        "avg_install_time_days": None,
        "clients_needing_attention": 1,
        "total_clients": 1,
        "open_tickets": 1,
    }
    assert (seen["total_clients"]["previous"], seen["total_clients"]["history"]) == (None, [1.0])
    assert await value(ines, "total_clients") == 2


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("active_onboardings", 4),
        ("at_risk_clients", 2),
        ("clients_needing_attention", 4),
        ("total_clients", 8),
        ("open_tickets", 6),
    ],
)
async def test_over_ones_own_clients_a_figure_is_as_many_as_its_list_holds(
    database: Database, ines: Player, tom: Player, name: str, expected: int
) -> None:
    toms = [await a_client(tom, f"Toms {number}") for number in range(3)]
    for client in toms:
        await aged(database, ines, client, stage_entered_at=days_ago(20))
        await a_ticket(ines, client)
    await a(ines, "assignments", toms[0], user_id=str(ines.user_id), role="collaborator")
    await filled(database, ines)
    found = len(await behind(ines, name, mine="true"))
    assert (await value(ines, name, mine="true"), found) == (expected, expected)
    assert await value(ines, name) == expected + 2


async def test_over_ones_own_clients_hours_are_those_on_their_tickets(
    ines: Player, tom: Player, oxbow: Row
) -> None:
    for client, minutes in ((await a_client(tom, "Brae"), 600), (oxbow, 90)):
        await did(ines, await a_ticket(ines, client), "time-entries", minutes=minutes)
    assert await value(ines, "support_hours_week", mine="true") == 1.5
    there = await behind(ines, "support_hours_week", mine="true")
    assert [row["time_spent_minutes"] for row in there] == [90]


async def test_a_stranger_sees_none(ines: Player, cleo: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow)
    found = [one["value"] for one in await listed(cleo, "/v1/kpis")]
    assert sum(one or 0 for one in found) == 0


async def test_all_figures_take_a_statement_for_each_source(database: Database, ines: Player) -> None:
    # begin, who asks, the agency, clients, tickets, hours, installs, snapshots, commit
    assert len(await asked(database, ines, "/v1/kpis")) == 9
