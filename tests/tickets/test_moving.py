"""Where a ticket stands, by the API: what is allowed, what is refused and says why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from audienceos.platform.db.database import Database
from audienceos.tickets.rules import TRANSITIONS, WORDS, refusal
from tests.cast import Player
from tests.clients.given import Row, listed
from tests.tickets.given import a_ticket, did, moved, set_back, shown

WAYS = {
    "new": (),
    "in_progress": ("in_progress",),
    "waiting_client": ("waiting_client",),
    "resolved": ("in_progress", "resolved"),
}


def test_the_table_is_the_agreed_one() -> None:
    assert dict(TRANSITIONS) == {
        "new": ("in_progress", "waiting_client"),
        "in_progress": ("waiting_client", "resolved"),
        "waiting_client": ("in_progress", "resolved"),
        "resolved": ("in_progress",),
    }
    assert set(WORDS) == set(TRANSITIONS)


@pytest.mark.parametrize("now", list(WAYS))
@pytest.mark.parametrize("to", list(WAYS))
async def test_every_move_is_made_or_refused_with_what_is_allowed(
    ines: Player, oxbow: Row, now: str, to: str
) -> None:
    ticket = await moved(ines, await a_ticket(ines, oxbow), *WAYS[now])
    answer = await ines.post("/v1/tickets/1/transitions", json={"to_status": to})
    open_ones = set(WAYS) - {"resolved"}
    fine = now == to or (to in TRANSITIONS[now] and {now, to} <= open_ones)
    assert answer.status_code == (200 if fine else 409), answer.text
    if not fine:
        told = answer.json()
        assert (told["code"], told["extra"]["allowed"]) == ("transition_refused", list(TRANSITIONS[now]))
        assert told["detail"] == refusal(now, to)
    assert (await shown(ines, ticket))["status"] == (to if fine else now)


async def test_the_same_status_changes_nothing(ines: Player, oxbow: Row) -> None:
    ticket = await moved(ines, await a_ticket(ines, oxbow), "in_progress")
    again = await moved(ines, ticket, "in_progress")
    assert (again["version"], again["status_since"]) == (ticket["version"], ticket["status_since"])
    assert len(await listed(ines, "/v1/events", action="ticket.moved")) == 1


async def test_a_ticket_is_resolved_with_a_note_and_the_time_it_took(
    ines: Player, tom: Player, oxbow: Row
) -> None:
    ticket = await moved(ines, await a_ticket(ines, oxbow), "in_progress")
    done = await did(tom, ticket, "resolution", final_note="Rolled back", time_spent_minutes=25)
    told = {name: done[name] for name in ("status", "resolution_notes", "resolver", "time_spent_minutes")}
    assert told == {
        "status": "resolved",
        "resolution_notes": "Rolled back",
        "resolver": "Tom Baker",
        "time_spent_minutes": 25,
    }
    assert done["resolved_at"] is not None
    assert [row["minutes"] for row in await listed(ines, "/v1/tickets/1/time-entries")] == [25]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("final_note", ""),
        ("final_note", " \n"),
        ("final_note", "x" * 10_001),
        ("final_note", None),
        ("time_spent_minutes", -1),
        ("time_spent_minutes", 1.5),
        ("time_spent_minutes", 100_000),
    ],
)
async def test_it_isnt_resolved_without_a_proper_note(
    ines: Player, oxbow: Row, field: str, value: object
) -> None:
    ticket = await moved(ines, await a_ticket(ines, oxbow), "in_progress")
    body = {"final_note": "Done", field: value}
    answer = await ines.post("/v1/tickets/1/resolution", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert (await shown(ines, ticket))["status"] == "in_progress"


async def test_a_new_ticket_and_a_resolved_one_arent_resolved(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    new = await ines.post("/v1/tickets/1/resolution", json={"final_note": "Done"})
    assert (new.status_code, new.json()["extra"]["allowed"]) == (409, ["in_progress", "waiting_client"])
    await moved(ines, ticket, "in_progress", "resolved")
    again = await ines.post("/v1/tickets/1/resolution", json={"final_note": "Done twice"})
    assert again.status_code == 409
    assert (await shown(ines, ticket))["resolution_notes"] == "Done"


async def test_a_reopened_ticket_keeps_its_final_note_and_tells_why(ines: Player, oxbow: Row) -> None:
    ticket = await moved(ines, await a_ticket(ines, oxbow), "in_progress", "resolved")
    again = await did(ines, ticket, "reopenings", reason="Still broken on Safari")
    told = {name: again[name] for name in ("status", "resolution_notes", "resolved_at", "resolved_by")}
    assert told == {
        "status": "in_progress",
        "resolution_notes": "Done",
        "resolved_at": None,
        "resolved_by": None,
    }
    assert again["reopened_count"] == 1
    notes = await listed(ines, "/v1/tickets/1/notes")
    assert [(note["content"].split("\n")[-1], note["is_internal"]) for note in notes] == [
        ("Done", True),
        ("Reopened: Still broken on Safari", True),
    ]


async def test_an_open_ticket_isnt_reopened(ines: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow)
    assert (await ines.post("/v1/tickets/1/reopenings", json={})).status_code == 409


@pytest.mark.parametrize(("days", "status"), [(29, 200), (31, 403)])
async def test_after_a_month_an_admin_reopens(
    database: Database, ines: Player, tom: Player, oxbow: Row, days: int, status: int
) -> None:
    ticket = await moved(ines, await a_ticket(ines, oxbow), "in_progress", "resolved")
    await set_back(database, ines, ticket, resolved_at=datetime.now(UTC) - timedelta(days=days))
    assert (await tom.post("/v1/tickets/1/reopenings", json={})).status_code == status
    if status == 403:
        assert (await ines.post("/v1/tickets/1/reopenings", json={})).status_code == 200


async def test_leaving_new_is_the_first_response(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    assert ticket["responded_at"] is None
    first = await moved(ines, ticket, "waiting_client")
    assert first["responded_at"] == first["status_since"]
    assert (await moved(ines, ticket, "in_progress"))["responded_at"] == first["responded_at"]
