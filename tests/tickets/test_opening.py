"""Opening tickets, by the API: their numbers, their fields, who is told of them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row, a, a_client, listed
from tests.tickets.given import a_ticket, shown, titles


async def test_a_ticket_has_all_its_fields(ines: Player, tom: Player, oxbow: Row) -> None:
    given = {
        "title": "Contact form returns 500",
        "description": "Since three this morning",
        "category": "technical",
        "priority": "critical",
        "assignee_id": str(tom.user_id),
        "due_date": "2030-01-31",
    }
    ticket = await a_ticket(ines, oxbow, **given)
    assert ticket.items() >= given.items()
    assert (ticket["number"], ticket["status"], ticket["client_name"]) == (1, "new", "Oxbow")
    assert (ticket["assignee"], ticket["creator"], ticket["is_overdue"]) == ("Tom Baker", "Ines Aalto", False)
    assert await shown(ines, ticket) == ticket


async def test_little_is_asked_for(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow, "New sizes")
    told = {name: ticket[name] for name in ("description", "category", "priority", "time_spent_minutes")}
    assert told == {
        "description": "New sizes",
        "category": "general",
        "priority": "medium",
        "time_spent_minutes": 0,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", " "),
        ("title", "x" * 201),
        ("description", "x" * 10_001),
        ("priority", "urgent"),
        ("category", "other"),
        ("due_date", "soon"),
        ("due_date", "0001-01-01"),
        ("status", "resolved"),
        ("number", 7),
        ("time_spent_minutes", 5),
    ],
)
async def test_what_cant_be_is_told_at_its_field(ines: Player, oxbow: Row, field: str, value: object) -> None:
    body = {"client_id": oxbow["id"], "title": "Call", field: value}
    answer = await ines.post("/v1/tickets", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_numbers_count_up_in_each_agency(ines: Player, cleo: Player, oxbow: Row) -> None:
    theirs = await a_client(cleo, "Theirs")
    numbers = [(await a_ticket(ines, oxbow))["number"] for _ in range(3)]
    assert (numbers, (await a_ticket(cleo, theirs))["number"]) == ([1, 2, 3], 1)


async def opened_at_once(player: Player, clients: list[Row], many: int) -> list[int]:
    """The numbers of so many tickets that are opened at the same time, in turn for each client."""
    made = [a_ticket(player, clients[at % len(clients)], f"{at}") for at in range(many)]
    return sorted(ticket["number"] for ticket in await asyncio.gather(*made))


async def test_no_number_is_left_out_or_given_twice_when_many_open_tickets_at_once(ines: Player) -> None:
    clients = [await a_client(ines, name) for name in ("Oxbow", "Brae", "Cairn")]
    assert await opened_at_once(ines, clients, 30) == list(range(1, 31))


async def test_a_refused_ticket_takes_no_number(ines: Player, oxbow: Row) -> None:
    stranger = {"client_id": oxbow["id"], "title": "Call", "assignee_id": oxbow["id"]}
    assert (await ines.post("/v1/tickets", json=stranger)).status_code == 422
    assert (await a_ticket(ines, oxbow))["number"] == 1


async def test_a_number_isnt_given_again_when_its_ticket_is_deleted(ines: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow)
    assert (await ines.delete("/v1/tickets/1")).status_code == 204
    assert (await a_ticket(ines, oxbow))["number"] == 2


async def test_nobody_of_another_agency_sees_to_it(ines: Player, cleo: Player, oxbow: Row) -> None:
    body = {"client_id": oxbow["id"], "title": "Call", "assignee_id": str(cleo.user_id)}
    answer = await ines.post("/v1/tickets", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "assignee_id")


async def test_a_client_of_another_agency_has_no_ticket_here(cleo: Player, oxbow: Row) -> None:
    answer = await cleo.post("/v1/tickets", json={"client_id": oxbow["id"], "title": "Call"})
    assert answer.status_code == 404


@pytest.mark.parametrize("number", ["2", "0", "-1", "99999999999", "one"])
async def test_a_number_that_never_was_is_not_found(ines: Player, oxbow: Row, number: str) -> None:
    await a_ticket(ines, oxbow)
    assert (await ines.get(f"/v1/tickets/{number}")).status_code == 404


async def change(player: Player, ticket: Row, **changes: Any) -> Any:
    """Edit a ticket as it was read."""
    return await player.patch(f"/v1/tickets/{ticket['number']}", json=changes, version=ticket["version"])


async def test_fields_are_edited_and_cleared(ines: Player, tom: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow, due_date="2030-01-31")
    answer = await change(tom, ticket, title="Other", due_date=None, assignee_id=str(tom.user_id))
    assert answer.status_code == 200, answer.text
    now = answer.json()
    assert (now["title"], now["due_date"], now["assignee"], now["version"]) == ("Other", None, "Tom Baker", 2)


async def test_who_read_an_older_ticket_saves_nothing(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    assert (await change(ines, ticket, title="First")).status_code == 200
    assert (await change(ines, ticket, title="Second")).status_code == 412
    assert (await ines.patch("/v1/tickets/1", json={"title": "Third"})).status_code == 428
    assert (await shown(ines, ticket))["title"] == "First"


@pytest.mark.parametrize("field", ["status", "resolved_at", "number", "client_id", "time_spent_minutes"])
async def test_what_has_a_way_of_its_own_isnt_edited(ines: Player, oxbow: Row, field: str) -> None:
    ticket = await a_ticket(ines, oxbow)
    answer = await change(ines, ticket, **{field: "resolved"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_only_an_admin_deletes_and_restores(ines: Player, tom: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow)
    assert (await tom.delete("/v1/tickets/1")).status_code == 403
    assert (await ines.delete("/v1/tickets/1")).status_code == 204
    assert (await ines.get("/v1/tickets/1")).status_code == 404
    assert (await tom.post("/v1/tickets/1/restoration")).status_code == 403
    assert (await tom.get("/v1/deleted-tickets")).status_code == 403
    assert [row["number"] for row in await listed(ines, "/v1/deleted-tickets")] == [1]
    assert (await ines.post("/v1/tickets/1/restoration")).status_code == 200
    assert (await tom.get("/v1/tickets/1")).status_code == 200


async def test_a_scoped_member_sees_tickets_of_their_clients_alone(
    ines: Player, mia: Player, oxbow: Row
) -> None:
    brae = await a_client(ines, "Brae")
    await a(ines, "assignments", brae, user_id=str(mia.user_id))
    await a_ticket(ines, oxbow, "Hidden")
    await a_ticket(ines, brae, "Shown")
    assert (await titles(mia), await titles(mia, q="hidden")) == (["Shown"], [])
    assert ((await mia.get("/v1/tickets/1")).status_code, (await mia.get("/v1/tickets/2")).status_code) == (
        404,
        200,
    )
    assert (await mia.get("/v1/ticket-counts")).json()["count"] == 1
    assert (await mia.post("/v1/tickets", json={"client_id": oxbow["id"], "title": "x"})).status_code == 404


async def test_a_change_is_told_with_what_was_before(ines: Player, tom: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await change(ines, ticket, title="Other", assignee_id=str(tom.user_id))
    events = await listed(ines, "/v1/events", entity_type="ticket")
    told = {event["action"]: event for event in events}
    assert set(told) == {"ticket.created", "ticket.changed", "ticket.assigned"}
    assert (told["ticket.changed"]["before"], told["ticket.changed"]["data"]["number"]) == (
        {"title": "Form is broken"},
        1,
    )
    assert told["ticket.assigned"]["data"]["assignee_id"] == str(tom.user_id)


async def test_the_words_go_with_the_texts(ines: Player, oxbow: Row, database: Database) -> None:
    ticket = await a_ticket(ines, oxbow, "Broken carousel")
    await change(ines, ticket, title="Broken slider", description="On the landing page")
    assert (await titles(ines, q="carousel"), await titles(ines, q="slid landing")) == ([], ["Broken slider"])
