"""The people of an agency, by the API: found, changed, shut out, let go."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.agency.programs import program_of
from tests.cast import Player, Stage
from tests.clients.test_moving import client_in


async def change(by: Player, whom: Player, **fields: Any) -> Any:
    """Change somebody as they were just read."""
    version = (await by.get(f"/v1/users/{whom.user_id}")).json().get("version", 1)
    return await by.patch(f"/v1/users/{whom.user_id}", json=fields, version=version)


async def found(player: Player, query: str = "") -> list[str]:
    """Who is found, by name."""
    answer = await player.get(f"/v1/users{query}")
    assert answer.status_code == 200, answer.text
    return [user["name"] for user in answer.json()["items"]]


async def test_everyone_sees_the_team(ines: Player, tom: Player) -> None:
    assert await found(tom) == ["Ines Aalto", "Tom Baker"]
    shown = (await tom.get(f"/v1/users/{ines.user_id}")).json()
    assert (shown["role"], shown["is_active"], shown["email_verified"]) == ("admin", True, True)
    assert shown["email"].startswith("ines-")


async def test_people_are_found_by_name_role_and_activity(ines: Player, tom: Player, stage: Stage) -> None:
    await stage.member(ines, "Mia 100%_Sure", "admin")
    await change(ines, tom, nickname="Tommy")
    assert await found(ines, "?q=BAK") == ["Tom Baker"]
    assert await found(ines, "?q=tommy") == ["Tom Baker"]
    assert await found(ines, "?q=ines-") == ["Ines Aalto"]
    assert await found(ines, "?q=0%25_s") == ["Mia 100%_Sure"]
    assert await found(ines, "?q=%25%25") == []
    assert await found(ines, "?role=user") == ["Tom Baker"]
    assert await found(ines, "?sort=-name&role=admin") == ["Mia 100%_Sure", "Ines Aalto"]
    await change(ines, tom, is_active=False)
    assert await found(ines, "?is_active=false") == ["Tom Baker"]
    assert await found(ines, "?is_active=true&q=baker") == []


@pytest.mark.parametrize(
    "query", ["role=owner", "is_active=perhaps", "sort=shoe_size", "limit=0", "colour=red"]
)
async def test_an_unknown_filter_is_refused(ines: Player, query: str) -> None:
    assert (await ines.get(f"/v1/users?{query}")).status_code == 400


async def test_pages_together_are_the_whole_team(ines: Player, tom: Player, stage: Stage) -> None:
    for name in ("Ada Low", "Bea Low", "Cid Low"):
        await stage.member(ines, name)
    first = (await ines.get("/v1/users?limit=3&sort=-name")).json()
    second = (await ines.get(f"/v1/users?limit=3&sort=-name&cursor={first['next_cursor']}")).json()
    whole = [user["name"] for user in (*first["items"], *second["items"])]
    assert whole == ["Tom Baker", "Ines Aalto", "Cid Low", "Bea Low", "Ada Low"]
    assert second["next_cursor"] is None


async def test_one_edits_oneself_but_never_ones_role_or_seat(tom: Player) -> None:
    answer = await change(
        tom, tom, first_name=" Thomas ", nickname="T", avatar_url="https://pics.example/t.png"
    )
    assert (answer.status_code, answer.json()["name"]) == (200, "Thomas Baker")
    assert (await change(tom, tom, nickname=None)).json()["nickname"] is None
    for fields in ({"role": "admin"}, {"is_active": False}, {"role": "user"}):
        assert (await change(tom, tom, **fields)).status_code == 403
    assert (await tom.delete(f"/v1/users/{tom.user_id}")).status_code == 403


async def test_a_user_changes_nobody_else(ines: Player, tom: Player) -> None:
    for fields in ({"first_name": "X"}, {"role": "user"}, {"is_active": False}):
        assert (await change(tom, ines, **fields)).status_code == 403
    assert (await tom.delete(f"/v1/users/{ines.user_id}")).status_code == 403
    assert await found(ines) == ["Ines Aalto", "Tom Baker"]


async def test_names_role_and_activity_change_in_one_edit(ines: Player, tom: Player) -> None:
    answer = await change(ines, tom, last_name="Bakker", role="admin", is_active=False)
    after = answer.json()
    assert (after["name"], after["role"], after["is_active"]) == ("Tom Bakker", "admin", False)
    assert answer.headers["etag"] == f'"{after["version"]}"'
    stale = await ines.patch(f"/v1/users/{tom.user_id}", json={"role": "user"}, version=1)
    assert stale.status_code == 412
    assert (await ines.patch(f"/v1/users/{tom.user_id}", json={"role": "user"})).status_code == 428


async def test_a_wrong_name_undoes_the_whole_edit(ines: Player, tom: Player) -> None:
    answer = await change(ines, tom, role="admin", first_name="x" * 51)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "first_name")
    assert (await ines.get(f"/v1/users/{tom.user_id}")).json()["role"] == "user"


async def test_a_deactivated_person_is_out_at_their_next_request(
    ines: Player, tom: Player, stage: Stage
) -> None:
    program = await program_of(stage, tom)
    assert (await tom.get("/v1/me")).status_code == (await program.get("/v1/me")).status_code == 200
    await change(ines, tom, is_active=False)
    assert (await tom.get("/v1/me")).status_code == (await tom.get(tom.at("/pipeline"))).status_code == 404
    assert (await tom.post("/v1/clients", json={"name": "One more"})).status_code == 404
    assert (await program.get("/v1/me")).status_code == 401
    await change(ines, tom, is_active=True)
    assert (await tom.get("/v1/me")).status_code == (await program.get("/v1/me")).status_code == 200


async def test_a_demoted_admin_is_no_admin_at_their_next_request(ines: Player, stage: Stage) -> None:
    mia = await stage.member(ines, "Mia Ek", "admin")
    program = await program_of(stage, mia)
    assert (await program.post("/v1/stages", json={"name": "Hers"})).status_code == 201
    await change(ines, mia, role="user")
    assert (await program.post("/v1/stages", json={"name": "Not hers"})).status_code == 403
    assert (await mia.get("/v1/invitations")).status_code == 403


async def test_what_somebody_looks_after_must_be_taken_over(ines: Player, tom: Player) -> None:
    client = await client_in(tom, "Audit")
    refused = await ines.delete(f"/v1/users/{tom.user_id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "reassignment_required")
    (held,) = refused.json()["extra"]["held"]
    assert held == {"kind": "client", "id": client["id"], "name": "Oxbow"}
    gone = await ines.delete(f"/v1/users/{tom.user_id}?reassign_to={ines.user_id}")
    assert gone.status_code == 204
    assert await found(ines) == ["Ines Aalto"]
    assert (await ines.get(f"/v1/users/{tom.user_id}")).status_code == 404
    assert (await tom.get("/v1/me")).status_code == 404
    mine = (await ines.get("/v1/clients?mine=true")).json()["items"]
    assert [one["id"] for one in mine] == [client["id"]]


async def test_only_somebody_active_here_takes_over(
    ines: Player, tom: Player, cleo: Player, stage: Stage
) -> None:
    mia = await stage.member(ines, "Mia Ek")
    await change(ines, mia, is_active=False)
    for heir in (tom, mia, cleo):
        answer = await ines.delete(f"/v1/users/{tom.user_id}?reassign_to={heir.user_id}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reassign_to")


async def test_deactivating_may_hand_over_too(ines: Player, tom: Player) -> None:
    client = await client_in(tom, "Audit")
    await change(ines, tom, is_active=False, reassign_to=str(ines.user_id))
    mine = (await ines.get("/v1/clients?mine=true")).json()["items"]
    assert [one["id"] for one in mine] == [client["id"]]


async def test_another_agencys_people_are_nowhere(ines: Player, cleo: Player) -> None:
    assert (await cleo.get(f"/v1/users/{ines.user_id}")).status_code == 404
    assert (await change(cleo, ines, role="user")).status_code == 404
    assert (await change(cleo, ines, first_name="X")).status_code == 404
    assert (await cleo.delete(f"/v1/users/{ines.user_id}")).status_code == 404
    assert await found(cleo, "?q=ines") == []


@pytest.mark.parametrize("way", ["demote", "deactivate", "remove"])
async def test_the_last_admin_is_never_lost(ines: Player, tom: Player, stage: Stage, way: str) -> None:
    mia = await stage.member(ines, "Mia Ek", "admin")
    assert (await end(ines, mia, way)).status_code < 300
    assert (await end(ines, ines, way)).status_code == 403
    assert (await end(tom, ines, way)).status_code == 403
    assert await found(ines, "?role=admin&is_active=true") == ["Ines Aalto"]


async def end(by: Player, whom: Player, way: str) -> Any:
    """End somebody's being an admin, without saying which version was read."""
    version = {"If-Match": f'"{(await by.get(f"/v1/users/{whom.user_id}")).json().get("version", 1)}"'}
    if way == "remove":
        return await by.delete(f"/v1/users/{whom.user_id}")
    fields = {"role": "user"} if way == "demote" else {"is_active": False}
    return await by.patch(f"/v1/users/{whom.user_id}", json=fields, headers=version)


@pytest.mark.parametrize("way", ["demote", "deactivate", "remove"])
async def test_two_admins_who_end_each_other_at_once_leave_one(ines: Player, stage: Stage, way: str) -> None:
    mia = await stage.member(ines, "Mia Ek", "admin")
    answers = await asyncio.gather(end(ines, mia, way), end(mia, ines, way))
    assert sorted(answer.status_code < 300 for answer in answers) == [False, True]
    left = ines if answers[0].status_code < 300 else mia
    assert len(await found(left, "?role=admin&is_active=true")) == 1


async def test_no_program_changes_people_whatever_its_scope(ines: Player, tom: Player, stage: Stage) -> None:
    program = await program_of(stage, ines)
    assert (await program.get("/v1/users")).status_code == 200
    path, version = f"/v1/users/{tom.user_id}", {"If-Match": '"1"'}
    for answer in (
        await program.patch(path, json={"role": "admin"}, headers=version),
        await program.patch(f"/v1/users/{ines.user_id}", json={"nickname": "x"}, headers=version),
        await program.delete(path),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "people_only")
