"""What nobody should send about tickets, by the API and by the pages' forms."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Player, Stage
from tests.clients.given import Row, a_client
from tests.support.spoiling import no_bodies, overlong, spoiled_bodies, spoiled_forms
from tests.tickets.given import a_ticket, did, moved


@pytest.fixture(scope="module")
async def ines(stage: Stage) -> Player:
    """The owner of an agency of these tests' own, where days begin before those of UTC."""
    owner = await stage.owner()
    await owner.patch("/v1/agency", json={"timezone": "Asia/Tokyo"}, version=1)
    return owner


@pytest.fixture(scope="module")
async def oxbow(ines: Player) -> Row:
    """Its client, which can be written to."""
    return await a_client(ines, "Oxbow", contact_name="Maya", contact_email="maya@oxbow.example")


@pytest.fixture(scope="module")
async def note(ines: Player, oxbow: Row) -> Row:
    """A note on the first ticket. The second is being worked on, the third done, the fourth new."""
    first = await a_ticket(ines, oxbow)
    await moved(ines, await a_ticket(ines, oxbow), "in_progress")
    await moved(ines, await a_ticket(ines, oxbow), "in_progress", "resolved")
    await a_ticket(ines, oxbow)
    return await did(ines, first, "notes", content="Carousel")


WHOLE: dict[str, Any] = {
    "client_id": "client",
    "title": "Typed title",
    "description": "Typed text",
    "category": "general",
    "priority": "medium",
    "assignee_id": None,
    "due_date": "2026-03-04",
}
FACTS = {name: value for name, value in WHOLE.items() if name != "client_id"}
MANY: dict[str, Any] = {"numbers": [4], "kind": "status", "to_status": "resolved", "final_note": "Typed note"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/tickets", WHOLE),
        ("PATCH", "/v1/tickets/1", FACTS),
        ("POST", "/v1/tickets/4/transitions", {"to_status": "new"}),
        ("POST", "/v1/tickets/4/resolution", {"final_note": "Typed note", "time_spent_minutes": 5}),
        ("POST", "/v1/tickets/4/reopenings", {"reason": "Typed reason"}),
        ("POST", "/v1/tickets/1/notes", {"content": "Typed note", "is_internal": True}),
        ("PATCH", "/v1/tickets/1/notes/{note}", {"content": "Typed note", "is_internal": True}),
        (
            "POST",
            "/v1/tickets/1/time-entries",
            {"minutes": 5, "day": "2026-03-04", "note": "Typed note"},
        ),
        ("POST", "/v1/tickets/3/summaries", {"to_email": "typed@oxbow.example", "version": 99}),
        ("POST", "/v1/ticket-changes", MANY | {"assignee_id": None, "priority": "low"}),
        ("PATCH", "/v1/ticket-limits", {"critical": 4, "high": 8, "medium": 24, "low": 72}),
    ],
)
async def test_a_body_is_taken_or_refused_in_words(
    ines: Player, oxbow: Row, note: Row, method: str, path: str, body: dict[str, Any]
) -> None:
    given = {name: oxbow["id"] if value == "client" else value for name, value in body.items()}
    assert await spoiled_bodies(ines, method, path.format(note=note["id"]), given) == []


@pytest.mark.parametrize(
    ("path", "fields", "typed"),
    [
        ("/tickets", {**WHOLE, "assignee_id": ""}, ["title", "description", "due_date"]),
        ("/tickets/1/edit", {**FACTS, "assignee_id": "", "version": "1"}, ["description", "title"]),
        ("/tickets/4/transitions", {"to_stage": "New", "notes": "Typed note"}, []),
        ("/tickets/2/resolution", {"final_note": "Typed note", "time_spent_minutes": "-1"}, ["final_note"]),
        ("/tickets/4/reopenings", {"reason": "Typed reason"}, []),
        ("/tickets/1/notes", {"content": "Typed note", "is_internal": "true"}, ["content"]),
        (
            "/tickets/1/notes/{note}/edit",
            {"content": "Typed note", "is_internal": "true", "version": "9"},
            ["content"],
        ),
        ("/tickets/1/time", {"minutes": "5", "day": "2026-03-04", "note": "Typed note"}, ["note", "day"]),
        ("/tickets/3/summary", {"to_email": "typed@oxbow.example", "version": "99"}, []),
        ("/ticket-changes", {**MANY, "numbers": "4"}, ["final_note"]),
        (
            "/settings/tickets",
            {"critical": "4", "version": "1"},
            [],
        ),
    ],
)
async def test_a_form_is_taken_or_comes_back_with_all_that_was_typed(
    ines: Player, oxbow: Row, note: Row, path: str, fields: dict[str, str], typed: list[str]
) -> None:
    given = {name: oxbow["id"] if value == "client" else value for name, value in fields.items()}
    assert await spoiled_forms(ines, path.format(note=note["id"]), given, typed) == []


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "1e400", "x%00"])
@pytest.mark.parametrize("path", ["/v1/tickets/{}", "page/tickets/{}", "page/tickets/{}/edit"])
async def test_a_number_that_none_has_is_not_found(ines: Player, path: str, number: str) -> None:
    at = path.format(number)
    answer = await ines.get(ines.at(at.removeprefix("page")) if at.startswith("page") else at)
    assert answer.status_code == 404


@pytest.mark.parametrize(("path", "name"), [("/tickets/1/notes", "content"), ("/tickets", "description")])
async def test_a_text_without_end_comes_back_whole(ines: Player, note: Row, path: str, name: str) -> None:
    assert await overlong(ines, path, {"title": "Typed title"}, name) == ""


async def test_what_is_no_body_is_refused_in_words(ines: Player) -> None:
    assert await no_bodies(ines, "POST", "/v1/tickets") == []
