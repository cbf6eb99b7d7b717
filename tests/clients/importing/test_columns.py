"""What a person says of the columns: taken, or refused with a word for each mistake."""

from __future__ import annotations

from typing import Any

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.importing import importer
from tests.clients.importing.importer import IMPORTS, Json, columns, table


async def refused(player: Player, view: Json, **patch: Any) -> dict[str, str]:
    """Every fault of a correction that isn't taken, by its field."""
    answer = await player.patch(f"{IMPORTS}/{view['id']}", json=patch, version=view["version"])
    assert answer.status_code == 422, answer.text
    assert (await importer.show(player, view))["version"] == view["version"]
    return {fault["field"]: fault["message"] for fault in answer.json()["errors"]}


async def test_each_mistake_is_told_where_it_is(ines: Player) -> None:
    view = await importer.upload(ines, table("Name|Town|Size", "Oxbow|Bern|3"))
    assert await refused(ines, view, columns=[{"header": "Town", "target": "name"}]) == {
        "columns.1.target": "“Name” and “Town” both fill Name. Choose one of them."
    }
    assert (await refused(ines, view, columns=[{"header": "Name", "target": "skip"}])).keys() == {"columns"}
    assert (await refused(ines, view, columns=[{"header": "Town", "target": "nonsense"}])).keys() == {
        "columns.1.target"
    }
    assert (await refused(ines, view, columns=[{"header": "Nowhere", "target": "skip"}])).keys() == {
        "columns.0.header"
    }
    twins = [{"header": "Size", "target": "custom", "custom_type": "text", "custom_name": " town "}]
    assert (await refused(ines, view, columns=twins)).keys() == {"columns.2.custom_name"}
    nameless = [{"header": "Town", "target": "custom", "custom_type": "text", "custom_name": "  "}]
    assert (await refused(ines, view, columns=nameless)).keys() == {"columns.1.custom_name"}
    assert (await refused(ines, view, source=" ")).keys() == {"source"}


async def test_all_mistakes_are_told_at_once(ines: Player) -> None:
    view = await importer.upload(ines, table("Name|Town|Size", "Oxbow|Bern|3"))
    told = await refused(
        ines,
        view,
        source="",
        columns=[{"header": "Name", "target": "skip"}, {"header": "Town", "target": "x"}],
    )
    assert told.keys() == {"source", "columns", "columns.1.target"}


async def test_an_import_says_which_version_was_read(ines: Player) -> None:
    view = await importer.upload(ines, table("Name|Town", "Oxbow|Bern"))
    await importer.correct(ines, view, source="spreadsheet")
    body = {"source": "other"}
    assert (await ines.patch(f"{IMPORTS}/{view['id']}", json=body)).status_code == 428
    assert (await ines.patch(f"{IMPORTS}/{view['id']}", json=body, version=1)).status_code == 412


