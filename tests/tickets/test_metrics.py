"""How soon tickets are answered and resolved, by the API and on the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from audienceos.platform.clock import stopped_at
from tests.cast import Player
from tests.clients.given import Row, a, a_client
from tests.tickets.given import a_ticket, did, moved

MONDAY = datetime(2026, 5, 18, 9, tzinfo=UTC)
DAYS = {"since": "2026-05-01", "until": "2026-05-31"}


async def told(player: Player, **asked: str) -> Row:
    """The figures of May, unless asked for others."""
    answer = await player.get("/v1/ticket-metrics", params=DAYS | asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def a_finished_one(player: Player, client: Row, begun: int, done: int, **fields: Any) -> Row:
    """A ticket of that Monday, begun and resolved so many minutes after it was opened."""
    with stopped_at(MONDAY):
        ticket = await a_ticket(player, client, **fields)
    with stopped_at(MONDAY + timedelta(minutes=begun)):
        await moved(player, ticket, "in_progress")
    with stopped_at(MONDAY + timedelta(minutes=done)):
        return await moved(player, ticket, "resolved")


async def test_the_median_and_the_ninetieth_percentile_of_all(ines: Player, oxbow: Row) -> None:
    for at in range(1, 12):
        await a_finished_one(ines, oxbow, 10 * at, 100 * at)
    of = (await told(ines))["all"]
    assert (of["responded"], of["response_median"], of["response_p90"]) == (11, 60, 100)
    assert (of["resolved"], of["resolution_median"], of["resolution_p90"]) == (11, 600, 1000)


async def test_by_category_and_by_who_sees_to_them(ines: Player, tom: Player, oxbow: Row) -> None:
    await a_finished_one(ines, oxbow, 10, 100, category="billing", assignee_id=str(tom.user_id))
    await a_finished_one(ines, oxbow, 30, 300, category="billing")
    await a_finished_one(ines, oxbow, 50, 500, category="technical", assignee_id=str(tom.user_id))
    found = await told(ines)
    assert [(row["key"], row["resolved"], row["resolution_median"]) for row in found["categories"]] == [
        ("billing", 2, 200),
        ("technical", 1, 500),
    ]
    assert [(row["name"], row["resolved"], row["response_median"]) for row in found["assignees"]] == [
        ("Tom Baker", 2, 30),
        (None, 1, 30),
    ]


async def test_only_business_hours_count(ines: Player, oxbow: Row) -> None:
    agency = (await ines.get("/v1/agency")).json()
    hours = {
        "business_hours": {"start": "09:00", "end": "17:00", "days": ["mon", "tue", "wed", "thu", "fri"]}
    }
    assert (await ines.patch("/v1/agency", json=hours, version=agency["version"])).status_code == 200
    await a_finished_one(ines, oxbow, 60, 24 * 60 + 30)
    of = (await told(ines))["all"]
    assert (of["response_median"], of["resolution_median"]) == (60, 8 * 60 + 30)


async def test_a_reopened_one_counts_up_to_its_last_resolution(ines: Player, oxbow: Row) -> None:
    ticket = await a_finished_one(ines, oxbow, 10, 100)
    with stopped_at(MONDAY + timedelta(minutes=200)):
        await did(ines, ticket, "reopenings")
        assert (await told(ines))["all"]["resolved"] == 0
    with stopped_at(MONDAY + timedelta(minutes=300)):
        await moved(ines, ticket, "resolved")
    of = (await told(ines))["all"]
    assert (of["resolved"], of["reopened"], of["resolution_median"]) == (1, 1, 300)


async def test_days_before_and_after_are_left_out(ines: Player, oxbow: Row) -> None:
    await a_finished_one(ines, oxbow, 10, 100)
    assert (await told(ines, since="2026-05-18", until="2026-05-18"))["all"]["resolved"] == 1
    assert (await told(ines, since="2026-05-19"))["all"]["resolved"] == 0
    assert (await told(ines, until="2026-05-17"))["all"]["resolved"] == 0


async def test_a_scoped_members_figures_are_of_their_clients(ines: Player, mia: Player, oxbow: Row) -> None:
    brae = await a_client(ines, "Brae")
    await a(ines, "assignments", brae, user_id=str(mia.user_id))
    await a_finished_one(ines, oxbow, 10, 100)
    await a_finished_one(ines, brae, 30, 300)
    of = (await told(mia))["all"]
    assert (of["resolved"], of["resolution_median"]) == (1, 300)


async def test_the_page_shows_them_as_tables(ines: Player, tom: Player, oxbow: Row) -> None:
    await a_finished_one(ines, oxbow, 10, 90, category="billing", assignee_id=str(tom.user_id))
    text = (await ines.get(ines.at("/tickets/times"), params=DAYS)).text
    for words in ("Billing", "Tom Baker", "1 h 30 min", "10 min"):
        assert words in text
    assert "No ticket was answered" in (await ines.get(ines.at("/tickets/times"))).text
