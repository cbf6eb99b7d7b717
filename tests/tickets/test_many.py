"""Many tickets at once, and as a file, by the API and from the list."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.agency.browsing import Shown
from tests.cast import Player
from tests.clients.given import Row, a, a_client, listed
from tests.tickets.given import a_ticket, moved, shown


async def changed(player: Player, numbers: list[int], **fields: Any) -> Row:
    """What came of it."""
    answer = await player.post("/v1/ticket-changes", json={"numbers": numbers, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_each_ticket_tells_what_came_of_it(ines: Player, oxbow: Row) -> None:
    new = await a_ticket(ines, oxbow)
    begun = await moved(ines, await a_ticket(ines, oxbow), "in_progress")
    done = await moved(ines, await a_ticket(ines, oxbow), "in_progress", "resolved")
    told = await changed(ines, [3, 1, 2, 9], kind="status", to_status="resolved", final_note="All done")
    assert [(row["number"], row["outcome"]) for row in told["tickets"]] == [
        (3, "unchanged"),
        (1, "refused"),
        (2, "changed"),
        (9, "refused"),
    ]
    assert "start it first" in told["tickets"][1]["why"]
    assert (told["changed"], told["unchanged"], told["refused"]) == (1, 1, 2)
    statuses = [(await shown(ines, ticket))["status"] for ticket in (new, begun, done)]
    assert statuses == ["new", "resolved", "resolved"]
    assert len(await listed(ines, "/v1/events", action="ticket.resolved")) == 2


async def test_many_are_assigned_and_given_a_priority(ines: Player, tom: Player, oxbow: Row) -> None:
    tickets = [await a_ticket(ines, oxbow) for _ in range(3)]
    await changed(ines, [1, 2, 3], kind="assign", assignee_id=str(tom.user_id))
    await changed(ines, [1, 2], kind="priority", priority="high")
    now = [await shown(ines, ticket) for ticket in tickets]
    assert [(row["assignee"], row["priority"]) for row in now] == [
        ("Tom Baker", "high"),
        ("Tom Baker", "high"),
        ("Tom Baker", "medium"),
    ]
    again = await changed(ines, [1, 2, 3], kind="priority", priority="high")
    assert (again["changed"], again["unchanged"]) == (1, 2)
    await changed(ines, [1], kind="assign")
    assert (await shown(ines, tickets[0]))["assignee"] is None


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"kind": "status"}, "to_status"),
        ({"kind": "status", "to_status": "resolved"}, "final_note"),
        ({"kind": "priority"}, "priority"),
        ({"kind": "close"}, "kind"),
        ({"kind": "assign", "numbers": []}, "numbers"),
        ({"kind": "assign", "numbers": list(range(1, 102))}, "numbers"),
        ({"kind": "assign", "assignee_id": "0198f0c4-0000-7000-8000-000000000000"}, "assignee_id"),
    ],
)
async def test_a_verb_that_lacks_something_says_what(
    ines: Player, oxbow: Row, fields: dict[str, Any], at: str
) -> None:
    await a_ticket(ines, oxbow)
    answer = await ines.post("/v1/ticket-changes", json={"numbers": [1], **fields})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, at)


async def test_tickets_that_one_doesnt_see_stay_as_they_are(ines: Player, mia: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    told = await changed(mia, [1], kind="priority", priority="low")
    never = await changed(mia, [7], kind="priority", priority="low")
    assert told["tickets"][0]["why"] == never["tickets"][0]["why"] == "There is no such ticket."
    assert (await shown(ines, ticket))["priority"] == "medium"


async def test_from_the_list_by_a_form(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await a_ticket(ines, oxbow)
    given = {"numbers": ["1", "2"], "kind": "priority", "priority": "low"}
    answer = await ines.post(ines.at("/ticket-changes?sort=title"), data=given)
    assert (answer.status_code, answer.headers["location"]) == (303, ines.at("/tickets/list?sort=title"))
    assert (await shown(ines, ticket))["priority"] == "low"
    given = {"numbers": ["1", "2"], "kind": "status", "to_status": "resolved", "final_note": "Rolled back"}
    page = await ines.post(ines.at("/ticket-changes"), data=given)
    assert (page.status_code, "2 refused" in page.text, "start it first" in page.text) == (200, True, True)
    assert "Rolled back" in page.text
    nothing = await ines.post(ines.at("/ticket-changes"), data={"kind": "assign"})
    assert "Tick some tickets first" in (await ines.get(nothing.headers["location"])).text


@pytest.mark.parametrize(
    ("given", "fault", "now"),
    [
        ({"kind": "status", "to_status": "resolved"}, "Say what was done", {"final_note": "Rolled back"}),
        ({"kind": "status", "final_note": "Typed note"}, "Choose one", {"to_status": "waiting_client"}),
        ({"kind": "priority"}, "Choose one", {"priority": "low"}),
    ],
)
async def test_what_a_verb_lacks_is_asked_for_with_what_was_ticked_and_typed(
    ines: Player, oxbow: Row, given: dict[str, str], fault: str, now: dict[str, str]
) -> None:
    for _ in range(2):
        await moved(ines, await a_ticket(ines, oxbow), "in_progress")
    path = ines.at("/ticket-changes?sort=title")
    answer = await ines.post(path, data={"numbers": ["1", "2"], **given})
    form = Shown(answer).form("/ticket-changes?sort=title")
    assert (answer.status_code, fault in answer.text, form.fields["numbers"]) == (422, True, ["1", "2"])
    assert given.get("final_note", "") in form.fields.get("final_note", [""])[0]
    again = await ines.post(form.action, data={**form.fields, "kind": given["kind"], **now})
    assert (again.status_code, again.headers["location"]) == (303, ines.at("/tickets/list?sort=title"))


async def test_the_file_holds_what_is_shown(ines: Player, mia: Player, oxbow: Row) -> None:
    brae = await a_client(ines, "Brae")
    await a(ines, "assignments", brae, user_id=str(mia.user_id))
    await a_ticket(ines, oxbow, "=HYPERLINK()", priority="high")
    await a_ticket(ines, brae, "Theirs", due_date="2020-01-31")
    await a_ticket(ines, oxbow, "Low", priority="low")
    answer = await ines.post("/v1/ticket-exports?priority=high&priority=medium&sort=number")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Number"], row["Title"], row["Overdue"]) for row in rows] == [
        ("1", "'=HYPERLINK()", "FALSE"),
        ("2", "Theirs", "TRUE"),
    ]
    theirs = await mia.post("/v1/ticket-exports")
    assert [row["Title"] for row in csv.DictReader(io.StringIO(theirs.content.decode("utf-8-sig")))] == [
        "Theirs"
    ]
    told = await listed(ines, "/v1/events", action="ticket_export.made")
    assert told[-1]["data"]["filters"] == {"priority": ["high", "medium"]}
