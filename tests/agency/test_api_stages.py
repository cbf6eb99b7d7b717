"""The pipeline's stages, by the API: what may be one, and what happens to the clients in it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from audienceos.agency import ports
from audienceos.platform.events.models import Event
from tests.agency.programs import program_of
from tests.cast import Player, Stage
from tests.clients.test_moving import client_in, history

SEEDED = ["Onboarding", "Installation", "Audit", "Live", "Needs Support", "Off-Boarding"]


async def names(player: Player) -> list[str]:
    """The stages in their order."""
    return [stage["name"] for stage in (await player.get("/v1/stages")).json()["items"]]


async def roles(player: Player) -> dict[str, str]:
    """The stages that have a role."""
    items = (await player.get("/v1/stages")).json()["items"]
    return {stage["name"]: stage["role"] for stage in items if stage["role"]}


async def version(player: Player) -> int:
    """The version to be edited."""
    return (await player.get("/v1/agency")).json()["version"]


async def edit(player: Player, stage: str, **fields: Any) -> Any:
    """Change a stage as it was just read."""
    return await player.patch(f"/v1/stages/{stage}", json=fields, version=await version(player))


async def order(player: Player, *stages: str) -> Any:
    """Put them in this order."""
    body = {"stages": list(stages)}
    return await player.patch("/v1/stage-order", json=body, version=await version(player))


async def test_a_new_agency_has_the_seeds_stages(tom: Player) -> None:
    assert await names(tom) == SEEDED
    assert await roles(tom) == {
        "Onboarding": "initial",
        "Live": "live",
        "Needs Support": "support",
        "Off-Boarding": "terminal",
    }
    shown = await tom.get("/v1/stages/Needs Support")
    assert shown.json() == {"name": "Needs Support", "position": 5, "role": "support", "version": 1}
    assert shown.headers["etag"] == '"1"'


async def test_a_stage_is_added_at_the_end_or_where_it_is_wanted(ines: Player) -> None:
    last = await ines.post("/v1/stages", json={"name": "  Win   back "})
    assert (last.status_code, last.json()["name"], last.json()["position"]) == (201, "Win back", 7)
    early = await ines.post("/v1/stages", json={"name": "Kick-off", "position": 2, "role": "support"})
    assert (early.json()["position"], early.json()["role"]) == (2, "support")
    assert await names(ines) == ["Onboarding", "Kick-off", *SEEDED[1:], "Win back"]


async def test_a_stage_put_first_is_where_clients_start(ines: Player) -> None:
    await ines.post("/v1/stages", json={"name": "Lead", "position": 1})
    assert (await roles(ines))["Lead"] == "initial"
    assert "Onboarding" not in await roles(ines)
    started = await ines.post("/v1/clients", json={"name": "Oxbow"})
    assert started.json()["stage"] == "Lead"


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * 51, "live", "NEEDS  SUPPORT", "Won/Lost", "..", "a\x07b", "ＬＩＶＥ\x00"]
)
async def test_what_can_not_be_a_name_is_refused(ines: Player, name: str) -> None:
    for answer in (
        await ines.post("/v1/stages", json={"name": name}),
        await edit(ines, "Audit", name=name),
    ):
        assert answer.status_code == 422, answer.text
        assert [fault["field"] for fault in answer.json()["errors"]] == ["name"]
    assert await names(ines) == SEEDED


async def test_there_are_three_to_twenty(ines: Player) -> None:
    for number in range(14):
        assert (await ines.post("/v1/stages", json={"name": f"Stage {number}"})).status_code == 201
    many = await ines.post("/v1/stages", json={"name": "One more"})
    assert (many.status_code, many.json()["code"]) == (409, "too_many_stages")
    for stage in (await names(ines))[3:]:
        assert (await ines.delete(f"/v1/stages/{stage}")).status_code == 204
    few = await ines.delete("/v1/stages/Audit")
    assert (few.status_code, few.json()["code"]) == (409, "too_few_stages")
    assert await names(ines) == SEEDED[:3]


async def test_a_position_beyond_the_end_is_refused(ines: Player) -> None:
    answer = await ines.post("/v1/stages", json={"name": "Far", "position": 8})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "position")


async def test_a_renamed_stage_carries_its_clients_and_history_keeps_the_name(ines: Player) -> None:
    client = await client_in(ines, "Live")
    answer = await edit(ines, "Live", name="Flying")
    assert (answer.status_code, answer.json()["role"]) == (200, "live")
    shown = (await ines.get(f"/v1/clients/{client['id']}")).json()
    assert (shown["stage"], shown["version"]) == ("Flying", client["version"])
    (event,) = await history(ines, client)
    assert event["to_stage"] == "Live"
    assert await names(ines) == [*SEEDED[:3], "Flying", *SEEDED[4:]]


async def test_only_the_case_of_a_name_may_change(ines: Player) -> None:
    assert (await edit(ines, "Off-Boarding", name="Off-boarding")).json()["name"] == "Off-boarding"
    assert (await roles(ines))["Off-boarding"] == "terminal"


async def test_a_stage_takes_a_role_and_loses_it(ines: Player) -> None:
    assert (await edit(ines, "Audit", role="live")).json()["role"] == "live"
    assert (await edit(ines, "Audit", role=None)).json()["role"] is None
    assert (await edit(ines, "Audit", role="initial")).status_code == 422
    first = await edit(ines, "Onboarding", role="live")
    assert (first.status_code, first.json()["errors"][0]["field"]) == (422, "role")


async def test_a_role_has_clients_judged_anew(ines: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []

    async def judge(db: Any, /) -> None:
        judged.append("now")

    monkeypatch.setattr(ports, "_limits", [judge])
    await edit(ines, "Audit", role="live")
    await order(ines, *SEEDED[:1], *SEEDED[2:], SEEDED[1])
    assert judged == ["now"]


async def test_order_moves_where_clients_start(ines: Player) -> None:
    answer = await order(ines, "Audit", "Onboarding", *SEEDED[1:2], *SEEDED[3:])
    assert answer.json()["stages"][0] == "Audit"
    assert (await roles(ines))["Audit"] == "initial"
    assert "Onboarding" not in await roles(ines)


async def test_no_stage_with_a_role_of_its_own_comes_first(ines: Player) -> None:
    refused = await order(ines, "Live", *(stage for stage in SEEDED if stage != "Live"))
    assert (refused.status_code, refused.json()["code"]) == (409, "first_has_a_role")
    for stage in ("Onboarding", "Installation"):
        await ines.delete(f"/v1/stages/{stage}")
    refused = await ines.delete("/v1/stages/Audit")
    assert (refused.status_code, refused.json()["code"]) == (409, "first_has_a_role")


@pytest.mark.parametrize("stages", [[], SEEDED[1:], [*SEEDED, "Live"], [*SEEDED[:5], "Limbo"]])
async def test_an_order_names_each_stage_once(ines: Player, stages: list[str]) -> None:
    answer = await order(ines, *stages)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "stages")


async def test_a_stage_in_use_is_removed_only_with_a_target(ines: Player) -> None:
    client = await client_in(ines, "Audit")
    archived = await client_in(ines, "Audit", "Fern")
    await ines.patch(f"/v1/clients/{archived['id']}", json={"is_active": False}, version=1)
    refused = await ines.delete("/v1/stages/Audit")
    assert (refused.status_code, refused.json()["code"]) == (409, "stage_in_use")
    assert refused.json()["extra"] == {"stage": "Audit", "count": 2}
    assert (await ines.delete("/v1/stages/Audit?target=Live")).status_code == 204
    for one in (client, archived):
        assert (await ines.get(f"/v1/clients/{one['id']}")).json()["stage"] == "Live"
    latest, _ = await history(ines, client)
    assert (latest["from_stage"], latest["to_stage"]) == ("Audit", "Live")
    assert "Audit" not in await names(ines)


@pytest.mark.parametrize("target", ["Audit", "Limbo"])
async def test_a_target_is_another_stage(ines: Player, target: str) -> None:
    await client_in(ines, "Audit")
    answer = await ines.delete(f"/v1/stages/Audit?target={target}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "target")
    assert await names(ines) == SEEDED


async def test_a_move_to_a_removed_stage_says_so(ines: Player) -> None:
    client = await client_in(ines, "Onboarding")
    await ines.delete("/v1/stages/Audit")
    move = {"from_stage": "Onboarding", "to_stage": "Audit"}
    answer = await ines.post(f"/v1/clients/{client['id']}/moves", json=move)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "to_stage")


async def test_edits_say_which_version_they_read(ines: Player) -> None:
    assert (await ines.patch("/v1/stages/Audit", json={"name": "Check"})).status_code == 428
    assert (await ines.patch("/v1/stage-order", json={"stages": SEEDED})).status_code == 428
    await ines.post("/v1/stages", json={"name": "Win back"})
    late = await ines.patch("/v1/stages/Audit", json={"name": "Check"}, version=1)
    assert (late.status_code, late.json()["extra"]) == (412, {"version": 2})


async def test_a_user_sees_them_and_changes_none(ines: Player, tom: Player) -> None:
    for answer in (
        await tom.post("/v1/stages", json={"name": "Toms"}),
        await edit(tom, "Audit", name="Toms"),
        await order(tom, *reversed(SEEDED)),
        await tom.delete("/v1/stages/Audit"),
    ):
        assert answer.status_code == 403
    assert await names(ines) == SEEDED


async def test_what_is_no_stage_here_is_not_found(ines: Player, cleo: Player) -> None:
    await cleo.post("/v1/stages", json={"name": "Hers"})
    for stage in ("Hers", "audit", "Limbo"):
        assert (await ines.get(f"/v1/stages/{stage}")).status_code == 404
        assert (await edit(ines, stage, name="Mine")).status_code == 404
        assert (await ines.delete(f"/v1/stages/{stage}")).status_code == 404


async def test_an_edit_is_told_with_before_and_after(ines: Player, stage: Stage) -> None:
    await edit(ines, "Audit", name="Check")
    async with stage.parts.database.acting(ines.claims) as db:
        told = await db.scalar(select(Event).where(Event.name == "agency.stage_renamed"))
    assert told is not None
    assert told.data == {"was": "Audit", "stage": "Check"}
    assert told.before is not None
    assert told.before["pipeline_stages"] == SEEDED


async def test_a_writing_program_of_an_admin_edits_stages(ines: Player, stage: Stage) -> None:
    program = await program_of(stage, ines)
    assert (await program.post("/v1/stages", json={"name": "By machine"})).status_code == 201
