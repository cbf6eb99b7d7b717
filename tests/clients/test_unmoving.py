"""The last move of a client taken back: by whoever made it, within a day, with the days it had spent there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from audienceos.clients.actions.unmoving import undo_move
from audienceos.platform import clock
from audienceos.platform.db.database import Database
from audienceos.platform.errors import Conflict
from tests.cast import Player
from tests.clients.given import Row, a, of_client, shown


async def move(player: Player, client: Row, to_stage: str, **more: Any) -> None:
    """Move it from where it is."""
    stage = (await shown(player, client))["stage"]
    await a(player, "moves", client, from_stage=stage, to_stage=to_stage, **more)


async def undo(player: Player, client: Row, from_stage: str) -> httpx.Response:
    """Take the last move back."""
    body = {"from_stage": from_stage}
    return await player.post(f"/v1/clients/{client['id']}/move-undo", json=body)


async def test_it_is_back_with_the_days_that_it_had(ines: Player, oxbow: Row) -> None:
    before = await shown(ines, oxbow)
    await move(ines, oxbow, "Live")
    answer = await undo(ines, oxbow, "Live")
    assert (answer.status_code, answer.json()["stage"]) == (200, "Onboarding")
    after = await shown(ines, oxbow)
    for name in ("stage", "stage_entered_at", "install_date"):
        assert after[name] == before[name]


async def test_the_history_keeps_both_ways(ines: Player, oxbow: Row) -> None:
    await move(ines, oxbow, "Audit", notes="Slipped")
    await undo(ines, oxbow, "Audit")
    assert [(one["to_stage"], one["notes"]) for one in await of_client(ines, "moves", oxbow)] == [
        ("Onboarding", "Undone"),
        ("Audit", "Slipped"),
        ("Onboarding", None),
    ]


async def test_one_move_after_the_other_is_taken_back(ines: Player, oxbow: Row) -> None:
    before = await shown(ines, oxbow)
    for stage in ("Installation", "Audit"):
        await move(ines, oxbow, stage)
    assert (await undo(ines, oxbow, "Audit")).json()["stage"] == "Installation"
    assert (await undo(ines, oxbow, "Installation")).json()["stage"] == "Onboarding"
    assert (await shown(ines, oxbow))["stage_entered_at"] == before["stage_entered_at"]
    assert (await undo(ines, oxbow, "Onboarding")).json()["code"] == "nothing_to_undo"


async def test_no_rule_of_stages_refuses_the_way_back(tom: Player, oxbow: Row) -> None:
    await move(tom, oxbow, "Live")
    assert (await undo(tom, oxbow, "Live")).status_code == 200


async def test_the_day_of_going_live_stays_where_another_move_set_it(ines: Player, oxbow: Row) -> None:
    await move(ines, oxbow, "Live")
    await move(ines, oxbow, "Needs Support")
    await move(ines, oxbow, "Live")
    day = (await shown(ines, oxbow))["install_date"]
    await undo(ines, oxbow, "Live")
    assert day is not None
    assert (await shown(ines, oxbow))["install_date"] == day


async def test_elsewhere_by_now_is_a_conflict(ines: Player, oxbow: Row) -> None:
    await move(ines, oxbow, "Installation")
    await move(ines, oxbow, "Audit")
    answer = await undo(ines, oxbow, "Installation")
    assert (answer.status_code, answer.json()["code"]) == (409, "moved")


async def test_a_colleagues_move_is_the_colleagues_or_an_admins(
    ines: Player, tom: Player, oxbow: Row
) -> None:
    await move(ines, oxbow, "Audit")
    assert (await undo(tom, oxbow, "Audit")).status_code == 403
    await undo(ines, oxbow, "Audit")
    await move(tom, oxbow, "Audit")
    assert (await undo(ines, oxbow, "Audit")).status_code == 200


async def test_after_a_day_it_is_a_move_of_its_own(database: Database, ines: Player, oxbow: Row) -> None:
    await move(ines, oxbow, "Audit")
    with clock.stopped_at(clock.now() + timedelta(hours=25)), pytest.raises(Conflict) as refused:
        async with database.acting(ines.claims) as db:
            await undo_move(db, UUID(oxbow["id"]))
    assert refused.value.code == "too_late"


async def test_an_archived_client_stays(ines: Player, oxbow: Row) -> None:
    await move(ines, oxbow, "Audit")
    version = (await shown(ines, oxbow))["version"]
    await ines.patch(f"/v1/clients/{oxbow['id']}", json={"is_active": False}, version=version)
    assert (await undo(ines, oxbow, "Audit")).json()["code"] == "archived"


async def test_the_board_takes_a_move_back_by_its_form(ines: Player, oxbow: Row) -> None:
    await move(ines, oxbow, "Audit")
    form = {"from_stage": "Audit", "to_stage": "Onboarding", "undo": "true"}
    at = ines.at(f"/clients/{oxbow['id']}/moves")
    assert (await ines.post(at, data=form, headers={"HX-Request": "true"})).status_code == 204
    assert (await shown(ines, oxbow))["stage"] == "Onboarding"


async def test_a_way_back_by_hand_is_a_move_like_any_other(ines: Player, oxbow: Row) -> None:
    await move(ines, oxbow, "Installation")
    await move(ines, oxbow, "Onboarding", notes="Not yet")
    assert (await undo(ines, oxbow, "Onboarding")).json()["stage"] == "Installation"
