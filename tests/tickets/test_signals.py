"""What tickets say of their client: its health, what forbids deleting it, what goes where when people or clients go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audienceos.platform.actor import system_of
from audienceos.platform.clock import stopped_at
from audienceos.platform.db.database import Database
from audienceos.tickets.jobs import begin_looking, look
from tests.cast import Player
from tests.clients.given import Row, a_client, listed, names
from tests.clients.given import shown as shown_client
from tests.tickets.given import a_ticket, did, moved, set_back, shown

NOW = datetime.now(UTC)


async def health(player: Player, client: Row) -> tuple[str, list[str]]:
    """The client's colour and the reasons that tickets give for it."""
    now = await shown_client(player, client)
    said = [one["reason"] for one in now["health_reasons"] if one["key"].startswith("tickets.")]
    return now["health_status"], said


async def swept(database: Database, owner: Player) -> None:
    """A minute has passed for the worker."""
    await look(database, system_of(owner.agency_id), {})


async def test_an_ordinary_ticket_leaves_its_client_green(ines: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow)
    assert await health(ines, oxbow) == ("green", [])


async def test_high_ones_turn_it_yellow_until_they_are_done(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow, priority="high")
    assert await health(ines, oxbow) == ("yellow", ["1 ticket is open of high priority"])
    await moved(ines, ticket, "in_progress", "resolved")
    assert await health(ines, oxbow) == ("green", [])


async def test_a_critical_one_blocks_its_client_until_it_is_done(ines: Player, oxbow: Row) -> None:
    brae = await a_client(ines, "Brae")
    await a_ticket(ines, brae, priority="high")
    ticket = await a_ticket(ines, oxbow, priority="critical")
    assert await names(ines, blocked="true") == ["Oxbow"]
    assert 'id="n-blocked">1</span>' in (await ines.get(ines.at("/pipeline"))).text
    await moved(ines, ticket, "in_progress", "resolved")
    assert await names(ines, blocked="true") == []


async def test_what_blocks_presses_more_than_what_is_only_to_watch(ines: Player, oxbow: Row) -> None:
    brae = await a_client(ines, "Brae")
    await a_ticket(ines, brae, priority="high")
    await a_ticket(ines, oxbow, priority="critical")
    for client in (oxbow, brae):
        reason = {"reason": "They know", "days": 7}
        assert (await ines.post(f"/v1/clients/{client['id']}/health-override", json=reason)).is_success
    text = (await ines.get(ines.at("/pipeline?sort=priority"))).text
    assert text.index(">Oxbow<") < text.index(">Brae<")


async def test_a_critical_one_turns_it_yellow_and_red_after_four_hours(
    database: Database, ines: Player, oxbow: Row
) -> None:
    ticket = await a_ticket(ines, oxbow, priority="critical")
    assert await health(ines, oxbow) == ("yellow", ["1 ticket is open, critical"])
    await set_back(database, ines, ticket, created_at=NOW - timedelta(hours=4), look_at=NOW)
    await swept(database, ines)
    assert await health(ines, oxbow) == ("red", ["1 ticket is open, critical for more than 4 hours"])
    await moved(ines, ticket, "waiting_client", "resolved")
    assert await health(ines, oxbow) == ("green", [])


async def test_an_overdue_one_turns_it_yellow_at_the_days_end(
    database: Database, ines: Player, oxbow: Row
) -> None:
    tomorrow = NOW.date() + timedelta(days=1)
    await a_ticket(ines, oxbow, due_date=str(tomorrow))
    assert await health(ines, oxbow) == ("green", [])
    with stopped_at(datetime.combine(tomorrow + timedelta(days=1), datetime.min.time(), UTC)):
        await swept(database, ines)
    assert (await health(ines, oxbow))[1] == [f"1 ticket is overdue, since {tomorrow:%d %b}"]


