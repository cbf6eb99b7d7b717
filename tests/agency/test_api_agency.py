"""The agency itself, by the API: shown, changed by admins, moved to another address."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from audienceos.agency import ports
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.models import Event
from tests.agency.programs import program_of
from tests.cast import Player, Stage


async def change(player: Player, version: int | None = None, **fields: Any) -> Any:
    """Change the agency as it was just read."""
    read = version or (await player.get("/v1/agency")).json()["version"]
    return await player.patch("/v1/agency", json=fields, version=read)


async def test_a_new_agency_has_its_defaults(ines: Player) -> None:
    shown = (await ines.get("/v1/agency")).json()
    assert shown["health_thresholds"] == {"yellow": 7, "red": 14}
    assert (shown["timezone"], shown["currency"], shown["client_visibility"]) == ("UTC", "USD", "all")
    assert (shown["stage_roles"]["Onboarding"], shown["slug"]) == ("initial", ines.slug)


async def test_an_admin_changes_it_and_null_clears(ines: Player) -> None:
    answer = await change(
        ines, name="  North   Light ", domain="Northlight.Example.", logo_url="https://pics.example/a.png"
    )
    assert answer.json()["name"] == "North Light"
    assert answer.json()["domain"] == "northlight.example"
    answer = await change(ines, logo_url=None, timezone="Asia/Kathmandu", currency="eur")
    assert (answer.status_code, answer.headers["etag"]) == (200, f'"{answer.json()["version"]}"')
    after = answer.json()
    assert (after["logo_url"], after["timezone"], after["currency"]) == (None, "Asia/Kathmandu", "EUR")
    assert after["domain"] == "northlight.example"


async def test_a_user_sees_it_and_changes_nothing(ines: Player, tom: Player) -> None:
    before = (await tom.get("/v1/agency")).json()
    assert (await change(tom, name="Toms")).status_code == 403
    assert (await ines.get("/v1/agency")).json() == before


async def test_an_edit_says_which_version_it_read(ines: Player) -> None:
    assert (await ines.patch("/v1/agency", json={"name": "New"})).status_code == 428
    assert (await change(ines, 1, name="New")).status_code == 200
    late = await change(ines, 1, name="Newer")
    assert (late.status_code, late.json()["extra"]) == (412, {"version": 2})
    assert (await ines.get("/v1/agency")).json()["name"] == "New"


async def test_an_edit_that_changes_nothing_is_none(ines: Player) -> None:
    shown = (await ines.get("/v1/agency")).json()
    assert (await change(ines, name=shown["name"])).json()["version"] == shown["version"]


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [
        ("name", "   ", "name"),
        ("name", "x" * 101, "name"),
        ("name", None, "name"),
        ("name", "a\x07b", "name"),
        ("logo_url", "http://pics.example/a.png", "logo_url"),
        ("logo_url", "https://pics.example/" + "a" * 490, "logo_url"),
        ("logo_url", "https://[", "logo_url"),
        ("domain", "https://northlight.example", "domain"),
        ("domain", "localhost", "domain"),
        ("domain", "-a.example", "domain"),
        ("domain", "a..example", "domain"),
        ("timezone", "Europe/Atlantis", "timezone"),
        ("timezone", "localtime", "timezone"),
        ("currency", "XXX", "currency"),
        ("currency", "EURO", "currency"),
        ("client_visibility", "none", "client_visibility"),
        ("stuck_after_days", 0, "stuck_after_days"),
        ("stuck_after_days", 366, "stuck_after_days"),
        ("health_thresholds", {"yellow": 7, "red": 7}, "health_thresholds.red"),
        ("health_thresholds", {"yellow": 0, "red": 7}, "health_thresholds"),
        ("health_thresholds", {"yellow": 7, "red": 366}, "health_thresholds"),
        ("health_thresholds", {"yellow": 7}, "health_thresholds"),
        ("business_hours", {"start": "09:00", "end": "09:00"}, "business_hours.end"),
        ("business_hours", {"start": "9:00", "end": "17:00"}, "business_hours.start"),
        ("business_hours", {"start": "09:00", "end": "24:00"}, "business_hours.end"),
        ("business_hours", {"start": "09:00"}, "business_hours"),
        ("business_hours", {"start": "09:00", "end": "17:00", "days": []}, "business_hours"),
        ("business_hours", {"start": "09:00", "end": "17:00", "days": ["someday"]}, "business_hours"),
        ("pipeline_stages", ["A", "B", "C"], "pipeline_stages"),
        ("slug", "elsewhere", "slug"),
    ],
)
async def test_nonsense_is_told_at_its_field(ines: Player, field: str, value: Any, at: str) -> None:
    answer = await change(ines, **{field: value})
    assert answer.status_code == 422, answer.text
    assert [fault["field"] for fault in answer.json()["errors"]] == [at]


@pytest.mark.parametrize(("yellow", "red"), [(1, 2), (1, 365), (364, 365)])
async def test_limits_go_to_their_bounds(ines: Player, yellow: int, red: int) -> None:
    answer = await change(ines, health_thresholds={"yellow": yellow, "red": red})
    assert answer.json()["health_thresholds"] == {"yellow": yellow, "red": red}


async def test_hours_may_go_past_midnight_and_days_stand_in_order(ines: Player) -> None:
    answer = await change(
        ines, business_hours={"start": "22:00", "end": "06:00", "days": ["sun", "fri", "fri"]}
    )
    assert answer.json()["business_hours"] == {"start": "22:00", "end": "06:00", "days": ["fri", "sun"]}
    assert (await change(ines, business_hours=None)).json()["business_hours"] is None


async def test_every_wrong_field_is_told_at_once(ines: Player) -> None:
    answer = await change(ines, name=" ", domain="x", timezone="Mars", currency="???")
    assert {fault["field"] for fault in answer.json()["errors"]} == {"name", "domain", "timezone", "currency"}


@pytest.mark.parametrize(
    ("fields", "judged"),
    [
        ({"health_thresholds": {"yellow": 3, "red": 5}}, 1),
        ({"timezone": "Asia/Tokyo"}, 1),
        ({"name": "Another"}, 0),
        ({"health_thresholds": {"yellow": 7, "red": 14}}, 0),
    ],
)
async def test_what_health_depends_on_has_everyone_judged_anew(
    ines: Player, monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], judged: int
) -> None:
    asked: list[Db] = []

    async def judge(db: Db, /) -> None:
        asked.append(db)

    monkeypatch.setattr(ports, "_limits", [judge])
    assert (await change(ines, **fields)).status_code == 200
    assert len(asked) == judged


async def test_a_change_is_told_with_before_and_after(ines: Player, stage: Stage) -> None:
    await change(ines, currency="CHF")
    async with stage.parts.database.acting(ines.claims) as db:
        told = await db.scalar(select(Event).where(Event.name == "agency.changed"))
    assert told is not None
    assert (told.before, told.after) == ({"currency": "USD"}, {"currency": "CHF"})
    assert (told.actor_id, told.data) == (ines.user_id, {"fields": ["currency"]})


async def test_a_program_reads_and_with_the_scope_writes(ines: Player, stage: Stage) -> None:
    reader, writer = await program_of(stage, ines, "read"), await program_of(stage, ines)
    version = {"If-Match": '"1"'}
    assert (await reader.get("/v1/agency")).json()["slug"] == ines.slug
    assert (await reader.patch("/v1/agency", json={"name": "New"}, headers=version)).status_code == 403
    assert (await writer.patch("/v1/agency", json={"name": "New"}, headers=version)).status_code == 200


async def move(player: Player, slug: str, version: int = 1) -> Any:
    """Move the agency to another address."""
    return await player.patch("/v1/agency/address", json={"slug": slug}, version=version)


async def test_the_address_moves_and_the_old_one_leads_there(ines: Player) -> None:
    old, new = ines.slug, f"{ines.slug}-anew"
    answer = await move(ines, new)
    assert (answer.status_code, answer.json()) == (200, {"slug": new, "version": 2})
    led = await ines.get(f"/{old}/clients?q=a")
    assert (led.status_code, led.headers["location"]) == (308, f"/{new}/clients?q=a")
    assert (await ines.get(f"/{new}/clients")).status_code == 200
    assert (await ines.get("/v1/agency/address")).json()["slug"] == new


async def test_an_address_once_anothers_is_nobody_elses(ines: Player, cleo: Player) -> None:
    old = ines.slug
    await move(ines, f"{old}-anew")
    taken = await move(cleo, old)
    assert (taken.status_code, taken.json()["code"]) == (409, "slug_taken")
    assert (await move(ines, old, version=2)).json()["slug"] == old


@pytest.mark.parametrize("slug", ["v1", "sign-in", "settings", "A", "a", "a--b", "ab-", "x" * 51, "ä-b", ""])
async def test_no_agency_lives_at_such_an_address(ines: Player, slug: str) -> None:
    assert (await move(ines, slug)).status_code == 422


async def test_only_an_admin_who_signed_in_moves_it(ines: Player, tom: Player, stage: Stage) -> None:
    program = await program_of(stage, ines)
    assert (await move(tom, "toms-place")).status_code == 403
    refused = await program.patch(
        "/v1/agency/address", json={"slug": "programs-place"}, headers={"If-Match": '"1"'}
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "people_only")
    assert (await move(ines, "late-place", version=7)).status_code == 412
    assert (await ines.get("/v1/agency")).json()["slug"] == ines.slug
