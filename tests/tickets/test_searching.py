"""Which tickets a list shows and in which order, by the API; and that it finds them by an index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.tickets.queries.filters import TicketFilters
from audienceos.tickets.queries.listing import TICKETS
from tests.cast import Player, Stage
from tests.clients.given import Row, a_client, listed
from tests.tickets.given import a_ticket, did, moved, set_back, titles

TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
async def reader(stage: Stage) -> Player:
    """Who looks for tickets that stay as they are."""
    ines = await stage.owner()
    oxbow = await a_client(ines, "Oxbow")
    await a_ticket(ines, oxbow, "Broken carousel", description="Beside the sidebar")
    ticket = await a_ticket(ines, oxbow, "Second invoice")
    await did(ines, ticket, "notes", content="Paid with PayPal")
    await a_ticket(ines, await a_client(ines, "Brae"), "Third", description="The final word")
    return ines


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("carousel", ["Broken carousel"]),
        ("CAROU", ["Broken carousel"]),
        ("carousel broken", ["Broken carousel"]),
        ("carousel invoice", []),
        ("#2", ["Second invoice"]),
        ("2", ["Second invoice"]),
        ("sidebar", ["Broken carousel"]),
        ("paypal", ["Second invoice"]),
        ("oxb", ["Broken carousel", "Second invoice"]),
        ("bow invoice", ["Second invoice"]),
        ("ﬁnal", ["Third"]),
        ("%", []),
        ("' or true --", []),
        ("carousel%", ["Broken carousel"]),
    ],
)
async def test_a_word_is_found_wherever_it_stands(reader: Player, q: str, found: list[str]) -> None:
    assert await titles(reader, q=q) == found


async def test_filters_all_hold_and_values_of_one_are_alternatives(
    ines: Player, tom: Player, oxbow: Row
) -> None:
    brae = await a_client(ines, "Brae")
    await a_ticket(ines, oxbow, "A", priority="critical", category="billing", assignee_id=str(tom.user_id))
    await a_ticket(ines, oxbow, "B", priority="low", due_date=str(TODAY - timedelta(days=1)))
    await a_ticket(ines, brae, "C", priority="critical", assignee_id=str(ines.user_id))
    await moved(ines, await a_ticket(ines, brae, "D"), "in_progress", "resolved")
    questions: list[tuple[dict[str, Any], list[str]]] = [
        ({"client": brae["id"]}, ["C", "D"]),
        ({"status": ["new"]}, ["A", "B", "C"]),
        ({"status": ["in_progress", "resolved"]}, ["D"]),
        ({"priority": ["critical", "low"], "client": oxbow["id"]}, ["A", "B"]),
        ({"category": "billing"}, ["A"]),
        ({"assignee": str(tom.user_id)}, ["A"]),
        ({"unassigned": True}, ["B", "D"]),
        ({"unassigned": True, "assignee": str(tom.user_id)}, ["A", "B", "D"]),
        ({"mine": True}, ["C"]),
        ({"overdue": True}, ["B"]),
        ({"open": True}, ["A", "B", "C"]),
        ({"due_to": str(TODAY)}, ["B"]),
        ({"due_from": str(TODAY)}, []),
        ({"created_from": str(TODAY), "created_to": str(TODAY)}, ["A", "B", "C", "D"]),
        ({"created_to": str(TODAY - timedelta(days=2))}, []),
    ]
    for asked, found in questions:
        assert await titles(ines, **asked) == found, asked


async def test_what_is_asked_of_nothing_is_refused(ines: Player) -> None:
    for asked in ({"status": "done"}, {"colour": "red"}, {"client": "x"}, {"created_from": "soon"}):
        assert (await ines.get("/v1/tickets", params=asked)).status_code == 400, asked


@pytest.fixture(scope="module")
async def sorter(stage: Stage) -> Player:
    """Who sorts three tickets that differ in everything."""
    ines = await stage.owner()
    tom = await stage.member(ines, "Tom Baker")
    oxbow, brae = await a_client(ines, "Oxbow"), await a_client(ines, "Brae")
    a = await a_ticket(ines, oxbow, "A", priority="low", due_date="2031-01-02", assignee_id=str(tom.user_id))
    b = await a_ticket(ines, oxbow, "B", priority="critical", assignee_id=str(ines.user_id))
    c = await a_ticket(ines, brae, "C", due_date="2031-01-01")
    await moved(ines, b, "in_progress", "resolved")
    await moved(ines, c, "in_progress")
    await did(ines, a, "time-entries", minutes=30)
    await did(ines, b, "time-entries", minutes=20)
    return ines


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("number", "ABC"),
        ("-number", "CBA"),
        ("priority", "BCA"),
        ("client", "CAB"),
        ("status", "ACB"),
        ("due_date", "CAB"),
        ("-due_date", "ACB"),
        ("title", "ABC"),
        ("assignee", "BAC"),
        ("-time", "ABC"),
    ],
)
async def test_every_column_sorts(sorter: Player, sort: str, order: str) -> None:
    rows = await listed(sorter, "/v1/tickets", sort=sort)
    assert "".join(row["title"] for row in rows) == order


async def test_a_long_list_comes_in_pages(ines: Player, oxbow: Row) -> None:
    for at in range(5):
        await a_ticket(ines, oxbow, f"{at}", priority="high" if at % 2 else "low")
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = (await ines.get("/v1/tickets", params={"limit": 2, "sort": "priority", **cursor})).json()
        seen += [row["title"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == ["1", "3", "0", "2", "4"]


async def test_days_are_the_agencys(database: Database, ines: Player, oxbow: Row) -> None:
    agency = (await ines.get("/v1/agency")).json()
    zone = {"timezone": "Pacific/Auckland"}
    assert (await ines.patch("/v1/agency", json=zone, version=agency["version"])).status_code == 200
    ticket = await a_ticket(ines, oxbow, "Late")
    await set_back(database, ines, ticket, created_at=datetime(2026, 5, 20, 13, tzinfo=UTC))
    assert await titles(ines, created_from="2026-05-21", created_to="2026-05-21") == ["Late"]
    assert await titles(ines, created_to="2026-05-20") == []


async def test_counts_are_those_of_the_chips(ines: Player, tom: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow, "A", assignee_id=str(tom.user_id))
    await a_ticket(ines, oxbow, "B", due_date="2020-01-01")
    await moved(ines, await a_ticket(ines, oxbow, "C"), "in_progress", "resolved")
    counts = (await tom.get("/v1/ticket-counts", params={"q": "a"})).json()
    assert counts == {"count": 1, "new": 2, "open": 2, "mine": 1, "unassigned": 1, "overdue": 1}


FILL = """
insert into ticket (agency_id, id, client_id, number, title, description, category, priority, status, created_by)
select $1, gen_random_uuid(), $2, n, 't', 't', 'general', 'low', case when n % 100 = 0 then 'new' else 'resolved' end, $3
  from generate_series(1000, 11000) n"""
WORDS = """
insert into ticket_term (agency_id, term, ticket_id)
select agency_id, 'word' || number, id from ticket where agency_id = $1 and number >= 1000"""


@pytest.fixture
async def plans(ways: Addresses, ines: Player, oxbow: Row) -> Any:
    """How the database finds tickets among ten thousand, as the request login with its claims."""
    async with connected(ways.owner) as owner:
        await owner.execute(FILL, ines.agency_id, oxbow["id"], ines.user_id)
        await owner.execute(WORDS, ines.agency_id)
        await owner.execute("analyze ticket, ticket_term, client")

    async def plan(asked: TicketFilters, sort: str = "-number") -> str:
        text = TICKETS.read.text(form=asked.form, page=(sort, None))
        wanted = TICKETS.read._kept  # pyright: ignore[reportPrivateUsage]
        compiled = next(one for one in wanted.values() if one.text == text)
        values = compiled.values(ines.actor, asked.binds | {"page_limit": 26})
        async with connected(ways.app) as app:
            await app.execute("begin")
            await app.execute(*_claims(ines))
            return "\n".join(row[0] for row in await app.fetch(f"explain {text}", *values))

    return plan


def _claims(player: Player) -> tuple[Any, ...]:
    return player.claims.statement, *player.claims.arguments


async def test_ten_thousand_tickets_are_looked_for_by_an_index(plans: Any, oxbow: Row) -> None:
    for asked in (
        TicketFilters(),
        TicketFilters(status=["new"]),
        TicketFilters(q="word1234"),
        TicketFilters(q="word1234 1234"),
        TicketFilters(mine=True),
        TicketFilters(overdue=True),
    ):
        said = await plans(asked)
        assert "Seq Scan on ticket" not in said, f"{asked}\n{said}"
