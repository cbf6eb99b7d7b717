"""A ticket's way, by the forms of its page: what is refused says what to do, and keeps what was typed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from audienceos.platform.db.database import Database
from tests.agency.browsing import tab_of
from tests.cast import Player
from tests.clients.given import Row, a_client
from tests.tickets.given import a_ticket, moved, set_back, shown


@pytest.fixture(scope="module")
async def client(ines: Player) -> Row:
    """The client that the tickets are about."""
    return await a_client(ines, "Oxbow")


async def sent(player: Player, ticket: Row, noun: str, **fields: str) -> tuple[int, str]:
    """What the form's answer is."""
    answer = await player.post(player.at(f"/tickets/{ticket['number']}/{noun}"), data=fields)
    return answer.status_code, answer.text


async def test_a_new_one_isnt_resolved_and_the_page_says_what_to_do(ines: Player, client: Row) -> None:
    ticket = await a_ticket(ines, client)
    status, page = await sent(ines, ticket, "resolution", final_note="Rolled back")
    assert (status, "start it first" in page, "Rolled back" in page) == (409, True, True)
    assert (await shown(ines, ticket))["status"] == "new"


@pytest.mark.parametrize("note", ["", " \n "])
async def test_without_a_note_it_stays_open_and_the_page_asks_for_one(
    ines: Player, client: Row, note: str
) -> None:
    ticket = await moved(ines, await a_ticket(ines, client), "in_progress")
    status, page = await sent(ines, ticket, "resolution", final_note=note, time_spent_minutes="37")
    assert (status, "Fill this in" in page, 'value="37"' in page) == (422, True, True)
    answer = await ines.post(f"/v1/tickets/{ticket['number']}/resolution", json={"final_note": note})
    assert answer.json()["errors"] == [{"field": "final_note", "message": "Fill this in"}]
    assert (await shown(ines, ticket))["status"] == "in_progress"


async def test_after_31_days_a_user_is_told_who_reopens(
    database: Database, ines: Player, tom: Player, client: Row
) -> None:
    ticket = await moved(ines, await a_ticket(ines, client), "in_progress", "resolved")
    await set_back(database, ines, ticket, resolved_at=datetime.now(UTC) - timedelta(days=31))
    status, page = await sent(tom, ticket, "reopenings", reason="Broken again")
    said = ("only an admin reopens it: ask Ines Aalto" in page, "Broken again</textarea>" in page)
    assert (status, *said) == (403, True, True)
    assert (await shown(ines, ticket))["status"] == "resolved"
    assert (await sent(ines, ticket, "reopenings", reason="Broken again"))[0] == 303


async def test_after_31_days_a_user_opens_one_that_follows_it(
    database: Database, ines: Player, tom: Player, client: Row
) -> None:
    old = await a_ticket(ines, client, "Form & pixel", priority="high", category="technical")
    await moved(ines, old, "in_progress", "resolved")
    await set_back(database, ines, old, resolved_at=datetime.now(UTC) - timedelta(days=31))
    tab = tab_of(tom)
    page = await tab.open(tom.at(f"/tickets/{old['number']}"))
    page = await tab.send(page.form("/tickets/new"), {"reason": "Broken again"})
    page = await tab.send(page.form("/tickets"))
    new = await shown(tom, {"number": page.answer.url.path.rpartition("/")[2]})
    assert [new[name] for name in ("title", "priority", "category", "client_id")] == [
        "Form & pixel",
        "high",
        "technical",
        client["id"],
    ]
    assert new["description"] == f"Broken again\n\nFollows #{old['number']}."
    assert f'href="{tom.at("/tickets")}/{old["number"]}"' in page.html


@pytest.mark.parametrize("minutes", ["-1", "1.5", "100000"])
@pytest.mark.parametrize(
    ("noun", "field", "other"),
    [("time", "minutes", "note"), ("resolution", "time_spent_minutes", "final_note")],
)
async def test_minutes_are_whole_and_few_enough(
    ines: Player, client: Row, noun: str, field: str, other: str, minutes: str
) -> None:
    ticket = await moved(ines, await a_ticket(ines, client), "in_progress")
    status, page = await sent(ines, ticket, noun, **{field: minutes, other: "Looked into it"})
    assert (status, "Looked into it" in page, f'value="{minutes}"' in page) == (422, True, True)
    assert any(words in page for words in ("At least", "At most", "Give a whole number"))
    path, body = f"/v1/tickets/{ticket['number']}", {field: float(minutes), other: "Looked into it"}
    noun = "time-entries" if noun == "time" else noun
    if minutes != "1.5":
        body[field] = int(minutes)
    assert (await ines.post(f"{path}/{noun}", json=body)).json()["errors"][0]["field"] == field
    now = await shown(ines, ticket)
    assert (now["time_spent_minutes"], now["status"]) == (0, "in_progress")


async def test_forms_sent_at_once_take_numbers_that_follow_each_other(ines: Player, client: Row) -> None:
    last = (await a_ticket(ines, client))["number"]
    form = {"client_id": client["id"], "title": "At once"}
    answers = await asyncio.gather(*(ines.post(ines.at("/tickets"), data=form) for _ in range(12)))
    numbers = sorted(int(answer.headers["location"].rpartition("/")[2]) for answer in answers)
    assert numbers == list(range(last + 1, last + 13))
