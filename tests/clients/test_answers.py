"""What happens to clients and tasks when people leave and stages go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from audienceos.agency.ports import Held
from audienceos.agency.team import holdings, remove
from audienceos.clients.answers import STAGES_CHANGE, WHO_LEAVES
from audienceos.clients.jobs import judge_due
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict
from tests.cast import Player, Stage
from tests.clients.given import Row, a, a_client, of_client, shown


async def held(database: Database, asks: Player, of: Player) -> list[tuple[str, str]]:
    """What somebody is responsible for."""
    async with database.acting(asks.claims) as db:
        return [(one.kind, one.name) for one in await WHO_LEAVES.held(db, of.user_id)]


async def hand_over(database: Database, asks: Player, of: Player, to: Player) -> None:
    """Give all of it to somebody else."""
    async with database.acting(asks.claims) as db:
        await WHO_LEAVES.hand_over(db, of.user_id, to.user_id)


async def team(player: Player, client: Row) -> list[tuple[str, str]]:
    """Who looks after a client."""
    return [(row["user_name"], row["role"]) for row in await of_client(player, "assignments", client)]


async def test_somebody_is_responsible_for_clients_and_open_tasks(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await a_client(tom, "Brae")
    await a(ines, "assignments", oxbow, user_id=str(tom.user_id))
    await a(ines, "tasks", oxbow, name="Call", assigned_to=str(tom.user_id))
    done = await a(ines, "tasks", oxbow, name="Done", assigned_to=str(tom.user_id))
    await ines.post(f"/v1/tasks/{done['id']}/completion")
    assert await held(database, ines, tom) == [("client", "Brae"), ("client", "Oxbow"), ("task", "Call")]


async def test_deleted_clients_keep_nobody(database: Database, ines: Player, tom: Player) -> None:
    client = await a_client(tom, "Brae")
    await a(ines, "tasks", client, name="Call", assigned_to=str(tom.user_id))
    await ines.delete(f"/v1/clients/{client['id']}")
    assert await held(database, ines, tom) == []


async def test_the_heir_takes_each_role_and_the_better_where_both_had_one(
    database: Database, stage: Stage, ines: Player, tom: Player
) -> None:
    una = await stage.member(ines, "Una Frost")
    owned, helped = await a_client(tom, "Owned"), await a_client(ines, "Helped")
    both_up, both_down = await a_client(tom, "Up"), await a_client(una, "Down")
    await a(ines, "assignments", helped, user_id=str(tom.user_id))
    await a(ines, "assignments", both_up, user_id=str(una.user_id))
    await a(ines, "assignments", both_down, user_id=str(tom.user_id))
    await hand_over(database, ines, tom, una)
    assert await team(ines, owned) == [("Una Frost", "owner")]
    assert await team(ines, helped) == [("Ines Aalto", "owner"), ("Una Frost", "collaborator")]
    assert await team(ines, both_up) == [("Una Frost", "owner")]
    assert await team(ines, both_down) == [("Una Frost", "owner")]
    assert await held(database, ines, tom) == []


async def test_open_tasks_go_to_the_heir_and_done_ones_stay(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await a(ines, "tasks", oxbow, name="Open", assigned_to=str(tom.user_id))
    done = await a(ines, "tasks", oxbow, name="Done", assigned_to=str(tom.user_id))
    await tom.post(f"/v1/tasks/{done['id']}/completion")
    await hand_over(database, ines, tom, ines)
    tasks = {row["name"]: row["assignee"] for row in await of_client(ines, "tasks", oxbow)}
    assert tasks == {"Open": "Ines Aalto", "Done": "Tom Baker"}


async def test_nobody_is_removed_before_somebody_takes_over(
    database: Database, ines: Player, tom: Player
) -> None:
    client = await a_client(tom, "Brae")
    with pytest.raises(Conflict, match="responsible for 1"):
        async with database.acting(ines.claims) as db:
            await remove(db, tom.user_id)
    async with database.acting(ines.claims) as db:
        assert [type(one) for one in await holdings(db, tom.user_id)] == [Held]
        await remove(db, tom.user_id, reassign_to=ines.user_id)
    assert await team(ines, client) == [("Ines Aalto", "owner")]


async def test_history_keeps_the_names_of_who_left(
    database: Database, ines: Player, tom: Player, oxbow: Row
) -> None:
    await a(tom, "notes", oxbow, content="Called")
    await a(tom, "moves", oxbow, from_stage="Onboarding", to_stage="Audit")
    async with database.acting(ines.claims) as db:
        await remove(db, tom.user_id)
    assert [row["author"] for row in await of_client(ines, "notes", oxbow)] == ["Tom Baker"]
    assert (await of_client(ines, "moves", oxbow))[0]["mover"] == "Tom Baker"


async def edit_stages(
    database: Database, player: Player, stages: list[str], change: Callable[[Db], Awaitable[None]]
) -> None:
    """What the agency's editor does: its row first, then each room's answer, in one transaction."""
    async with database.acting(player.claims) as db:
        raw = await db.raw()
        await raw.execute("update agency set pipeline_stages = $1", stages)
        await change(db)


RENAMED = ["Onboarding", "Installation", "Review", "Live", "Needs Support", "Off-Boarding"]
WITHOUT = ["Onboarding", "Installation", "Live", "Needs Support", "Off-Boarding"]


async def test_a_renamed_stage_carries_clients_and_tasks(database: Database, ines: Player) -> None:
    client = await a_client(ines, "Oxbow", stage="Audit")
    await a(ines, "tasks", client, name="Call", stage="Audit")
    await edit_stages(database, ines, RENAMED, lambda db: STAGES_CHANGE.renamed(db, "Audit", "Review"))
    assert (await shown(ines, client))["stage"] == "Review"
    assert [row["stage"] for row in await of_client(ines, "tasks", client)] == ["Review"]
    assert [row["to_stage"] for row in await of_client(ines, "moves", client)] == ["Audit"]


async def test_a_renamed_stage_is_named_in_the_reasons_after_the_sweep(
    database: Database, ines: Player
) -> None:
    client = await a_client(ines, "Oxbow", stage="Audit")
    async with database.acting(ines.claims) as db:
        raw = await db.raw()
        await raw.execute(
            "update client set stage_entered_at = now() - interval '20 days', health_due_at = now()"
        )
    await judge_due(database, system_of(ines.agency_id), {})
    await edit_stages(database, ines, RENAMED, lambda db: STAGES_CHANGE.renamed(db, "Audit", "Review"))
    await judge_due(database, system_of(ines.agency_id), {})
    (reason,) = (await shown(ines, client))["health_reasons"]
    assert reason["reason"] == "In Review for 14 days or more"


async def test_a_renamed_stage_carries_deleted_clients(database: Database, ines: Player) -> None:
    client = await a_client(ines, "Oxbow", stage="Audit")
    await ines.delete(f"/v1/clients/{client['id']}")
    await edit_stages(database, ines, RENAMED, lambda db: STAGES_CHANGE.renamed(db, "Audit", "Review"))
    assert (await ines.post(f"/v1/clients/{client['id']}/restoration")).json()["stage"] == "Review"


async def test_clients_of_a_stage_are_counted_archived_ones_too(database: Database, ines: Player) -> None:
    await a_client(ines, "Here", stage="Audit")
    aside = await a_client(ines, "Aside", stage="Audit")
    gone = await a_client(ines, "Gone", stage="Audit")
    await ines.patch(f"/v1/clients/{aside['id']}", json={"is_active": False}, version=1)
    await ines.delete(f"/v1/clients/{gone['id']}")
    async with database.acting(ines.claims) as db:
        assert await STAGES_CHANGE.counted(db, "Audit") == 2
        assert await STAGES_CHANGE.counted(db, "Live") == 0


async def test_clients_of_a_removed_stage_move_each_with_its_event(database: Database, ines: Player) -> None:
    clients = [await a_client(ines, name, stage="Audit") for name in ("Oxbow", "Brae")]
    await ines.patch(f"/v1/clients/{clients[1]['id']}", json={"is_active": False}, version=1)
    await edit_stages(database, ines, WITHOUT, lambda db: STAGES_CHANGE.moved(db, "Audit", "Live"))
    for client in clients:
        latest, _ = await of_client(ines, "moves", client)
        assert (latest["from_stage"], latest["to_stage"], latest["mover"]) == ("Audit", "Live", "Ines Aalto")
        assert (await shown(ines, client))["install_date"] is not None


async def test_tasks_of_a_removed_stage_follow_behind_those_there(database: Database, ines: Player) -> None:
    client = await a_client(ines, "Oxbow", stage="Audit")
    await a(ines, "tasks", client, name="first there", stage="Audit")
    await a(ines, "tasks", client, name="there already", stage="Live")
    await edit_stages(database, ines, WITHOUT, lambda db: STAGES_CHANGE.moved(db, "Audit", "Live"))
    tasks = [(row["name"], row["stage"]) for row in await of_client(ines, "tasks", client)]
    assert tasks == [("there already", "Live"), ("first there", "Live")]


async def test_tasks_of_an_empty_stage_are_of_none(database: Database, ines: Player, oxbow: Row) -> None:
    await a(ines, "tasks", oxbow, name="Call", stage="Audit")
    await edit_stages(database, ines, WITHOUT, lambda db: STAGES_CHANGE.moved(db, "Audit", None))
    assert [row["stage"] for row in await of_client(ines, "tasks", oxbow)] == [None]
