"""Watching a client or a ticket, and being named in a note."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from audienceos.agency.queries import named_in
from audienceos.clients.actions.signals import set_signal
from audienceos.notifications.actions.merging import MERGE
from audienceos.notifications.jobs import merge
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a_client, listed
from tests.notifications.given import look_after, queued, told, worked
from tests.tickets.given import a_ticket, did, moved

TOM, TIM, ADA, ADA_TOO = (uuid4() for _ in range(4))
PEOPLE = [(TOM, "Tom Baker"), (TIM, "Tim O'Hara"), (ADA, "Ada Quist"), (ADA_TOO, "Ada Lind")]


async def turn_red(database: Database, ines: Player, client: Row) -> None:
    """Something is wrong with the client."""
    async with database.acting(ines.claims) as db:
        await set_signal(db, UUID(client["id"]), "tests", "late", "risk", reason="It is late")


async def test_who_watches_a_client_is_told_of_it_until_they_no_longer_do(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    path = f"/v1/clients/{oxbow['id']}/watch"
    for _ in range(2):
        assert (await tom.post(path)).status_code == 204
    assert [row["client_id"] for row in await listed(tom, "/v1/watches")] == [oxbow["id"]]
    await turn_red(database, ines, oxbow)
    assert await told(database, tom) == ["Oxbow is at risk: It is late"]
    for _ in range(2):
        assert (await tom.delete(path)).status_code == 204
    await a_ticket(ines, oxbow)
    assert len(await told(database, tom)) == 1
    assert await listed(tom, "/v1/watches") == []


async def test_who_watches_a_ticket_is_told_of_that_one_alone(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    ours, other = await a_ticket(ines, oxbow, "Ours"), await a_ticket(ines, oxbow, "Other")
    assert (await tom.post(f"/v1/tickets/{ours['number']}/watch")).status_code == 204
    for ticket in (ours, other):
        await moved(ines, ticket, "in_progress")
    assert await told(database, tom) == ["Ines Aalto moved ticket #1 of Oxbow to in progress: Ours"]


async def test_only_what_one_sees_can_be_watched(ines: Player, mia: Player, cleo: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    for stranger in (mia, cleo):
        for path in (f"/v1/clients/{oxbow['id']}/watch", f"/v1/tickets/{ticket['number']}/watch"):
            assert (await stranger.post(path)).status_code == 404
            assert (await stranger.delete(path)).status_code == 404


async def test_who_sees_a_watched_client_no_more_is_told_nothing(
    database: Database, ines: Player, mia: Player, oxbow: Row
) -> None:
    await look_after(ines, oxbow, mia)
    await mia.post(f"/v1/clients/{oxbow['id']}/watch")
    await worked(database, ines)
    theirs = await listed(ines, f"/v1/clients/{oxbow['id']}/assignments")
    (hers,) = [row for row in theirs if row["user_id"] == str(mia.user_id)]
    await ines.delete(f"/v1/clients/{oxbow['id']}/assignments/{hers['id']}")
    await turn_red(database, ines, oxbow)
    assert [words for words in await told(database, mia) if "risk" in words] == []
    assert await listed(mia, "/v1/watches") == []


async def test_the_pages_of_a_client_and_a_ticket_have_the_button(
    ines: Player, tom: Player, oxbow: Row
) -> None:
    ticket = await a_ticket(ines, oxbow)
    for path in (f"/clients/{oxbow['id']}", f"/tickets/{ticket['number']}"):
        assert "Stop watching" not in (await tom.get(tom.at(path))).text
        answer = await tom.post(tom.at(f"{path}/watch"), data={})
        assert (answer.status_code, answer.headers["location"]) == (303, tom.at(path))
        assert "Stop watching" in (await tom.get(tom.at(path))).text
        await tom.post(tom.at(f"{path}/watch/removal"), data={})
        assert "Stop watching" not in (await tom.get(tom.at(path))).text


async def test_what_was_told_and_who_watches_go_along_when_clients_merge(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    brae = await a_client(ines, "Brae")
    for client in (oxbow, brae):
        await tom.post(f"/v1/clients/{client['id']}/watch")
    await turn_red(database, ines, brae)
    await worked(database, ines)
    answer = await ines.post(f"/v1/clients/{oxbow['id']}/merges", json={"other_id": brae["id"], "take": []})
    assert answer.status_code == 200, answer.text
    for payload in await queued(database, ines, MERGE):
        await merge(database, system_of(ines.agency_id), payload)
    assert [row["client_id"] for row in await listed(tom, "/v1/watches")] == [oxbow["id"]]
    assert {row["client_id"] for row in await listed(tom, "/v1/notifications")} == {oxbow["id"]}


async def test_a_clients_copy_says_who_watches_it(ines: Player, tom: Player, oxbow: Row) -> None:
    await tom.post(f"/v1/clients/{oxbow['id']}/watch")
    copy = await ines.post(f"/v1/clients/{oxbow['id']}/copies", json={})
    assert str(tom.user_id) in copy.text


async def test_a_clients_copy_says_what_people_were_told_of_it_and_not_who_read_it(
    database: Database, ines: Player, tom: Player, mia: Player, oxbow: Row
) -> None:
    brae = await a_client(ines, "Brae")
    for client in (oxbow, brae):
        for whom in (tom, mia):
            await whom.post(f"/v1/clients/{client['id']}/watch")
            await look_after(ines, client, whom)
        await turn_red(database, ines, client)
    await worked(database, ines)
    copy = await ines.post(f"/v1/clients/{oxbow['id']}/copies", json={})
    told_of_it = copy.json()["tables"]["notification"]
    assert [(row["words"], row["kind"], row["people"]) for row in told_of_it] == [
        ("Ines Aalto asked you to look after Oxbow", "work", 1),
        ("Ines Aalto asked you to look after Oxbow", "work", 1),
        ("Oxbow is at risk: It is late", "clients", 2),
    ]
    assert all(set(row) == {"told_at", "kind", "words", "people"} for row in told_of_it)
    assert [
        row["words"] for row in await listed(ines, "/v1/notifications") if "look after" in row["words"]
    ] == []


async def test_who_is_named_in_a_clients_note_is_told(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    note = {"content": "Ask @tom about the invoice, not @ines"}
    await ines.post(f"/v1/clients/{oxbow['id']}/notes", json=note)
    assert await told(database, tom) == ["Ines Aalto mentioned you in a note on Oxbow"]
    assert [words for words in await told(database, ines) if "mentioned" in words] == []


async def test_who_is_named_in_a_tickets_note_is_told_so_and_not_that_somebody_wrote(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    ticket = await a_ticket(ines, oxbow, assignee_id=str(tom.user_id))
    await did(ines, ticket, "notes", content="@Tom Baker have you seen this?")
    assert (await told(database, tom))[1:] == [
        "Ines Aalto mentioned you on ticket #1 of Oxbow: Form is broken"
    ]


async def test_who_may_not_see_the_client_is_not_told_of_being_named(
    database: Database, ines: Player, mia: Player, oxbow: Row
) -> None:
    await ines.post(f"/v1/clients/{oxbow['id']}/notes", json={"content": "@Mia look"})
    assert await told(database, mia) == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@Tom and @tim", [TOM, TIM]),
        ("@TOM BAKER, please", [TOM]),
        ("(@tom) @tom", [TOM]),
        ("@Ada which of you?", []),
        ("@Ada Lind then", [ADA_TOO]),
        ("@Tim O'Hara", [TIM]),
        ("tom@baker.example", []),
        ("@tomato and @", []),
    ],
)
def test_a_name_means_somebody_where_it_is_only_theirs(text: str, meant: list[UUID]) -> None:
    assert named_in(text, PEOPLE) == meant