async def test_a_leftover_doubt_holds_the_start_but_no_other_correction(
    ines: Player, database: Database
) -> None:
    view = await importer.upload(
        ines, table("Name|Signed|Town", "Oxbow|03/04/2026|Bern", "Acme|05/06/2026|Basel")
    )
    assert [fault["field"] for fault in view["faults"]] == ["columns.1.date_order"]
    view = await importer.correct(ines, view, columns=[{"header": "Town", "custom_name": "City"}])
    for noun, ask in (("preview", ines.get), ("run", ines.post)):
        answer = await ask(f"{IMPORTS}/{view['id']}/{noun}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "columns.1.date_order"
    view = await importer.correct(ines, view, columns=[{"header": "Signed", "date_order": "dmy"}])
    assert view["faults"] == []
    await importer.run(database, ines, view)
    assert (await importer.own(ines, await importer.client_of(ines, "Oxbow")))["Signed"] == "2026-04-03"


async def test_an_own_field_that_is_there_is_filled(ines: Player, database: Database) -> None:
    field = (await ines.post("/v1/custom-fields", json={"name": "City", "kind": "text"})).json()
    view = await importer.upload(ines, table("Name|Town", "Oxbow|Bern"))
    assert columns(view)["Town"]["custom_field_id"] is None
    view = await importer.correct(ines, view, columns=[{"header": "Town", "custom_field_id": field["id"]}])
    assert columns(view)["Town"]["custom_field_id"] == field["id"]
    await importer.run(database, ines, view)
    assert (await importer.fields(ines)).keys() == {"City"}
    assert (await importer.client_of(ines, "Oxbow"))["custom"] == {field["id"]: "Bern"}


async def test_a_column_called_like_an_own_field_is_that_field(ines: Player) -> None:
    field = (await ines.post("/v1/custom-fields", json={"name": "Budget", "kind": "number"})).json()
    view = await importer.upload(ines, table("Name|budget", "Oxbow|unknown"))
    assert columns(view)["budget"]["custom_field_id"] == field["id"]
    assert columns(view)["budget"]["custom_type"] == "number"
    clash = [{"header": "budget", "custom_type": "text"}]
    assert (await refused(ines, view, columns=clash)).keys() == {"columns.1.custom_name"}


async def test_stages_that_nobody_knows_are_mapped_and_begin_at_the_beginning(
    ines: Player, database: Database
) -> None:
    content = table("Name|Stage", "A|Limbo", "B|limbo", "C|Audit", "D|", "E|Gone Live")
    view = await importer.upload(ines, content)
    assert view["stages"] == {
        "Limbo": "Onboarding", "Audit": "Audit", "Gone Live": "Onboarding", "": "Onboarding",
    }  # fmt: skip
    assert "stages.Audit" in await refused(ines, view, stages={"Audit": "Nowhere"})
    view = await importer.correct(ines, view, stages={"Gone Live": "Live", "LIMBO": "Installation"})
    await importer.run(database, ines, view)
    assert {one["name"]: one["stage"] for one in await importer.clients(ines)} == {
        "A": "Installation", "B": "Installation", "C": "Audit", "D": "Onboarding", "E": "Live",
    }  # fmt: skip


async def test_another_stage_column_asks_about_its_own_values(ines: Player) -> None:
    view = await importer.upload(ines, table("Name|Stage|Other", "A|Lead|Audit", "B|Lead|Live"))
    changes = [{"header": "Stage", "target": "custom"}, {"header": "Other", "target": "stage"}]
    view = await importer.correct(ines, view, columns=changes)
    assert view["stages"] == {"Audit": "Audit", "Live": "Live"}


async def test_a_stage_that_was_renamed_meanwhile_is_told_before_the_start(
    ines: Player, database: Database
) -> None:
    view = await importer.upload(ines, table("Name|Stage", "A|Audit"))
    answer = await ines.patch(
        "/v1/stages/Audit",
        json={"name": "Check"},
        version=(await ines.get("/v1/stages/Audit")).json()["version"],
    )
    assert answer.status_code == 200, answer.text
    assert [fault["field"] for fault in (await importer.show(ines, view))["faults"]] == ["stages.Audit"]


async def test_owners_are_matched_by_address_and_by_name(
    ines: Player, tom: Player, database: Database
) -> None:
    people = (await ines.get("/v1/users")).json()["items"]
    email = {person["id"]: person["email"] for person in people}[str(tom.user_id)]
    content = table("Name|Owner", f"A|{email.upper()}", "B|tom  BAKER", "C|Ines Aalto", "D|Ruth Vance", "E|")
    view = await importer.upload(ines, content)
    assert {owner["value"]: owner["user_id"] for owner in view["owners"]} == {
        email.upper(): str(tom.user_id), "tom  BAKER": str(tom.user_id), "Ines Aalto": str(ines.user_id),
        "Ruth Vance": None,
    }  # fmt: skip
    view = await importer.correct(ines, view, owners={"Ruth Vance": str(ines.user_id), "Ines Aalto": None})
    assert (await importer.preview(ines, view))["unowned"] == 2
    await importer.run(database, ines, view)
    owners = {one["name"]: one["owner_id"] for one in await importer.clients(ines)}
    tom_id, ines_id = str(tom.user_id), str(ines.user_id)
    assert owners == {"A": tom_id, "B": tom_id, "C": None, "D": ines_id, "E": None}
    kept = await importer.own(ines, await importer.client_of(ines, "C"))
    assert kept == {"Owner": "Ines Aalto"}


async def test_nothing_is_corrected_once_it_has_started(ines: Player, database: Database) -> None:
    view = await importer.brought_in(database, ines, table("Name|Town", "Oxbow|Bern"))
    answer = await ines.patch(f"{IMPORTS}/{view['id']}", json={"source": "x"}, version=view["version"])
    assert (answer.status_code, answer.json()["code"]) == (409, "import_started")
    assert (await ines.get(f"{IMPORTS}/{view['id']}/preview")).json()["code"] == "import_started"


async def test_a_removed_import_is_gone_with_its_rows(ines: Player, database: Database) -> None:
    view = await importer.brought_in(database, ines, table("Name|Town", "Oxbow|Bern"))
    assert (await ines.delete(f"{IMPORTS}/{view['id']}")).status_code == 204
    assert (await ines.get(f"{IMPORTS}/{view['id']}")).status_code == 404
    assert [one["name"] for one in await importer.clients(ines)] == ["Oxbow"]
