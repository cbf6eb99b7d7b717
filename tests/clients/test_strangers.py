"""Nobody is told of what isn't theirs: not a stranger, and not a member who sees only some clients.

The routes come from the application itself, so that a new one is tried without a word here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from audienceos.clients.web import HANDLERS
from tests.cast import Player
from tests.clients.given import Row, a, a_client, listed, names, of_client

NEVER = "0198f0c4-0000-7000-8000-000000000000"
ID = re.compile(r"\{(\w+):uuid\}")
BODIES: dict[str, dict[str, Any]] = {
    "move-undo": {"from_stage": "Onboarding"},
    "moves": {"from_stage": "Onboarding", "to_stage": "Audit"},
    "health-override": {"reason": "x"},
    "notes": {"content": "x"},
    "contacts": {"name": "x"},
    "tasks": {"name": "x"},
    "merges": {"other_id": NEVER},
    "merge": {"other_id": NEVER},
    "order": {"task_ids": []},
}


OF_NO_CLIENT = ("field_id", "import", "view_id", "change_id", "template_id")
"""In addresses of rows that hang from the agency: the laws about all routes try those."""


def with_ids() -> Iterator[tuple[str, str]]:
    """Method and path of every route of this room that names a row of a client."""
    for handler in HANDLERS:
        if not isinstance(handler, HTTPRouteHandler):
            continue
        for path in handler.paths:
            if "_id:uuid}" in path and not any(word in path for word in OF_NO_CLIENT):
                for method in handler.http_methods:
                    yield method, path


ROUTES = sorted(set(with_ids()))


async def a_full_client(player: Player) -> dict[str, str]:
    """A client with something of everything; gives the ids by the names that routes give them."""
    client = await a_client(player, "Oxbow", contact_name="Maya")
    note = await a(player, "notes", client, content="Called")
    task = await a(player, "tasks", client, name="Call")
    (contact,) = await of_client(player, "contacts", client)
    (assignment,) = await of_client(player, "assignments", client)
    return {
        "client_id": client["id"],
        "note_id": note["id"],
        "task_id": task["id"],
        "contact_id": contact["id"],
        "assignment_id": assignment["id"],
    }


async def ask(player: Player, method: str, path: str, ids: dict[str, str]) -> httpx.Response:
    """Send what the route would take."""
    at = ID.sub(lambda found: ids[found[1]], path).replace("{slug:str}", player.slug)
    form = not path.startswith("/v1")
    noun = at.rpartition("/")[2]
    body = BODIES.get(noun, {})
    if noun == "assignments":
        body = {"user_id": str(player.user_id)}
    if form and noun == "edit":
        body = {"name": "x", "version": "1"}
    given: dict[str, Any] = {"data" if form else "json": body} if method in ("POST", "PUT", "PATCH") else {}
    return await player.send(method, at, version=1 if method == "PATCH" else None, **given)


def test_there_are_routes_to_try() -> None:
    assert len(ROUTES) > 50
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} == {method for method, _ in ROUTES}


@pytest.fixture
async def theirs(ines: Player) -> dict[str, str]:
    """What belongs to Ines."""
    return await a_full_client(ines)


async def test_a_stranger_is_told_404_everywhere(ines: Player, cleo: Player, theirs: dict[str, str]) -> None:
    answers = {route: (await ask(cleo, *route, theirs)).status_code for route in ROUTES}
    assert {route: status for route, status in answers.items() if status != 404} == {}
    assert await names(ines, activity="all") == ["Oxbow"]


async def test_a_scoped_member_is_told_404_everywhere(
    ines: Player, mia: Player, theirs: dict[str, str]
) -> None:
    answers = {route: (await ask(mia, *route, theirs)).status_code for route in ROUTES}
    # What only admins do is refused to members before it is looked for: an id that never was is answered alike.
    refused = {route for route, status in answers.items() if status != 404}
    never = dict.fromkeys(theirs, NEVER)
    for route in refused:
        assert (answers[route], (await ask(mia, *route, never)).status_code) == (403, 403), route
    assert len(refused) <= 4


async def test_the_owner_is_answered(ines: Player, theirs: dict[str, str]) -> None:
    reads = [route for route in ROUTES if route[0] == "GET" and not route[1].endswith("health-override")]
    assert {(await ask(ines, *route, theirs)).status_code for route in reads} == {200}


async def test_a_strangers_id_in_a_body_is_nobodys(
    ines: Player, cleo: Player, theirs: dict[str, str]
) -> None:
    mine = await a_client(cleo, "Mine")
    answer = await cleo.send(
        "PUT", f"/v1/clients/{mine['id']}/tasks/order", json={"task_ids": [theirs["task_id"]]}
    )
    assert answer.status_code == 409
    assert theirs["task_id"] not in answer.text


async def test_a_scoped_member_finds_only_their_own(ines: Player, mia: Player, oxbow: Row) -> None:
    brae = await a_client(ines, "Brae", tags=["dental"])
    await a(ines, "tasks", oxbow, name="Theirs", due_date="2020-01-01")
    await a(ines, "tasks", brae, name="Mine", due_date="2020-01-01")
    assert await names(mia, activity="all") == []
    assert await listed(mia, "/v1/tasks", activity="all") == []
    await a(ines, "assignments", brae, user_id=str(mia.user_id))
    assert await names(mia) == ["Brae"]
    assert await names(mia, q="o") == []
    assert [row["name"] for row in await listed(mia, "/v1/tasks", overdue="true")] == ["Mine"]
    assert await listed(mia, "/v1/tasks", client=oxbow["id"]) == []


async def test_a_scoped_member_counts_only_their_own(ines: Player, mia: Player, oxbow: Row) -> None:
    await a_client(ines, "Brae", default_owner_id=str(mia.user_id))
    assert (await mia.get("/v1/client-counts")).json()["count"] == 1
    assert (await ines.get("/v1/client-counts")).json()["count"] == 2
    assert "1 client<" in (await mia.get(mia.at("/clients"))).text
    assert "1 client<" in (await mia.get(mia.at("/pipeline"))).text


async def test_a_scoped_member_sees_only_their_own_on_the_board(
    ines: Player, mia: Player, oxbow: Row
) -> None:
    await a_client(ines, "Brae", default_owner_id=str(mia.user_id))
    board = (await mia.get(mia.at("/pipeline"))).text
    assert ("Brae" in board, "Oxbow" in board) == (True, False)


async def test_a_scoped_members_file_holds_only_their_own(ines: Player, mia: Player, oxbow: Row) -> None:
    await a_client(ines, "Brae", default_owner_id=str(mia.user_id))
    text = (await mia.post("/v1/client-exports")).text
    assert ("Brae" in text, "Oxbow" in text) == (True, False)


async def test_an_admin_sees_all_whatever_the_setting(ines: Player, mia: Player) -> None:
    await a_client(mia, "Brae")
    assert await names(ines) == ["Brae"]


async def test_nobody_gets_in_without_signing_in(app: Litestar, ines: Player) -> None:
    transport = httpx.ASGITransport(cast("Any", app))
    nobody = httpx.AsyncClient(transport=transport, base_url="http://testserver.local")
    for method, path in ROUTES:
        at = ID.sub(NEVER, path).replace("{slug:str}", ines.slug)
        answer = await nobody.request(method, at, headers={"Origin": "http://testserver.local"})
        assert answer.status_code == (401 if path.startswith("/v1") else 303), (method, path)
