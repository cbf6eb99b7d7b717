"""One verb on many clients: begun, done by the worker client by client, told by rows, moves taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from audienceos.agency.models import User
from audienceos.clients.changing import RUN, UNDO, Step, Who, run_change
from audienceos.platform.db.database import Database
from audienceos.platform.events.models import Event
from tests.cast import Player
from tests.clients.given import Row, a, a_client, listed, of_client, shown


async def begin(player: Player, clients: list[Row], kind: str, **data: Any) -> Row:
    """Ask for it; nothing is done yet."""
    body = {"client_ids": [client["id"] for client in clients], "kind": kind, **data}
    answer = await player.post("/v1/client-changes", json=body)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def run(database: Database, player: Player, change: Row, step: Step = RUN) -> Row:
    """What the worker would do; gives the change as it is then."""
    await run_change(database, Who(player.agency_id, player.user_id), UUID(change["id"]), step)
    return (await player.get(f"/v1/client-changes/{change['id']}")).json()


async def done(database: Database, player: Player, clients: list[Row], kind: str, **data: Any) -> Row:
    """Asked for and done."""
    return await run(database, player, await begin(player, clients, kind, **data))


async def rows(player: Player, change: Row, **params: Any) -> list[Row]:
    """What came of its clients."""
    return await listed(player, f"/v1/client-changes/{change['id']}/rows", **params)


async def three(player: Player) -> list[Row]:
    """Some clients."""
    return [await a_client(player, name) for name in ("Oxbow", "Brae", "Cairn")]


async def test_nothing_is_done_before_the_worker_does_it(ines: Player) -> None:
    clients = await three(ines)
    change = await begin(ines, clients, "tag", tag="vip")
    assert (change["status"], change["total"], change["counts"]) == ("running", 3, {"waiting": 3})
    assert [row["name"] for row in await rows(ines, change)] == ["Oxbow", "Brae", "Cairn"]
    assert (await shown(ines, clients[0]))["tags"] == []


async def test_an_owner_is_assigned_to_all(database: Database, ines: Player, tom: Player) -> None:
    clients = await three(ines)
    change = await done(database, ines, clients, "assign", user_id=str(tom.user_id))
    assert (change["status"], change["counts"]) == ("done", {"changed": 3})
    for client in clients:
        (held,) = await of_client(ines, "assignments", client)
        assert (held["user_id"], held["role"]) == (str(tom.user_id), "owner")


async def test_who_owns_a_client_already_is_told(database: Database, ines: Player) -> None:
    clients = await three(ines)
    change = await done(database, ines, clients, "assign", user_id=str(ines.user_id))
    assert change["counts"] == {"unchanged": 3}


async def test_a_tag_is_added_and_taken_away(database: Database, ines: Player) -> None:
    plain, tagged = await a_client(ines, "Oxbow"), await a_client(ines, "Brae", tags=["VIP"])
    change = await done(database, ines, [plain, tagged], "tag", tag="vip")
    assert [row["outcome"] for row in await rows(ines, change)] == ["changed", "unchanged"]
    await done(database, ines, [plain, tagged], "untag", tag="vip")
    assert [(await shown(ines, one))["tags"] for one in (plain, tagged)] == [[], []]


async def test_clients_are_marked_healthy_by_an_admin(database: Database, ines: Player) -> None:
    clients = await three(ines)
    change = await done(database, ines, clients, "mark_healthy", reason="They called", days=3)
    assert change["counts"] == {"changed": 3}
    assert (await shown(ines, clients[1]))["health_override_reason"] == "They called"


async def test_a_move_that_is_refused_keeps_no_other_back(database: Database, tom: Player) -> None:
    near, far = await a_client(tom, "Near", stage="Audit"), await a_client(tom, "Far", stage="Live")
    there = await a_client(tom, "There")
    change = await done(database, tom, [near, far, there], "move", to_stage="Onboarding", notes="Anew")
    assert change["counts"] == {"changed": 1, "refused": 1, "unchanged": 1}
    (refused,) = await rows(tom, change, outcome="refused")
    assert (refused["name"], "3 stages back" in refused["reason"]) == ("Far", True)
    assert [(await shown(tom, one))["stage"] for one in (near, far)] == ["Onboarding", "Live"]
    assert (await of_client(tom, "moves", near))[0]["notes"] == "Anew"


async def test_an_admin_insists_on_all(database: Database, ines: Player) -> None:
    far = await a_client(ines, "Far", stage="Live")
    change = await done(database, ines, [far], "move", to_stage="Onboarding", override=True)
    assert change["counts"] == {"changed": 1}


async def test_an_archived_client_is_refused_by_its_row(database: Database, ines: Player) -> None:
    client = await a_client(ines)
    await ines.patch(f"/v1/clients/{client['id']}", json={"is_active": False}, version=1)
    change = await done(database, ines, [client], "move", to_stage="Audit")
    (row,) = await rows(ines, change)
    assert (row["outcome"], "archived" in row["reason"]) == ("refused", True)


async def test_each_client_has_exactly_one_event(database: Database, ines: Player) -> None:
    clients = await three(ines)
    await done(database, ines, clients, "move", to_stage="Audit")
    async with database.acting(ines.claims) as db:
        counted = select(func.count()).where(Event.name == "client.moved", Event.actor_id == ines.user_id)
        assert await db.scalar(counted) == 3
        names = await db.scalars(select(Event.name).where(Event.topic == "client_change").order_by(Event.seq))
        assert list(names) == ["client_change.started", "client_change.finished"]


async def test_run_twice_is_as_good_as_once(database: Database, ines: Player) -> None:
    clients = await three(ines)
    change = await done(database, ines, clients, "move", to_stage="Audit")
    assert await run(database, ines, change) == change
    assert len(await of_client(ines, "moves", clients[0])) == 2


async def test_a_client_named_twice_is_one_row(ines: Player) -> None:
    client = await a_client(ines)
    assert (await begin(ines, [client, client], "tag", tag="vip"))["total"] == 1


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        ("assign", {}, "user_id"),
        ("assign", {"user_id": str(uuid4())}, "user_id"),
        ("move", {}, "to_stage"),
        ("move", {"to_stage": "Nowhere"}, "to_stage"),
        ("tag", {}, "tag"),
        ("tag", {"tag": "one, two"}, "tag"),
        ("mark_healthy", {}, "reason"),
    ],
)
async def test_a_verb_says_what_it_lacks(
    ines: Player, oxbow: Row, kind: str, data: dict[str, Any], field: str
) -> None:
    answer = await ines.post("/v1/client-changes", json={"client_ids": [oxbow["id"]], "kind": kind, **data})
    assert (answer.status_code, [fault["field"] for fault in answer.json()["errors"]]) == (422, [field])


@pytest.mark.parametrize("ids", [[], [str(uuid4()) for _ in range(1001)]])
async def test_one_to_a_thousand_clients_are_taken(ines: Player, ids: list[str]) -> None:
    answer = await ines.post("/v1/client-changes", json={"client_ids": ids, "kind": "tag", "tag": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "client_ids")


async def test_anothers_client_refuses_the_whole(ines: Player, cleo: Player, oxbow: Row) -> None:
    theirs = await a_client(cleo)
    for odd in (theirs["id"], str(uuid4())):
        body = {"client_ids": [oxbow["id"], odd], "kind": "tag", "tag": "x"}
        answer = await ines.post("/v1/client-changes", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["message"]) == (
            422,
            "1 of these aren't clients that you can see",
        )
    assert await listed(ines, "/v1/client-changes") == []


async def test_what_is_the_admins_alone_is_refused_at_once(tom: Player) -> None:
    client = await a_client(tom)
    for data in (
        {"kind": "mark_healthy", "reason": "x"},
        {"kind": "move", "to_stage": "Live", "override": True},
    ):
        answer = await tom.post("/v1/client-changes", json={"client_ids": [client["id"]], **data})
        assert answer.status_code == 403


async def test_ones_changes_are_ones_own_and_the_admins(ines: Player, tom: Player, cleo: Player) -> None:
    ours = await begin(ines, [await a_client(ines)], "tag", tag="x")
    theirs = await begin(tom, [await a_client(tom)], "tag", tag="x")
    assert [one["id"] for one in await listed(tom, "/v1/client-changes")] == [theirs["id"]]
    assert [one["id"] for one in await listed(ines, "/v1/client-changes")] == [theirs["id"], ours["id"]]
    for player in (tom, cleo):
        assert (await player.get(f"/v1/client-changes/{ours['id']}")).status_code == 404
        assert (await player.get(f"/v1/client-changes/{ours['id']}/rows")).status_code == 404


async def test_a_client_who_is_gone_is_a_row_without_a_name(database: Database, ines: Player) -> None:
    client = await a_client(ines)
    change = await begin(ines, [client], "tag", tag="x")
    await ines.delete(f"/v1/clients/{client['id']}")
    await run(database, ines, change)
    (row,) = await rows(ines, change)
    assert (row["outcome"], row["client_id"], row["name"], row["reason"]) == ("refused", None, None, None)


async def test_whoever_left_changes_nothing_more(database: Database, ines: Player, tom: Player) -> None:
    client = await a_client(tom)
    change = await begin(tom, [client], "tag", tag="x")
    async with database.acting(ines.claims) as db:
        await db.execute(update(User).where(User.id == tom.user_id).values(is_active=False))
    await run_change(database, Who(tom.agency_id, tom.user_id), UUID(change["id"]))
    now = (await ines.get(f"/v1/client-changes/{change['id']}")).json()
    assert (now["status"], now["error"]) == ("failed", "Whoever started this is no longer active here.")
    assert (await shown(ines, client))["tags"] == []


async def test_moves_are_taken_back_where_nobody_moved_since(database: Database, ines: Player) -> None:
    clients = await three(ines)
    before = [await shown(ines, client) for client in clients]
    change = await done(database, ines, clients, "move", to_stage="Live")
    await a(ines, "moves", clients[1], from_stage="Live", to_stage="Needs Support")
    assert (await ines.post(f"/v1/client-changes/{change['id']}/undo")).json()["status"] == "undoing"
    after = await run(database, ines, change, UNDO)
    assert (after["status"], after["counts"]) == ("undone", {"undone": 2, "kept": 1})
    (kept,) = await rows(ines, change, outcome="kept")
    assert (kept["name"], kept["reason"]) == ("Brae", "Somebody has moved Brae since.")
    now = [await shown(ines, client) for client in clients]
    assert [one["stage"] for one in now] == ["Onboarding", "Needs Support", "Onboarding"]
    for was, one in ((before[0], now[0]), (before[2], now[2])):
        assert (one["stage_entered_at"], one["install_date"]) == (was["stage_entered_at"], None)


async def test_only_moves_that_ended_are_taken_back(database: Database, ines: Player) -> None:
    client = await a_client(ines)
    moving = await begin(ines, [client], "move", to_stage="Audit")
    tagged = await done(database, ines, [client], "tag", tag="x")
    codes = [
        (await ines.post(f"/v1/client-changes/{one['id']}/undo")).json()["code"] for one in (moving, tagged)
    ]
    assert codes == ["change_running", "not_a_move"]
