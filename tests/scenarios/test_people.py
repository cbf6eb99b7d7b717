"""Who leaves: their session ends, no list of people to choose from has them, and what they did keeps their name."""

from __future__ import annotations

import pytest

from tests.agency.browsing import tab_of
from tests.cast import Player
from tests.clients.given import Row, a, a_client
from tests.tickets.given import a_ticket, did

PICKERS = (
    "/clients/{client}",
    "/clients/{client}/checklist",
    "/clients",
    "/clients/new",
    "/tickets/new",
    "/tickets/1/edit",
    "/tickets/list",
)


@pytest.fixture(scope="module")
async def client(ines: Player) -> Row:
    """A client on which the one who leaves has worked."""
    return await a_client(ines, "Oxbow")


@pytest.fixture(scope="module", autouse=True)
async def gone(ines: Player, tom: Player, client: Row) -> Player:
    """Tom, who wrote notes, did a task and moved the client, and then was deactivated on his page."""
    await a(tom, "notes", client, content="Called them")
    task = await a(tom, "tasks", client, name="Kick-off")
    await tom.post(f"/v1/tasks/{task['id']}/completion")
    await a(tom, "moves", client, from_stage="Onboarding", to_stage="Audit")
    await did(tom, await a_ticket(ines, client), "notes", content="Looked into it")
    tab = tab_of(ines)
    page = await tab.open(ines.at(f"/team/{tom.user_id}"))
    assert (await tab.send(page.form("/deactivation"))).status == 200
    return tom


@pytest.mark.parametrize("path", ["/pipeline", "/tickets", "/notifications", "/v1/me", "/v1/clients"])
async def test_their_session_is_refused_at_once(gone: Player, path: str) -> None:
    assert (await gone.get(path if path.startswith("/v1") else gone.at(path))).status_code == 404


@pytest.mark.parametrize("path", ["/tickets", "/clients/{client}/notes"])
async def test_their_forms_change_nothing(gone: Player, client: Row, path: str) -> None:
    at = path.format(client=client["id"])
    answer = await gone.post(
        gone.at(at), data={"content": "Late", "title": "Late", "client_id": client["id"]}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("path", PICKERS)
async def test_nobody_can_choose_them(ines: Player, gone: Player, client: Row, path: str) -> None:
    page = (await ines.get(ines.at(path.format(client=client["id"])))).text
    assert f'value="{ines.user_id}"' in page
    assert f'value="{gone.user_id}"' not in page


@pytest.mark.parametrize("path", ["/clients/{client}", "/tickets/1"])
async def test_what_they_did_keeps_their_name(ines: Player, client: Row, path: str) -> None:
    assert "Tom Baker" in (await ines.get(ines.at(path.format(client=client["id"])))).text


async def test_the_api_refuses_them_and_names_them_still(ines: Player, gone: Player, client: Row) -> None:
    whom = str(gone.user_id)
    ticket = {"client_id": client["id"], "title": "Broken", "assignee_id": whom}
    task = {"name": "Call", "assigned_to": whom}
    for path, body, field in (
        ("/v1/tickets", ticket, "assignee_id"),
        (f"/v1/clients/{client['id']}/tasks", task, "assigned_to"),
        (f"/v1/clients/{client['id']}/assignments", {"user_id": whom}, "user_id"),
    ):
        answer = await ines.post(path, json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    for noun in ("notes", "moves"):
        assert "Tom Baker" in (await ines.get(f"/v1/clients/{client['id']}/{noun}")).text
