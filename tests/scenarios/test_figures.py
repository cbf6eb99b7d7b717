"""The dashboard's cards, and the pages that they lead to."""

from __future__ import annotations

import re

import pytest

from audienceos.platform.db.database import Database
from tests.agency.browsing import Shown
from tests.cast import Player
from tests.clients.given import a_client, aged
from tests.clients.test_judging import days_ago, sweep
from tests.dashboard.given import kpi
from tests.tickets.given import a_ticket, moved

ON_CARDS = ("active_onboardings", "at_risk_clients")
"""Those of the figures below that have a card; the others lead to their lists from elsewhere."""


@pytest.fixture(scope="module", autouse=True)
async def agency(database: Database, ines: Player) -> None:
    """Clients in every colour, with tickets open and done, none of them live."""
    clients = [await a_client(ines, f"Client {number}") for number in range(4)]
    for client, days in zip(clients, (0, 8, 9, 16), strict=True):
        await aged(database, ines, client, stage_entered_at=days_ago(days))
        await a_ticket(ines, client)
    await moved(ines, await a_ticket(ines, clients[0]), "in_progress", "resolved")
    await sweep(database, ines)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("active_onboardings", 4),
        ("at_risk_clients", 1),
        ("clients_needing_attention", 3),
        ("total_clients", 4),
        ("open_tickets", 4),
    ],
)
async def test_a_card_says_as_many_as_its_page_lists(ines: Player, name: str, count: int) -> None:
    figure = await kpi(ines, name)
    card = (await ines.get(ines.at("/dashboard/figures"), headers={"HX-Request": "true"})).text
    shown = re.search(rf'id="kpi-{name}".*?</a>', card, re.DOTALL)
    assert (shown is not None) is (name in ON_CARDS)
    assert shown is None or str(count) in re.sub(r"<[^>]*>", " ", shown[0]).split()
    page = await ines.get(figure["address"])
    rows = set(re.findall(r"/(?:clients/[0-9a-f-]{36}|tickets/[0-9]+)(?=\")", page.text))
    assert (figure["value"], len(rows)) == (count, count)


async def test_without_a_client_live_there_is_no_mean(ines: Player) -> None:
    assert (await kpi(ines, "avg_install_time_days"))["value"] is None
    page = Shown(await ines.get(ines.at("/dashboard"))).text
    assert "None" not in page
