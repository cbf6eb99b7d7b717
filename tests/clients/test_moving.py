"""Moves through the pipeline, by the API."""

from __future__ import annotations

from typing import Any

from tests.cast import Player


async def client_in(player: Player, stage: str, name: str = "Oxbow") -> dict[str, Any]:
    """A client of the player's, in that stage."""
    answer = await player.post("/v1/clients", json={"name": name, "stage": stage})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def move(player: Player, client: dict[str, Any], to: str, **more: Any) -> Any:
    """Ask for a move from where the client was seen."""
    body = {"from_stage": client["stage"], "to_stage": to, **more}
    return await player.post(f"/v1/clients/{client['id']}/moves", json=body)


async def history(player: Player, client: dict[str, Any]) -> list[dict[str, Any]]:
    """The client's stage events, newest first."""
    return (await player.get(f"/v1/clients/{client['id']}/moves")).json()["items"]


async def test_a_new_client_begins_its_history(ines: Player) -> None:
    client = await client_in(ines, "Audit")
    (first,) = await history(ines, client)
    assert (first["from_stage"], first["to_stage"], first["mover"]) == (None, "Audit", "Ines Aalto")


async def test_a_move_leaves_exactly_one_event(ines: Player) -> None:
    client = await client_in(ines, "Onboarding")
    answer = await move(ines, client, "Audit", notes="all set")
    assert answer.json() | {"id": None} == {
        "id": None,
        "stage": "Audit",
        "moved": True,
        "health_status": "green",
    }
    latest, first = await history(ines, client)
    assert (latest["from_stage"], latest["to_stage"], latest["notes"]) == ("Onboarding", "Audit", "all set")
    assert first["stayed_seconds"] == 0


async def test_moving_to_where_it_is_changes_nothing(ines: Player) -> None:
    client = await client_in(ines, "Audit")
    answer = await move(ines, client, "Audit")
    assert (answer.status_code, answer.json()["moved"]) == (200, False)
    assert len(await history(ines, client)) == 1


async def test_more_than_two_back_is_refused_and_an_admin_may_insist(ines: Player, tom: Player) -> None:
    client = await client_in(ines, "Live")
    refused = await move(tom, client, "Onboarding")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_far_back")
    assert (await move(tom, client, "Onboarding", override=True)).status_code == 403
    assert (await move(ines, client, "Onboarding", override=True)).json()["stage"] == "Onboarding"


async def test_two_back_is_allowed(tom: Player) -> None:
    client = await client_in(tom, "Audit")
    assert (await move(tom, client, "Onboarding")).json()["moved"] is True


async def test_someone_moved_it_first(ines: Player, tom: Player) -> None:
    client = await client_in(ines, "Onboarding")
    await move(tom, client, "Installation")
    late = await move(ines, client, "Audit")
    assert (late.status_code, late.json()["code"]) == (409, "moved")
    assert late.json()["extra"] == {"stage": "Installation"}


async def test_a_stage_that_is_none_is_named(ines: Player) -> None:
    client = await client_in(ines, "Onboarding")
    answer = await move(ines, client, "Limbo")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "to_stage"


async def test_the_first_day_live_is_kept(ines: Player) -> None:
    client = await client_in(ines, "Audit")
    await move(ines, client, "Live")
    shown = (await ines.get(f"/v1/clients/{client['id']}")).json()
    assert shown["install_date"] is not None


async def test_a_stranger_moves_nothing(ines: Player, cleo: Player) -> None:
    client = await client_in(ines, "Onboarding")
    assert (await move(cleo, client, "Audit")).status_code == 404
    assert len(await history(ines, client)) == 1
