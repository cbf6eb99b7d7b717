"""Taken back: what nobody touched goes or is as before; what somebody worked on stays, and is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from audienceos.clients.importing.undoing import run_undo
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.importing import importer
from tests.clients.importing.importer import IMPORTS, Json, table, who

HEADER = "Record ID|Name|Stage|Owner|Phone|City"
FIRST = table(HEADER, "1|Oxbow|Audit|Ines Aalto|1|Bern", "2|Acme|Audit||2|Basel")


async def test_what_it_made_is_gone_and_may_come_again(ines: Player, database: Database) -> None:
    view = await importer.brought_in(database, ines, FIRST)
    view = await importer.undo(database, ines, view)
    assert (view["status"], view["counts"]) == ("undone", {"undone": 2})
    assert await importer.clients(ines, activity="all") == []
    assert await importer.fields(ines) == {}
    again = await importer.brought_in(database, ines, FIRST)
    assert again["counts"] == {"created": 2}


async def test_undone_twice_is_no_error(ines: Player, database: Database) -> None:
    view = await importer.brought_in(database, ines, FIRST)
    undone = await importer.undo(database, ines, view)
    assert await importer.undo(database, ines, view) == undone


async def _edit(player: Player, client: Json) -> Any:
    return await player.patch(
        f"/v1/clients/{client['id']}", json={"notes": "Call"}, version=client["version"]
    )


async def _move(player: Player, client: Json) -> Any:
    move = {"from_stage": client["stage"], "to_stage": "Live"}
    return await player.post(f"/v1/clients/{client['id']}/moves", json=move)


async def _note(player: Player, client: Json) -> Any:
    return await player.post(f"/v1/clients/{client['id']}/notes", json={"content": "Called"})


async def _task(player: Player, client: Json) -> Any:
    return await player.post(f"/v1/clients/{client['id']}/tasks", json={"name": "Call"})


async def _assign(player: Player, client: Json) -> Any:
    given = {"user_id": str(player.user_id), "role": "collaborator"}
    return await player.post(f"/v1/clients/{client['id']}/assignments", json=given)


async def _unassign(player: Player, client: Json) -> Any:
    path = f"/v1/clients/{client['id']}/assignments"
    (row,) = (await player.get(path)).json()["items"]
    return await player.delete(f"{path}/{row['id']}")


async def _contact(player: Player, client: Json) -> Any:
    path = f"/v1/clients/{client['id']}/contacts"
    (row,) = (await player.get(path)).json()["items"]
    return await player.patch(f"{path}/{row['id']}", json={"title": "CEO"}, version=row["version"])


Touch = Callable[[Player, Json], Awaitable[Any]]


@pytest.mark.parametrize("touch", [_edit, _move, _note, _task, _assign, _unassign, _contact])
async def test_a_client_whom_somebody_touched_stays(ines: Player, database: Database, touch: Touch) -> None:
    view = await importer.brought_in(database, ines, FIRST)
    client = await importer.client_of(ines, "Acme" if touch is _assign else "Oxbow")
    answer = await touch(ines, client)
    assert answer.status_code < 300, answer.text
    view = await importer.undo(database, ines, view)
    assert view["counts"] == {"undone": 1, "kept": 1}
    assert [one["name"] for one in await importer.clients(ines)] == [client["name"]]
    (kept,) = await importer.rows(ines, view, "kept")
    assert kept["reasons"][0]["message"].startswith("Kept, for people have worked on it: ")
    assert "City" in await importer.fields(ines)  # it is used still


async def test_looking_at_it_touches_nothing(ines: Player, database: Database) -> None:
    view = await importer.brought_in(database, ines, FIRST)
    client = await importer.client_of(ines, "Oxbow")
    await ines.get(ines.at(f"/clients/{client['id']}"))
    await ines.get(ines.at("/pipeline"))
    assert (await importer.undo(database, ines, view))["counts"] == {"undone": 2}


async def changed(database: Database, player: Player) -> tuple[Json, Json]:
    """A client as it was, and an import that changed much of it."""
    await importer.brought_in(database, player, FIRST)
    before = await importer.client_of(player, "Oxbow")
    second = table(HEADER, "1|Oxbow AG|Live|Tom Baker|9|Zug")
    chosen = [{"header": header, "overwrite": True} for header in ("Name", "Stage", "Owner", "Phone", "City")]
    view = await importer.upload(player, second)
    view = await importer.correct(player, view, columns=chosen, move_stages=True)
    view = await importer.run(database, player, view)
    assert view["counts"] == {"updated": 1}
    return before, view


async def phone_of(player: Player, client: Json) -> str | None:
    (contact,) = (await player.get(f"/v1/clients/{client['id']}/contacts")).json()["items"]
    return contact["phone"]


async def owners_of(player: Player, client: Json) -> list[str]:
    rows = (await player.get(f"/v1/clients/{client['id']}/assignments")).json()["items"]
    return [row["user_id"] for row in rows if row["role"] == "owner"]


async def test_what_it_changed_is_as_before(ines: Player, tom: Player, database: Database) -> None:
    before, view = await changed(database, ines)
    now = await importer.client_of(ines, "Oxbow AG")
    assert (now["stage"], await phone_of(ines, now), await owners_of(ines, now)) == (
        "Live", "9", [str(tom.user_id)],
    )  # fmt: skip
    view = await importer.undo(database, ines, view)
    assert (view["status"], view["counts"]) == ("undone", {"undone": 1})
    after = await importer.client_of(ines, "Oxbow")
    own = {"version", "updated_at", "health_status", "health_reasons"}
    assert {k: v for k, v in after.items() if k not in own} == {
        k: v for k, v in before.items() if k not in own
    }
    assert after["version"] == before["version"] + 2
    assert (await phone_of(ines, after), await owners_of(ines, after)) == ("1", [str(ines.user_id)])
    assert [(move["from_stage"], move["to_stage"]) for move in await importer.history(ines, after)] == [
        ("Live", "Audit"), ("Audit", "Live"), (None, "Audit"),
    ]  # fmt: skip
    assert (await importer.history(ines, after))[0]["notes"] == "Import undone"


async def test_a_field_that_somebody_changed_since_stays(
    ines: Player, tom: Player, database: Database
) -> None:
    _, view = await changed(database, ines)
    now = await importer.client_of(ines, "Oxbow AG")
    city = (await importer.fields(ines))["City"]["id"]
    patch = {"name": "Oxbow Group", "custom": {city: "Genf"}}
    await ines.patch(f"/v1/clients/{now['id']}", json=patch, version=now["version"])
    view = await importer.undo(database, ines, view)
    assert view["counts"] == {"kept": 1}
    after = await importer.client_of(ines, "Oxbow Group")
    assert (await importer.own(ines, after))["City"] == "Genf"
    assert (after["stage"], await phone_of(ines, after)) == ("Audit", "1")
    (kept,) = await importer.rows(ines, view, "kept")
    assert {fault["field"] for fault in kept["reasons"]} == {"City", "name"}
    assert {fault["message"] for fault in kept["reasons"]} == {"Kept: somebody has changed it since."}


async def test_who_moved_on_stays_where_they_are(ines: Player, tom: Player, database: Database) -> None:
    _, view = await changed(database, ines)
    client = await importer.client_of(ines, "Oxbow AG")
    move = {"from_stage": "Live", "to_stage": "Needs Support"}
    await ines.post(f"/v1/clients/{client['id']}/moves", json=move)
    await importer.undo(database, ines, view)
    after = await importer.client_of(ines, "Oxbow")
    assert after["stage"] == "Needs Support"
    assert len(await importer.history(ines, after)) == 3


async def test_an_owner_who_has_left_does_not_come_back(
    ines: Player, tom: Player, database: Database
) -> None:
    await importer.brought_in(database, ines, table("Record ID|Name|Owner", "1|Oxbow|Tom Baker"))
    content = table("Record ID|Name|Owner", "1|Oxbow|Ines Aalto")
    chosen = [{"header": "Owner", "overwrite": True}]
    view = await importer.brought_in(database, ines, content, columns=chosen)
    person = (await ines.get(f"/v1/users/{tom.user_id}")).json()
    answer = await ines.patch(
        f"/v1/users/{tom.user_id}", json={"is_active": False}, version=person["version"]
    )
    assert answer.status_code == 200, answer.text
    await importer.undo(database, ines, view)
    assert await owners_of(ines, await importer.client_of(ines, "Oxbow")) == []


async def test_an_id_that_was_only_attached_is_forgotten(ines: Player, database: Database) -> None:
    await importer.brought_in(database, ines, table("Name|Domain", "Oxbow|oxbow.example"))
    content = table("Record ID|Name|Domain", "7|Oxbow|oxbow.example")
    view = await importer.brought_in(database, ines, content)
    await importer.undo(database, ines, view)
    other = table("Record ID|Name|Domain", "7|Other|other.example")
    assert (await importer.brought_in(database, ines, other))["counts"] == {"created": 1}


async def test_a_client_known_from_another_tool_since_stays(ines: Player, database: Database) -> None:
    content = table("Record ID|Name|Domain", "1|Oxbow|oxbow.example")
    view = await importer.brought_in(database, ines, content, source="one")
    await importer.brought_in(database, ines, content, source="another")
    view = await importer.undo(database, ines, view)
    told = importer.reasons(await importer.rows(ines, view, "kept"))
    assert told == {"Oxbow": "Kept, for people have worked on it: known from another tool."}


async def test_choices_that_it_added_go_with_it(ines: Player, database: Database) -> None:
    field = {"name": "City", "kind": "select", "options": ["Bern"]}
    await ines.post("/v1/custom-fields", json=field)
    view = await importer.brought_in(database, ines, table("Name|City", "A|bern", "B|Basel", "C|Zug"))
    assert (await importer.fields(ines))["City"]["options"] == ["Bern", "Basel", "Zug"]
    kept = await importer.client_of(ines, "C")
    await _note(ines, kept)
    await importer.undo(database, ines, view)
    assert (await importer.fields(ines))["City"]["options"] == ["Bern", "Zug"]


async def test_one_that_never_ran_or_runs_still_is_not_undone(ines: Player, database: Database) -> None:
    view = await importer.upload(ines, FIRST)
    answer = await ines.post(f"{IMPORTS}/{view['id']}/undo")
    assert (answer.status_code, answer.json()["code"]) == (409, "import_not_run")
    await importer.start(ines, view)
    answer = await ines.post(f"{IMPORTS}/{view['id']}/undo")
    assert (answer.status_code, answer.json()["code"]) == (409, "import_running")
    assert (await ines.delete(f"{IMPORTS}/{view['id']}")).json()["code"] == "import_running"


async def test_one_that_was_undone_does_not_run_again(ines: Player, database: Database) -> None:
    view = await importer.brought_in(database, ines, FIRST)
    await importer.undo(database, ines, view)
    answer = await ines.post(f"{IMPORTS}/{view['id']}/run")
    assert (answer.status_code, answer.json()["code"]) == (409, "import_undone")


async def test_undoing_may_be_cut_off_and_gone_on_with(ines: Player, database: Database) -> None:
    lines = (f"{n}|Client {n}|Audit|||" for n in range(1, 1201))
    view = await importer.brought_in(database, ines, table(HEADER, *lines))
    await ines.post(f"{IMPORTS}/{view['id']}/undo")

    def watch(done: int, total: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await run_undo(database, who(ines), UUID(view["id"]), watch)
    half = await importer.show(ines, view)
    assert (half["status"], half["counts"]) == ("undoing", {"created": 700, "undone": 500})
    assert (await importer.undo(database, ines, view))["counts"] == {"undone": 1200}
    assert await importer.clients(ines) == []


async def test_half_an_import_can_be_undone(ines: Player, database: Database) -> None:
    """One that failed half-way: what came in goes again."""
    lines = (f"{n}|Client {n}|Audit|||" for n in range(1, 601))
    view = await importer.upload(ines, table(HEADER, *lines))
    await importer.start(ines, view)
    await importer.stop_after(database, ines, view, 500)
    view = await importer.undo(database, ines, view)
    assert (view["status"], view["counts"]) == ("undone", {"undone": 500})
