"""Where members see only what they are assigned to: who has nothing sees nothing anywhere, who has one client sees
that one's alone."""

from __future__ import annotations

from typing import Any, cast

import pytest

from audienceos.platform.db.database import Database
from tests.alerts.given import look, stuck_for
from tests.cast import Player
from tests.clients.given import Row, a, a_client, only_assigned
from tests.notifications.given import look_after, worked
from tests.tickets.given import a_ticket

PAGES = (
    "/pipeline",
    "/clients",
    "/my-work",
    "/dashboard/attention",
    "/alerts",
    "/tickets",
    "/tickets/list",
    "/tickets/new",
    "/notifications",
    "/search?q=the",
)
LISTS = ("/v1/clients", "/v1/tasks", "/v1/tickets", "/v1/alerts", "/v1/notifications")
FILES = ("/v1/client-exports", "/v1/ticket-exports")
COUNTS = ("/v1/client-counts", "/v1/ticket-counts", "/v1/alert-counts", "/v1/notification-counts")
OXBOW, BRAE = "The Oxbow", "The Brae"


async def filled(database: Database, player: Player, name: str, whose: Player) -> Row:
    """A client with something of everything, on which somebody works."""
    client = await a_client(player, name)
    await a(
        player, "tasks", client, name=f"{name} task", due_date="2026-01-02", assigned_to=str(whose.user_id)
    )
    await a_ticket(player, client, f"{name} ticket", assignee_id=str(whose.user_id))
    await stuck_for(database, player, client, 8)
    return client


@pytest.fixture(scope="module", autouse=True)
async def agency(database: Database, ines: Player, tom: Player, mia: Player) -> None:
    """Two clients; Mia looks after the second, Tom once had both and has none any more."""
    clients = [await filled(database, ines, name, tom) for name in (OXBOW, BRAE)]
    await look_after(ines, clients[1], mia)
    await look(database, ines)
    await worked(database, ines)
    await only_assigned(database, ines)


@pytest.mark.parametrize("path", [*(f"page{path}" for path in PAGES), *LISTS])
async def test_a_member_sees_their_clients_rows_alone(tom: Player, mia: Player, path: str) -> None:
    for member, sees in ((tom, False), (mia, True)):
        at = member.at(path[4:]) if path.startswith("page") else path
        answer = await member.get(at, follow_redirects=True)
        assert answer.status_code == 200
        assert OXBOW not in answer.text, member.user_id
        if path not in ("page/my-work", "/v1/tasks") or not sees:
            assert (BRAE in answer.text) is sees


@pytest.mark.parametrize("path", FILES)
async def test_a_file_holds_their_clients_rows_alone(tom: Player, mia: Player, path: str) -> None:
    for member, sees in ((tom, False), (mia, True)):
        text = (await member.post(path, json={})).text
        assert (OXBOW in text, BRAE in text) == (False, sees)


def numbers(value: Any) -> list[int]:
    """Every number of an answer."""
    if isinstance(value, dict):
        return [number for one in cast("dict[str, Any]", value).values() for number in numbers(one)]
    return [value] if isinstance(value, int) else []


@pytest.mark.parametrize("path", COUNTS)
async def test_who_has_no_client_counts_nothing(tom: Player, path: str) -> None:
    counted = numbers((await tom.get(path)).json())
    assert counted
    assert set(counted) == {0}


async def test_who_has_no_client_has_noughts_on_the_dashboard(tom: Player) -> None:
    figures = (await tom.get("/v1/kpis")).json()["items"]
    assert {one["value"] for one in figures} <= {0, None}
