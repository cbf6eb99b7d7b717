"""Which clients a list shows, in which order, and how many, by the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audienceos.platform.db.database import Database
from tests.cast import Player, Stage
from tests.clients.given import a, a_client, aged, listed, names

ODD = [
    "100% Pure",
    "Under_score",
    "O'Brien",
    'Quote "Co"',
    "Back\\slash",
    "Ümlaut ☂",
    "semi;colon--",
    "Plain",
]


@pytest.fixture(scope="module")
async def reader(stage: Stage) -> Player:
    """Who looks among clients of odd names, which stay as they are."""
    ines = await stage.owner()
    for name in ODD:
        await a_client(ines, name)
    return ines


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%", ["100% Pure"]),
        ("_", ["Under_score"]),
        ("'", ["O'Brien"]),
        ('"', ['Quote "Co"']),
        ("\\", ["Back\\slash"]),
        ("ümlaut", ["Ümlaut ☂"]),
        ("☂", ["Ümlaut ☂"]),
        (";colon--", ["semi;colon--"]),
        ("PLAIN", ["Plain"]),
        ("  plain ", ["Plain"]),
        ("%%", []),
        ("x' or 'a'='a", []),
    ],
)
async def test_a_text_is_found_as_it_is_typed(reader: Player, text: str, found: list[str]) -> None:
    assert await names(reader, q=text) == found


async def test_a_text_is_looked_for_in_name_contact_email_domain_and_tags(ines: Player) -> None:
    await a_client(ines, "Needle")
    await a_client(ines, "B", contact_name="Ned Needle")
    await a_client(ines, "C", contact_email="hello@needle.example")
    await a_client(ines, "D", domain="needle.example")
    await a_client(ines, "E", tags=["other", "a needle"])
    await a_client(ines, "F", notes="needle")
    assert await names(ines, q="needle") == ["B", "C", "D", "E", "Needle"]


async def test_filters_all_hold_and_values_of_one_are_alternatives(ines: Player) -> None:
    await a_client(ines, "Oxbow", stage="Audit", tags=["Dental", "blocker: DNS"])
    await a_client(ines, "Brae", stage="Live", tags=["dental"])
    await a_client(ines, "Cairn", stage="Live", tags=["Legal", "BLOCKER:ACCESS"])
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({"stage": "Live"}, ["Brae", "Cairn"]),
        ({"stage": ["Live", "Audit"]}, ["Brae", "Cairn", "Oxbow"]),
        ({"tag": "DENTAL"}, ["Brae", "Oxbow"]),
        ({"tag": ["dental", "legal"], "stage": "Live"}, ["Brae", "Cairn"]),
        ({"blocked": "true"}, ["Cairn", "Oxbow"]),
        ({"blocked": "true", "stage": "Audit"}, ["Oxbow"]),
        ({"health": "green"}, ["Brae", "Cairn", "Oxbow"]),
        ({"health": ["red", "yellow"]}, []),
        ({"q": "a", "tag": "legal"}, ["Cairn"]),
    ]
    found = [await names(ines, **params) for params, _ in expected]
    assert found == [wanted for _, wanted in expected]


async def test_stuck_clients_are_beyond_the_agencys_days(database: Database, ines: Player) -> None:
    for days in (4, 5):
        client = await a_client(ines, f"{days} days")
        await aged(database, ines, client, stage_entered_at=datetime.now(UTC) - timedelta(days=days))
    assert await names(ines, stuck="true") == ["5 days"]


@pytest.mark.parametrize("resting", ["Live", "Off-Boarding"])
async def test_nobody_is_stuck_where_no_clock_runs(database: Database, ines: Player, resting: str) -> None:
    client = await a_client(ines, "Brae", stage=resting)
    await aged(database, ines, client, stage_entered_at=datetime.now(UTC) - timedelta(days=90))
    assert await names(ines, stuck="true") == []


@pytest.mark.parametrize(
    "query",
    [
        "health=blue",
        "stage=Limbo",
        "activity=some",
        "owner=nobody",
        "mine=perhaps",
        "sort=shoe",
        "limit=101",
        "cursor=abc",
        "colour=red",
        "stuck_days=9",
        "own=x",
        "q=%00",
    ],
)
async def test_what_a_filter_cant_be_is_a_400(ines: Player, query: str) -> None:
    assert (await ines.get(f"/v1/clients?{query}")).status_code == 400


async def test_every_column_sorts_both_ways(database: Database, ines: Player, tom: Player) -> None:
    now = datetime.now(UTC)
    await a_client(ines, "a", stage="Live", lifetime_value="10", total_spend="3")
    await a_client(tom, "B", stage="Audit", lifetime_value="9", total_spend="1")
    c = await a_client(ines, "c", stage="Off-Boarding")
    await a(ines, "tasks", c, name="late", due_date="2020-01-01")
    await aged(database, ines, c, stage_entered_at=now - timedelta(days=3))
    expected = {
        "name": ["a", "B", "c"],
        "stage": ["B", "a", "c"],
        "health": ["c"],
        "days_in_stage": ["B", "a", "c"],
        "owner": ["c", "B"],
        "install_date": ["a"],
        "lifetime_value": ["B", "a", "c"],
        "total_spend": ["B", "a", "c"],
        "created_at": ["c", "a", "B"],  # it was set back
        "updated_at": ["a", "B", "c"],
    }
    found = {sort: await names(ines, sort=sort) for sort in expected}
    turned = {sort: await names(ines, sort=f"-{sort}") for sort in expected}
    for sort in ("name", "stage", "days_in_stage", "created_at", "updated_at"):
        assert (found[sort], turned[sort]) == (expected[sort], expected[sort][::-1]), sort
    for sort in ("lifetime_value", "total_spend"):
        assert (found[sort], turned[sort]) == (["B", "a", "c"], ["a", "B", "c"]), sort
    assert (found["health"][0], turned["health"][-1]) == ("c", "c")
    assert (found["install_date"][0], turned["install_date"][0]) == ("a", "a")
    assert (found["owner"][-1], turned["owner"][0]) == ("B", "B")


@pytest.mark.parametrize("sort", ["name", "-stage", "lifetime_value", "-install_date", "health", "-owner"])
async def test_pages_hold_every_client_once_in_any_order(ines: Player, sort: str) -> None:
    stages = ("Live", "Audit", "Onboarding")
    for number in range(7):
        worth = str(number % 2) if number % 3 else None
        await a_client(ines, f"{number}", stage=stages[number % 3], lifetime_value=worth)
    whole = await names(ines, sort=sort)
    paged: list[str] = []
    params: dict[str, Any] = {"sort": sort, "limit": 2}
    while True:
        page = (await ines.get("/v1/clients", params=params)).json()
        paged += [row["name"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert (paged, sorted(paged)) == (whole, [str(number) for number in range(7)])


async def test_a_cursor_is_of_one_order(ines: Player) -> None:
    for name in "abc":
        await a_client(ines, name)
    cursor = (await ines.get("/v1/clients?limit=1")).json()["next_cursor"]
    answer = await ines.get("/v1/clients", params={"cursor": cursor, "sort": "stage"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


async def test_counts_follow_the_filters_and_the_pipeline(ines: Player) -> None:
    for name, stage in (("Oxbow", "Live"), ("Brae", "Live"), ("Cairn", "Audit")):
        await a_client(ines, name, stage=stage)
    counted = (await ines.get("/v1/client-counts")).json()
    assert (counted["count"], [(row["stage"], row["count"]) for row in counted["stages"]]) == (
        3,
        [
            ("Onboarding", 0),
            ("Installation", 0),
            ("Audit", 1),
            ("Live", 2),
            ("Needs Support", 0),
            ("Off-Boarding", 0),
        ],
    )
    assert (await ines.get("/v1/client-counts?q=brae")).json()["count"] == 1


async def test_another_agencys_clients_are_in_no_list(ines: Player, cleo: Player) -> None:
    await a_client(cleo, "Theirs")
    await a_client(ines, "Ours")
    assert await names(ines, activity="all") == ["Ours"]
    assert [row["name"] for row in await listed(ines, "/v1/clients", owner=str(cleo.user_id))] == []