async def test_another_priority_and_deleting_tell_at_once(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await ines.patch("/v1/tickets/1", json={"priority": "high"}, version=ticket["version"])
    assert (await health(ines, oxbow))[0] == "yellow"
    await ines.delete("/v1/tickets/1")
    assert (await health(ines, oxbow))[0] == "green"
    await ines.post("/v1/tickets/1/restoration")
    assert (await health(ines, oxbow))[0] == "yellow"


async def test_the_sweep_finds_the_agencies_by_itself(database: Database, ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await set_back(database, ines, ticket, look_at=NOW - timedelta(minutes=1))
    await begin_looking(database)
    async with database.serving() as db:
        raw = await db.raw()
        queued = await raw.fetchval(
            "select count(*) from jobs.pgqueuer where entrypoint = 'tickets.look_at_due' "
            "and headers->>'agency_id' = $1",
            str(ines.agency_id),
        )
    assert queued == 1


async def test_what_waited_too_long_is_escalated_once(database: Database, ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow, priority="high")
    long_ago = NOW - timedelta(hours=8)
    await set_back(database, ines, ticket, status_since=long_ago, look_at=NOW)
    await swept(database, ines)
    await swept(database, ines)
    assert (await shown(ines, ticket))["escalated_at"] is not None
    told = await listed(ines, "/v1/events", action="ticket.escalated")
    assert [(event["by"], event["data"]["hours"]) for event in told] == [("system", 8)]


async def test_another_status_ends_an_escalation_and_waiting_on_the_client_begins_none(
    database: Database, ines: Player, oxbow: Row
) -> None:
    ticket = await a_ticket(ines, oxbow, priority="high")
    await set_back(database, ines, ticket, status_since=NOW - timedelta(days=3), look_at=NOW)
    await swept(database, ines)
    assert (await moved(ines, ticket, "waiting_client"))["escalated_at"] is None
    await set_back(database, ines, ticket, status_since=NOW - timedelta(days=30), look_at=NOW)
    await swept(database, ines)
    assert (await shown(ines, ticket))["escalated_at"] is None


async def test_only_business_hours_count(database: Database, ines: Player, oxbow: Row) -> None:
    agency = (await ines.get("/v1/agency")).json()
    hours = {
        "business_hours": {"start": "09:00", "end": "17:00", "days": ["mon", "tue", "wed", "thu", "fri"]}
    }
    assert (await ines.patch("/v1/agency", json=hours, version=agency["version"])).status_code == 200
    friday = datetime(2026, 5, 22, 16, tzinfo=UTC)
    with stopped_at(friday):
        ticket = await a_ticket(ines, oxbow, priority="high")
    for moment, escalated in ((15, False), (16, True)):
        with stopped_at(datetime(2026, 5, 25, moment, 30, tzinfo=UTC)):
            await set_back(database, ines, ticket, look_at=friday)
            await swept(database, ines)
        assert ((await shown(ines, ticket))["escalated_at"] is not None) is escalated, moment


async def test_an_admin_sets_how_long_tickets_may_wait(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    assert (await tom.get("/v1/ticket-limits")).json() == {
        "critical": 4,
        "high": 8,
        "medium": 24,
        "low": 72,
        "version": 1,
    }
    assert (await tom.patch("/v1/ticket-limits", json={"high": 2}, version=1)).status_code == 403
    ticket = await a_ticket(ines, oxbow, priority="high")
    await set_back(database, ines, ticket, status_since=NOW - timedelta(hours=3))
    answer = await ines.patch("/v1/ticket-limits", json={"high": 2}, version=1)
    assert (answer.status_code, answer.json()["high"], answer.json()["medium"]) == (200, 2, 24)
    assert (await ines.patch("/v1/ticket-limits", json={"high": 3}, version=1)).status_code == 412
    await swept(database, ines)
    assert (await shown(ines, ticket))["escalated_at"] is not None


@pytest.mark.parametrize("hours", [0, 1001, -1, 1.5])
async def test_a_limit_is_a_whole_number_of_hours(ines: Player, hours: float) -> None:
    assert (await ines.patch("/v1/ticket-limits", json={"low": hours}, version=1)).status_code == 422


async def test_a_client_with_open_tickets_stays_and_says_which(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    answer = await ines.delete(f"/v1/clients/{oxbow['id']}")
    assert (answer.status_code, answer.json()["extra"]["blocking"]) == (409, ["Ticket #1: Form is broken"])
    await moved(ines, ticket, "in_progress", "resolved")
    assert (await ines.delete(f"/v1/clients/{oxbow['id']}")).status_code == 204
    assert (await ines.get("/v1/tickets/1")).status_code == 404


async def test_tickets_come_along_when_clients_merge(ines: Player, oxbow: Row) -> None:
    twin = await a_client(ines, "Oxbow Ltd")
    await a_ticket(ines, twin, priority="high")
    answer = await ines.post(f"/v1/clients/{oxbow['id']}/merges", json={"other_id": twin["id"]})
    assert answer.status_code == 200, answer.text
    assert (await ines.get("/v1/tickets/1")).json()["client_name"] == "Oxbow"
    assert (await health(ines, oxbow))[0] == "yellow"


async def test_all_of_a_ticket_is_in_its_clients_copy(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await did(ines, ticket, "notes", content="Reproduced")
    await did(ines, ticket, "time-entries", minutes=5)
    await a_ticket(ines, await a_client(ines, "Brae"), "Theirs")
    answer = await ines.post(f"/v1/clients/{oxbow['id']}/copies")
    tables: dict[str, list[Any]] = answer.json()["tables"]
    assert [tables[name][0][field] for name, field in (("ticket", "title"), ("ticket_note", "content"))] == [
        "Form is broken",
        "Reproduced",
    ]
    assert (len(tables["ticket"]), len(tables["ticket_time"]), "agency_id" in answer.text) == (1, 1, False)


async def test_who_leaves_hands_their_open_tickets_over(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    mine = await a_ticket(ines, oxbow, "His", assignee_id=str(tom.user_id))
    done = await a_ticket(ines, oxbow, "Done", assignee_id=str(tom.user_id))
    await moved(ines, done, "in_progress", "resolved")
    answer = await ines.delete(f"/v1/users/{tom.user_id}")
    assert (answer.status_code, answer.json()["code"]) == (409, "reassignment_required")
    assert ("#1 His" in answer.text, "Done" in answer.text) == (True, False)
    answer = await ines.delete(f"/v1/users/{tom.user_id}", params={"reassign_to": str(ines.user_id)})
    assert answer.status_code == 204, answer.text
    assert (await shown(ines, mine))["assignee"] == "Ines Aalto"
    assert (await shown(ines, done))["assignee"] == "Tom Baker"


async def test_open_tickets_are_counted_on_the_card_and_in_the_list(ines: Player, oxbow: Row) -> None:
    await a_client(ines, "Brae")
    await a_ticket(ines, oxbow)
    await moved(ines, await a_ticket(ines, oxbow), "in_progress", "resolved")
    assert "1 open ticket" in (await ines.get(ines.at("/pipeline"))).text
    page = (
        await ines.get(ines.at("/clients"), params={"columns": "open_tickets", "sort": "-open_tickets"})
    ).text
    assert page.index("Oxbow") < page.index("Brae")
    assert '<td class="num">1</td>' in page


async def test_a_clients_timeline_tells_of_its_tickets(ines: Player, oxbow: Row) -> None:
    await moved(ines, await a_ticket(ines, oxbow), "in_progress", "resolved")
    text = (await ines.get(ines.at(f"/clients/{oxbow['id']}"))).text
    for words in ("opened ticket #1, Form is broken", "resolved ticket #1"):
        assert words in text
