"""A ticket that was opened for the wrong client: who may give it to another, what goes along, and when it stays."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from audienceos.notifications.actions.merging import COME
from audienceos.notifications.jobs import come
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a, a_client, listed
from tests.clients.given import shown as shown_client
from tests.clients.reading import Page
from tests.notifications.given import queued, told
from tests.tickets.given import a_ticket, did, moved, shown


@pytest.fixture
async def brae(ines: Player) -> Row:
    """The right client."""
    return await a_client(ines, "Brae")


async def handed(player: Player, ticket: Row, client: Row) -> Row:
    """The ticket, at that client now."""
    at, body = f"/v1/tickets/{ticket['number']}", {"client_id": client["id"]}
    answer = await player.patch(at, json=body, version=ticket["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_it_is_the_other_clients_from_then_on(ines: Player, oxbow: Row, brae: Row) -> None:
    ticket = await a_ticket(ines, oxbow, priority="critical")
    now = await handed(ines, ticket, brae)
    assert (now["client_id"], now["client_name"], now["version"]) == (brae["id"], "Brae", 2)
    colours = [(await shown_client(ines, client))["health_status"] for client in (oxbow, brae)]
    assert colours == ["green", "yellow"]
    tabs = [(await ines.get(ines.at(f"/clients/{client['id']}/tickets"))).text for client in (oxbow, brae)]
    assert ["Form is broken" in tab for tab in tabs] == [False, True]


async def test_the_same_client_changes_nothing(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    assert (await handed(ines, ticket, oxbow))["version"] == 1
    assert "from another client" not in (await ines.get(ines.at("/tickets/1"))).text


async def test_both_clients_tell_it_and_neither_names_the_other(ines: Player, oxbow: Row, brae: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await handed(ines, ticket, brae)
    pages = [(await ines.get(ines.at(f"/clients/{client['id']}"))).text for client in (oxbow, brae)]
    assert "moved ticket #1, Form is broken, to another client" in pages[0]
    assert "moved ticket #1, Form is broken, here from another client" in pages[1]
    text = (await ines.get(ines.at("/tickets/1"))).text
    assert "moved it here from another client" in text


async def test_who_sees_only_one_of_them_neither_gives_it_nor_takes_it(
    ines: Player, mia: Player, oxbow: Row, brae: Row
) -> None:
    await a(ines, "assignments", brae, user_id=str(mia.user_id))
    theirs, other = await a_ticket(ines, brae), await a_ticket(ines, oxbow)
    for ticket, client_id in ((theirs, oxbow["id"]), (theirs, str(uuid4())), (other, brae["id"])):
        at = f"/v1/tickets/{ticket['number']}"
        assert (await mia.patch(at, json={"client_id": client_id}, version=1)).status_code == 404
    page = await mia.get(mia.at(f"/tickets/{theirs['number']}/edit"))
    assert "Oxbow" not in page.text


async def test_who_sees_the_new_client_alone_does_not_learn_of_the_old_one(
    ines: Player, mia: Player, oxbow: Row, brae: Row
) -> None:
    await a(ines, "assignments", brae, user_id=str(mia.user_id))
    await handed(ines, await a_ticket(ines, oxbow), brae)
    for answer in (await mia.get(mia.at("/tickets/1")), await mia.get(mia.at(f"/clients/{brae['id']}"))):
        assert answer.status_code == 200
        assert ("Oxbow" in answer.text, oxbow["id"] in answer.text) == (False, False)


async def test_with_notes_that_its_client_can_see_it_stays(ines: Player, oxbow: Row, brae: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await did(ines, ticket, "notes", content="We are on it", is_internal=False)
    body = {"client_id": brae["id"]}
    answer = await ines.patch("/v1/tickets/1", json=body, version=(await shown(ines, ticket))["version"])
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "field": "client_id",
            "message": "It has notes that its client can see. Open a new ticket for the other client.",
        }
    ]
    assert (await shown(ines, ticket))["client_id"] == oxbow["id"]


async def test_after_a_summary_was_sent_it_stays(ines: Player, brae: Row) -> None:
    client = await a_client(ines, "Cairn", contact_email="them@cairn.example")
    ticket = await moved(ines, await a_ticket(ines, client), "in_progress", "resolved")
    version = (await shown(ines, ticket))["version"]
    await did(ines, ticket, "summaries", to_email="them@cairn.example", version=version)
    version = (await shown(ines, ticket))["version"]
    answer = await ines.patch("/v1/tickets/1", json={"client_id": brae["id"]}, version=version)
    assert "A summary of it was sent to its client." in answer.text
    assert answer.status_code == 422


async def test_internal_notes_and_time_go_along(ines: Player, oxbow: Row, brae: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await did(ines, ticket, "notes", content="Looked at it")
    await did(ines, ticket, "time-entries", minutes=5)
    now = await handed(ines, await shown(ines, ticket), brae)
    assert now["time_spent_minutes"] == 5
    assert [note["content"] for note in await listed(ines, "/v1/tickets/1/notes")] == ["Looked at it"]


async def test_it_is_given_by_the_form_of_the_page(ines: Player, oxbow: Row, brae: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    form = {"client_id": brae["id"], "version": "1"}
    answer = await ines.post(ines.at("/tickets/1/edit"), data=form)
    assert answer.status_code == 303
    page = Page(await ines.get(ines.at("/tickets/1")))
    assert page.links["Brae"] == ines.at(f"/clients/{brae['id']}")
    await did(ines, ticket, "notes", content="Hello", is_internal=False)
    form = {"client_id": oxbow["id"], "version": str((await shown(ines, ticket))["version"])}
    refused = Page(await ines.post(ines.at("/tickets/1/edit"), data=form))
    assert (refused.status, "notes that its client can see" in refused.text) == (422, True)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
async def test_after_a_collision_clients_are_called_by_their_names(
    ines: Player, oxbow: Row, brae: Row, headers: dict[str, str]
) -> None:
    cairn = await a_client(ines, "Cairn")
    await handed(ines, await a_ticket(ines, oxbow), brae)
    form = {"client_id": cairn["id"], "was.client_id": oxbow["id"], "version": "1"}
    form |= {"fact": "client_id"} if headers else {}
    page = Page(await ines.post(ines.at("/tickets/1/edit"), data=form, headers=headers))
    said = re.findall(r"(Yours|Theirs):</span> <span[^>]*>([^<]*)<", page.text)
    assert (page.status, said) == (412, [("Yours", "Cairn"), ("Theirs", "Brae")])


async def test_who_watches_it_goes_on_watching_it(
    database: Database, ines: Player, tom: Player, oxbow: Row, brae: Row
) -> None:
    ticket = await a_ticket(ines, oxbow)
    assert (await tom.post("/v1/tickets/1/watch")).status_code == 204
    ticket = await handed(ines, ticket, brae)
    payloads = await queued(database, ines, COME)
    for payload in payloads * 2:
        await come(database, system_of(ines.agency_id), payload)
    assert [row["client_id"] for row in await listed(tom, "/v1/watches")] == [brae["id"]]
    await moved(ines, ticket, "in_progress")
    assert await told(database, tom) == ["Ines Aalto moved ticket #1 of Brae to in progress: Form is broken"]
