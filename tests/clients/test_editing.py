"""A client's own fields, by the API: what is absent, what is null, who saved first."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cast import Player
from tests.clients.given import Row, a, a_client, shown

TOMORROW = str(datetime.now(UTC).date() + timedelta(days=2))

FULL: dict[str, Any] = {
    "name": "Oxbow",
    "contact_name": "Maya Okoro",
    "contact_email": "maya@oxbow.example",
    "domain": "oxbow.example",
    "lifetime_value": "1250.50",
    "total_spend": "80.00",
    "notes": "Shy",
    "tags": ["tier: core", "Dental"],
}


async def change(player: Player, client: Row, **changes: Any) -> Any:
    """Edit a client as it was read."""
    return await player.patch(f"/v1/clients/{client['id']}", json=changes, version=client["version"])


async def test_a_client_has_what_it_was_given(ines: Player) -> None:
    client = await a_client(ines, **FULL)
    assert client.items() >= FULL.items()
    assert (client["stage"], client["health_status"], client["is_active"], client["days_in_stage"]) == (
        "Onboarding",
        "green",
        True,
        0,
    )


async def test_absent_stays(ines: Player) -> None:
    client = await a_client(ines, **FULL)
    changed = (await change(ines, client, notes="Talkative")).json()
    assert changed.items() >= (FULL | {"notes": "Talkative"}).items()


@pytest.mark.parametrize(
    "field", ["contact_name", "contact_email", "domain", "lifetime_value", "total_spend", "notes"]
)
async def test_null_clears(ines: Player, field: str) -> None:
    client = await a_client(ines, **FULL)
    assert (await change(ines, client, **{field: None})).json()[field] is None


@pytest.mark.parametrize("field", ["name", "tags", "is_active", "custom"])
async def test_what_a_client_always_has_is_not_cleared(ines: Player, oxbow: Row, field: str) -> None:
    answer = await change(ines, oxbow, **{field: None})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 101),
        ("contact_email", "nobody"),
        ("lifetime_value", "-1"),
        ("lifetime_value", "1e30"),
        ("total_spend", "NaN"),
        ("notes", "x" * 5001),
        ("tags", [f"tag {number}" for number in range(21)]),
        ("tags", ["x" * 51]),
        ("tags", [",".join("abcdefghijklmnopqrstu")]),
        ("install_date", TOMORROW),
        ("stage", "Audit"),
        ("health_status", "green"),
        ("days_in_stage", 3),
        ("agency_id", "x"),
    ],
)
async def test_what_cant_be_is_told_at_its_field(ines: Player, oxbow: Row, field: str, value: object) -> None:
    answer = await change(ines, oxbow, **{field: value})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([" Dental ", "dental", "DENTAL"], ["Dental"]),
        (["one, two;three|four"], ["one", "two", "three", "four"]),
        (["new  \t patient"], ["new patient"]),
        ([], []),
    ],
)
async def test_tags_are_tidied(ines: Player, oxbow: Row, given: list[str], kept: list[str]) -> None:
    assert (await change(ines, oxbow, tags=given)).json()["tags"] == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://www.Oxbow.example/about?x=1", "oxbow.example"),
        ("OXBOW.example.", "oxbow.example"),
        ("oxbow.example:8080", "oxbow.example"),
        ("  ", None),
    ],
)
async def test_a_domain_is_the_host(ines: Player, oxbow: Row, given: str, kept: str | None) -> None:
    assert (await change(ines, oxbow, domain=given)).json()["domain"] == kept


async def test_money_is_exact(ines: Player, oxbow: Row) -> None:
    answer = await change(ines, oxbow, lifetime_value="999999999999.99")
    assert answer.json()["lifetime_value"] == "999999999999.99"


async def test_only_an_admin_corrects_the_first_day_live(ines: Player, tom: Player, oxbow: Row) -> None:
    refused = await change(tom, oxbow, install_date="2026-01-02")
    assert refused.status_code == 403
    changed = (await change(ines, oxbow, install_date="2026-01-02")).json()
    same = await change(tom, changed, install_date="2026-01-02", notes="Shy")
    assert (same.status_code, same.json()["notes"]) == (200, "Shy")


async def test_an_edit_says_what_it_read(ines: Player, oxbow: Row) -> None:
    path = f"/v1/clients/{oxbow['id']}"
    assert (await ines.patch(path, json={"notes": "x"})).status_code == 428
    assert (await ines.patch(path, json={"notes": "x"}, headers={"If-Match": "x"})).status_code == 400


async def test_what_is_shown_says_its_version(ines: Player, oxbow: Row) -> None:
    answer = await ines.get(f"/v1/clients/{oxbow['id']}")
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'


async def test_a_move_is_shown_to_who_has_this_version(ines: Player, oxbow: Row) -> None:
    read = await ines.get(f"/v1/clients/{oxbow['id']}")
    await a(ines, "moves", oxbow, from_stage="Onboarding", to_stage="Audit")
    again = await ines.get(f"/v1/clients/{oxbow['id']}", headers={"If-None-Match": read.headers["etag"]})
    assert (again.status_code, again.json()["stage"]) == (200, "Audit")


async def test_the_second_to_save_is_told_the_present_version(ines: Player, tom: Player, oxbow: Row) -> None:
    assert (await change(tom, oxbow, notes="Toms")).status_code == 200
    late = await change(ines, oxbow, notes="Mine")
    assert (late.status_code, late.json()["code"], late.json()["extra"]) == (412, "stale", {"version": 2})
    assert (await shown(ines, oxbow))["notes"] == "Toms"


async def test_of_two_who_save_at_once_one_is_told(ines: Player, tom: Player, oxbow: Row) -> None:
    answers = await asyncio.gather(change(ines, oxbow, notes="Mine"), change(tom, oxbow, tags=["toms"]))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    now = await shown(ines, oxbow)
    assert (now["notes"], now["tags"]) in [("Mine", []), (None, ["toms"])]


async def test_what_others_do_besides_doesnt_hinder_an_edit(ines: Player, tom: Player, oxbow: Row) -> None:
    await a(tom, "notes", oxbow, content="Called")
    await a(tom, "tasks", oxbow, name="Call", due_date="2020-01-01")
    await a(tom, "moves", oxbow, from_stage="Onboarding", to_stage="Audit")
    assert (await change(ines, oxbow, notes="Mine")).status_code == 200


async def test_saving_what_is_there_changes_nothing(ines: Player) -> None:
    client = await a_client(ines, **FULL)
    assert (await change(ines, client, **FULL)).json()["version"] == client["version"]


async def test_two_clients_may_have_the_same_name(ines: Player, oxbow: Row) -> None:
    assert (await a_client(ines, "Oxbow"))["id"] != oxbow["id"]


@pytest.mark.parametrize(("wanted", "status"), [("Live", 201), (" Live", 201), ("live", 422), ("Limbo", 422)])
async def test_a_new_client_starts_in_a_stage_of_the_agency(ines: Player, wanted: str, status: int) -> None:
    assert (await ines.post("/v1/clients", json={"name": "Brae", "stage": wanted})).status_code == status


async def test_a_post_that_is_sent_twice_adds_one_client(ines: Player) -> None:
    key = {"Idempotency-Key": "one-attempt"}
    first, again = [await ines.post("/v1/clients", json={"name": "Brae"}, headers=key) for _ in range(2)]
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert (await ines.get("/v1/client-counts")).json()["count"] == 1
