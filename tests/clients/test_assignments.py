"""Who looks after a client, by the API."""

from __future__ import annotations

import asyncio

from tests.cast import Player, Stage
from tests.clients.given import Row, a, a_client, names, of_client


async def team(player: Player, client: Row) -> list[tuple[str, str]]:
    """Who looks after the client, and as what."""
    return [(row["user_name"], row["role"]) for row in await of_client(player, "assignments", client)]


async def test_its_creator_owns_a_client(ines: Player, tom: Player) -> None:
    assert await team(ines, await a_client(tom, "Brae")) == [("Tom Baker", "owner")]


async def test_another_may_be_named(ines: Player, tom: Player) -> None:
    client = await a_client(ines, "Brae", default_owner_id=str(tom.user_id))
    assert await team(ines, client) == [("Tom Baker", "owner")]


async def test_a_new_owner_takes_the_olds_place(ines: Player, tom: Player, oxbow: Row) -> None:
    answer = await a(ines, "assignments", oxbow, user_id=str(tom.user_id), role="owner")
    assert (answer["user_name"], answer["role"]) == ("Tom Baker", "owner")
    assert await team(ines, oxbow) == [("Tom Baker", "owner")]


async def test_a_collaborator_joins_the_owner(ines: Player, tom: Player, oxbow: Row) -> None:
    await a(ines, "assignments", oxbow, user_id=str(tom.user_id))
    assert await team(ines, oxbow) == [("Ines Aalto", "owner"), ("Tom Baker", "collaborator")]


async def test_a_collaborator_who_becomes_owner_is_no_longer_both(
    ines: Player, tom: Player, oxbow: Row
) -> None:
    await a(ines, "assignments", oxbow, user_id=str(tom.user_id))
    await a(ines, "assignments", oxbow, user_id=str(tom.user_id), role="owner")
    assert await team(ines, oxbow) == [("Tom Baker", "owner")]


async def test_an_owner_doesnt_become_a_collaborator_unless_another_owns(ines: Player, oxbow: Row) -> None:
    body = {"user_id": str(ines.user_id), "role": "collaborator"}
    answer = await ines.post(f"/v1/clients/{oxbow['id']}/assignments", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "is_owner")


async def test_assigning_twice_changes_nothing(ines: Player, tom: Player, oxbow: Row) -> None:
    first = await a(ines, "assignments", oxbow, user_id=str(tom.user_id))
    assert (await a(ines, "assignments", oxbow, user_id=str(tom.user_id)))["id"] == first["id"]


async def test_without_its_owner_a_client_is_unassigned(ines: Player, oxbow: Row) -> None:
    (owner,) = await of_client(ines, "assignments", oxbow)
    gone = await ines.delete(f"/v1/clients/{oxbow['id']}/assignments/{owner['id']}")
    assert gone.status_code == 204
    assert await names(ines, unassigned="true") == ["Oxbow"]


async def test_somebody_of_another_agency_is_nobody_here(ines: Player, cleo: Player, oxbow: Row) -> None:
    answer = await ines.post(f"/v1/clients/{oxbow['id']}/assignments", json={"user_id": str(cleo.user_id)})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "user_id")


async def test_two_who_name_an_owner_at_once_leave_one(
    stage: Stage, ines: Player, tom: Player, oxbow: Row
) -> None:
    una = await stage.member(ines, "Una Frost")
    path = f"/v1/clients/{oxbow['id']}/assignments"
    bodies = [{"user_id": str(who.user_id), "role": "owner"} for who in (tom, una)]
    answers = await asyncio.gather(*(ines.post(path, json=body) for body in bodies))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(await team(ines, oxbow)) == 1


async def test_mine_are_those_one_owns_or_helps_with(ines: Player, tom: Player, oxbow: Row) -> None:
    await a_client(tom, "Brae")
    await a_client(ines, "Cairn")
    await a(ines, "assignments", oxbow, user_id=str(tom.user_id))
    assert await names(tom, mine="true") == ["Brae", "Oxbow"]
    assert await names(tom, owner=str(tom.user_id)) == ["Brae"]


async def test_a_scoped_member_sees_what_they_add_for_another(mia: Player, ines: Player) -> None:
    client = await a_client(mia, "Brae", default_owner_id=str(ines.user_id))
    assert await team(mia, client) == [("Ines Aalto", "owner"), ("Mia Lind", "collaborator")]


async def test_a_scoped_member_may_give_a_client_away(mia: Player, ines: Player) -> None:
    client = await a_client(mia, "Brae")
    body = {"user_id": str(ines.user_id), "role": "owner"}
    answer = await mia.post(f"/v1/clients/{client['id']}/assignments", json=body)
    assert (answer.status_code, answer.json()["user_name"]) == (200, "Ines Aalto")
    assert (await mia.get(f"/v1/clients/{client['id']}")).status_code == 404
