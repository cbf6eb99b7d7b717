"""The same columns again: what was said of them the last time is the guess."""

from __future__ import annotations

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.importing import importer
from tests.clients.importing.importer import Json, columns, table

HEADER = "Record ID|Name|Town|Drop|Empty|Phase|Lead"
FIRST = table(HEADER, "1|Oxbow|Bern|x||Sold|Ruth Vance", "2|Acme|Basel|y||Lost|")


async def told_once(player: Player, database: Database) -> Json:
    """The first import, with an answer for everything."""
    return await importer.brought_in(
        database,
        player,
        FIRST,
        source="sheet",
        columns=[
            {"header": "Town", "custom_name": "City", "overwrite": True},
            {"header": "Drop", "target": "skip"},
            {"header": "Phase", "target": "stage"},
            {"header": "Lead", "target": "owner"},
        ],
        stages={"Sold": "Live"},
        owners={"Ruth Vance": str(player.user_id)},
        move_stages=True,
    )


async def test_each_answer_is_remembered(ines: Player, database: Database) -> None:
    await told_once(ines, database)
    again = "Lead|Record ID|Name|Town|Drop|Empty|Phase"  # in another order
    view = await importer.upload(ines, table(again, "Ruth Vance|3|Birch|Zug|z|now filled|Sold"))
    now = columns(view)
    assert (view["source"], view["faults"]) == ("sheet", [])
    assert {header: now[header]["target"] for header in ("Drop", "Phase", "Lead", "Empty")} == {
        "Drop": "skip", "Phase": "stage", "Lead": "owner", "Empty": "custom",
    }  # fmt: skip
    assert (now["Town"]["custom_name"], view["stages"]) == ("City", {"Sold": "Live"})
    assert [owner["user_id"] for owner in view["owners"]] == [str(ines.user_id)]


async def test_what_would_overwrite_is_asked_anew(ines: Player, database: Database) -> None:
    await told_once(ines, database)
    view = await importer.upload(ines, FIRST)
    assert not view["move_stages"]
    assert not any(column["overwrite"] for column in view["columns"])


async def test_a_field_that_was_renamed_is_filled_still(ines: Player, database: Database) -> None:
    await told_once(ines, database)
    city = (await importer.fields(ines))["City"]
    answer = await ines.patch(
        f"/v1/custom-fields/{city['id']}", json={"name": "Ort"}, version=city["version"]
    )
    assert answer.status_code == 200
    view = await importer.upload(ines, FIRST)
    assert (columns(view)["Town"]["custom_field_id"], columns(view)["Town"]["custom_name"]) == (
        city["id"], "Ort",
    )  # fmt: skip


async def test_a_stage_that_is_gone_is_proposed_anew(ines: Player, database: Database) -> None:
    await told_once(ines, database)
    stage = (await ines.get("/v1/stages/Live")).json()
    await ines.patch("/v1/stages/Live", json={"name": "Running"}, version=stage["version"])
    view = await importer.upload(ines, FIRST)
    assert (view["stages"]["Sold"], view["faults"]) == ("Onboarding", [])


async def test_other_columns_and_other_agencies_are_guessed_afresh(
    ines: Player, cleo: Player, database: Database
) -> None:
    await told_once(ines, database)
    fewer = table("Record ID|Name|Town|Drop", "1|Oxbow|Bern|x")
    assert columns(await importer.upload(ines, fewer))["Drop"]["target"] == "custom"
    assert columns(await importer.upload(cleo, FIRST))["Drop"]["target"] == "custom"


async def test_one_that_never_started_taught_nothing(ines: Player) -> None:
    view = await importer.upload(ines, FIRST)
    await importer.correct(ines, view, columns=[{"header": "Drop", "target": "skip"}])
    assert columns(await importer.upload(ines, FIRST))["Drop"]["target"] == "custom"
