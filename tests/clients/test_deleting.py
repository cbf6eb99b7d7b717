"""Archived, deleted and brought back, by the API."""

from __future__ import annotations

from uuid import UUID

import pytest

from audienceos.agency.team import remove
from audienceos.clients import ports
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from tests.cast import Player
from tests.clients.given import Row, a, a_client, listed, names, of_client, shown


async def archive(player: Player, client: Row, active: bool = False) -> Row:
    """Put it aside, or bring it back."""
    version = (await shown(player, client))["version"]
    path = f"/v1/clients/{client['id']}"
    answer = await player.patch(path, json={"is_active": active}, version=version)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_archived_client_is_only_seen_when_asked_for(ines: Player, tom: Player, oxbow: Row) -> None:
    await a_client(ines, "Brae")
    await archive(tom, oxbow)
    found = {activity: await names(ines, activity=activity) for activity in ("active", "archived", "all")}
    assert found == {"active": ["Brae"], "archived": ["Oxbow"], "all": ["Brae", "Oxbow"]}
    assert (await shown(ines, oxbow))["is_active"] is False
    assert "Oxbow" not in (await ines.get(ines.at("/pipeline"))).text


async def test_an_archived_client_stays_where_it_is(ines: Player, oxbow: Row) -> None:
    await archive(ines, oxbow)
    body = {"from_stage": "Onboarding", "to_stage": "Audit", "override": True}
    answer = await ines.post(f"/v1/clients/{oxbow['id']}/moves", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "archived")


async def test_brought_back_it_moves_again(ines: Player, oxbow: Row) -> None:
    await archive(ines, oxbow)
    await archive(ines, oxbow, True)
    assert (await a(ines, "moves", oxbow, from_stage="Onboarding", to_stage="Audit"))["moved"] is True


async def test_a_deleted_client_is_nowhere(ines: Player, oxbow: Row) -> None:
    task = await a(ines, "tasks", oxbow, name="Call")
    assert (await ines.delete(f"/v1/clients/{oxbow['id']}")).status_code == 204
    for path in ("", "/notes", "/contacts", "/assignments", "/tasks", "/moves", "/health-override"):
        assert (await ines.get(f"/v1/clients/{oxbow['id']}{path}")).status_code == 404, path
    assert (await ines.get(f"/v1/tasks/{task['id']}")).status_code == 404
    assert await names(ines, activity="all") == []
    assert await listed(ines, "/v1/tasks", activity="all") == []
    assert (await ines.get("/v1/client-counts?activity=all")).json()["count"] == 0


async def test_deleting_twice_finds_nothing(ines: Player, oxbow: Row) -> None:
    await ines.delete(f"/v1/clients/{oxbow['id']}")
    assert (await ines.delete(f"/v1/clients/{oxbow['id']}")).status_code == 404


async def test_only_an_admin_deletes_and_restores(ines: Player, tom: Player, oxbow: Row) -> None:
    path = f"/v1/clients/{oxbow['id']}"
    assert (await tom.delete(path)).status_code == 403
    await ines.delete(path)
    assert (await tom.get("/v1/deleted-clients")).status_code == 403
    assert (await tom.post(f"{path}/restoration")).status_code == 403


async def test_admins_find_what_was_deleted_the_latest_first(ines: Player, oxbow: Row) -> None:
    brae = await a_client(ines, "Brae")
    for client in (oxbow, brae):
        await ines.delete(f"/v1/clients/{client['id']}")
    assert [row["name"] for row in await listed(ines, "/v1/deleted-clients")] == ["Brae", "Oxbow"]


async def test_a_restored_client_is_as_it_was(ines: Player, oxbow: Row) -> None:
    await a(ines, "notes", oxbow, content="Called")
    before = await shown(ines, oxbow)
    await ines.delete(f"/v1/clients/{oxbow['id']}")
    answer = await ines.post(f"/v1/clients/{oxbow['id']}/restoration")
    changing = ("version", "updated_at", "last_activity_at")
    kept = {name: value for name, value in before.items() if name not in changing}
    assert answer.status_code == 200
    assert answer.json().items() >= kept.items()
    assert [row["content"] for row in await of_client(ines, "notes", oxbow)] == ["Called"]
    assert await listed(ines, "/v1/deleted-clients") == []


async def test_restoring_twice_is_restoring_once(ines: Player, oxbow: Row) -> None:
    await ines.delete(f"/v1/clients/{oxbow['id']}")
    path = f"/v1/clients/{oxbow['id']}/restoration"
    first, again = [(await ines.post(path)).json() for _ in range(2)]
    assert first == again


async def test_a_restored_client_whose_stage_is_gone_begins_anew(database: Database, ines: Player) -> None:
    client = await a_client(ines, "Brae", stage="Audit")
    await ines.delete(f"/v1/clients/{client['id']}")
    async with database.acting(ines.claims) as db:
        raw = await db.raw()
        await raw.execute("update agency set pipeline_stages = array_remove(pipeline_stages, 'Audit')")
    back = (await ines.post(f"/v1/clients/{client['id']}/restoration")).json()
    assert back["stage"] == "Onboarding"
    latest, _ = await of_client(ines, "moves", client)
    assert (latest["from_stage"], latest["to_stage"]) == ("Audit", "Onboarding")


async def test_whoever_left_meanwhile_doesnt_look_after_a_restored_client(
    database: Database, ines: Player, tom: Player
) -> None:
    client = await a_client(tom, "Brae")
    await a(ines, "tasks", client, name="Call", assigned_to=str(tom.user_id))
    await ines.delete(f"/v1/clients/{client['id']}")
    async with database.acting(ines.claims) as db:
        await remove(db, tom.user_id)
    await ines.post(f"/v1/clients/{client['id']}/restoration")
    assert await of_client(ines, "assignments", client) == []
    (task,) = await of_client(ines, "tasks", client)
    assert task["assigned_to"] is None


async def test_another_room_may_forbid_it(ines: Player, oxbow: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    async def open_tickets(db: Db, client_id: UUID) -> list[str]:
        return ["Ticket 7 is open"]

    monkeypatch.setattr(ports, "_guards", [open_tickets])
    answer = await ines.delete(f"/v1/clients/{oxbow['id']}")
    assert (answer.status_code, answer.json()["extra"]) == (409, {"blocking": ["Ticket 7 is open"]})
    assert (await shown(ines, oxbow))["name"] == "Oxbow"
