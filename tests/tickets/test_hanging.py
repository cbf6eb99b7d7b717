"""A ticket's log and the time spent on it, by the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from audienceos.platform.db.database import Database
from audienceos.tickets.models import TicketNote
from tests.cast import Player
from tests.clients.given import Row, listed
from tests.tickets.given import a_ticket, did, shown, titles

TODAY = datetime.now(UTC).date()


async def test_a_note_is_internal_unless_it_says_otherwise(ines: Player, tom: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await did(ines, ticket, "notes", content="Reproduced")
    await did(tom, ticket, "notes", content="We found the cause", is_internal=False)
    notes = await listed(ines, "/v1/tickets/1/notes")
    assert [(note["author"], note["is_internal"]) for note in notes] == [
        ("Ines Aalto", True),
        ("Tom Baker", False),
    ]


async def test_the_first_word_to_the_client_is_the_first_response(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await did(ines, ticket, "notes", content="Reproduced")
    assert (await shown(ines, ticket))["responded_at"] is None
    await did(ines, ticket, "notes", content="We are on it", is_internal=False)
    assert (await shown(ines, ticket))["responded_at"] is not None


@pytest.mark.parametrize(
    ("content", "status"), [("x" * 10_000, 201), ("x" * 10_001, 422), (" \n", 422), ("", 422)]
)
async def test_a_note_has_up_to_10000_characters(ines: Player, oxbow: Row, content: str, status: int) -> None:
    await a_ticket(ines, oxbow)
    assert (await ines.post("/v1/tickets/1/notes", json={"content": content})).status_code == status


async def test_its_author_edits_a_note_and_what_it_was_is_kept(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    note = await did(ines, ticket, "notes", content="Carousel")
    path = f"/v1/tickets/1/notes/{note['id']}"
    answer = await ines.patch(path, json={"content": "Slider", "is_internal": False}, version=1)
    assert (answer.status_code, answer.json()["content"], answer.json()["is_internal"]) == (
        200,
        "Slider",
        False,
    )
    assert answer.json()["edited_at"] is not None
    event = (await listed(ines, "/v1/events", action="ticket.note_changed"))[0]
    assert event["before"] == {"content": "Carousel", "is_internal": True}
    assert (await titles(ines, q="carousel"), await titles(ines, q="slider")) == ([], ["Form is broken"])


async def test_nobody_else_edits_it_and_its_author_only_for_a_day(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    ticket = await a_ticket(ines, oxbow)
    note = await did(tom, ticket, "notes", content="Mine")
    path = f"/v1/tickets/1/notes/{note['id']}"
    assert (await ines.patch(path, json={"content": "Hers"}, version=1)).status_code == 403
    assert (await tom.patch(path, json={"content": "x"})).status_code == 428
    assert (await tom.patch(path, json={"content": "x"}, version=7)).status_code == 412
    async with database.acting(ines.claims) as db:
        mine = (TicketNote.agency_id == ines.agency_id, TicketNote.id == UUID(note["id"]))
        long_ago = datetime.now(UTC) - timedelta(hours=25)
        await db.execute(update(TicketNote).where(*mine).values(created_at=long_ago))
    assert (await tom.patch(path, json={"content": "Late"}, version=1)).status_code == 403


async def test_what_hangs_from_a_ticket_is_asked_for_under_it(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await a_ticket(ines, oxbow, "Other")
    note = await did(ines, ticket, "notes", content="Ours")
    entry = await did(ines, ticket, "time-entries", minutes=5)
    assert (await ines.get(f"/v1/tickets/2/notes/{note['id']}")).status_code == 404
    assert (await ines.get(f"/v1/tickets/2/time-entries/{entry['id']}")).status_code == 404
    assert (await ines.delete(f"/v1/tickets/2/time-entries/{entry['id']}")).status_code == 404


async def test_the_tickets_time_is_the_sum_of_its_entries(ines: Player, tom: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    first = await did(ines, ticket, "time-entries", minutes=25, note="Looked at the logs")
    await did(tom, ticket, "time-entries", minutes=60, day=str(TODAY - timedelta(days=1)))
    assert (await shown(ines, ticket))["time_spent_minutes"] == 85
    entries = await listed(ines, "/v1/tickets/1/time-entries")
    assert [(row["user_name"], row["minutes"], row["day"]) for row in entries] == [
        ("Ines Aalto", 25, str(TODAY)),
        ("Tom Baker", 60, str(TODAY - timedelta(days=1))),
    ]
    assert (await ines.delete(f"/v1/tickets/1/time-entries/{first['id']}")).status_code == 204
    assert (await shown(ines, ticket))["time_spent_minutes"] == 60


@pytest.mark.parametrize("minutes", [-1, 0, 1.5, 100_000, "ten"])
async def test_minutes_are_whole_and_few_enough(ines: Player, oxbow: Row, minutes: object) -> None:
    await a_ticket(ines, oxbow)
    answer = await ines.post("/v1/tickets/1/time-entries", json={"minutes": minutes})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "minutes")


async def test_no_time_is_spent_on_a_day_to_come(ines: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow)
    body = {"minutes": 5, "day": str(TODAY + timedelta(days=2))}
    assert (await ines.post("/v1/tickets/1/time-entries", json=body)).status_code == 422


async def test_anothers_entry_stays_but_for_an_admin(ines: Player, tom: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    hers = await did(ines, ticket, "time-entries", minutes=5)
    his = await did(tom, ticket, "time-entries", minutes=6)
    assert (await tom.delete(f"/v1/tickets/1/time-entries/{hers['id']}")).status_code == 403
    assert (await ines.delete(f"/v1/tickets/1/time-entries/{his['id']}")).status_code == 204
