"""Columns that are no field of a client: kept as fields of the agency's own, as texts where they could calculate."""

from __future__ import annotations

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.importing import importer
from tests.clients.importing.importer import IMPORTS, columns, table


def as_kind(header: str, kind: str) -> dict[str, str]:
    """That column as a new field of that kind."""
    return {"header": header, "target": "custom", "custom_type": kind, "custom_name": header}


async def test_each_kind_is_kept_in_its_one_form(ines: Player, database: Database) -> None:
    content = table(
        "Name|Size|Signed|Tier|Remark",
        "Oxbow|1,250.50|3 March 2024|Gold|«A»",
        "Acme||||",
        "Birch|7|2024-12-31|gold|x",
    )
    kinds = [
        as_kind("Size", "number"), as_kind("Signed", "date"), as_kind("Tier", "select"), as_kind("Remark", "text"),
    ]  # fmt: skip
    view = await importer.upload(ines, content)
    size = columns(view)["Size"]
    if len(size["decimal_marks"]) > 1:
        kinds[0] |= {"decimal_mark": "."}
    await importer.run(database, ines, await importer.correct(ines, view, columns=kinds))
    assert await importer.own(ines, await importer.client_of(ines, "Oxbow")) == {
        "Size": "1250.50", "Signed": "2024-03-03", "Tier": "Gold", "Remark": "«A»",
    }  # fmt: skip
    assert (await importer.client_of(ines, "Acme"))["custom"] == {}
    assert (await importer.own(ines, await importer.client_of(ines, "Birch")))["Tier"] == "Gold"
    kept = {name: field["kind"] for name, field in (await importer.fields(ines)).items()}
    assert kept == {"Size": "number", "Signed": "date", "Tier": "select", "Remark": "text"}


async def test_a_value_that_does_not_fit_fails_its_row_and_no_other(ines: Player, database: Database) -> None:
    content = table(
        "Name|Size|Signed", "Oxbow|many|2024-01-01", "Acme|5|next week", "Birch|5|2024-02-30", "Elm|5|"
    )
    kinds = [as_kind("Size", "number"), as_kind("Signed", "date")]
    view = await importer.brought_in(database, ines, content, columns=kinds)
    assert view["counts"] == {"created": 1, "failed": 3}
    assert importer.reasons(await importer.rows(ines, view, "failed")) == {
        "Oxbow": "“many” can't be read as a number.",
        "Acme": "“next week” can't be read as a date.",
        "Birch": "“2024-02-30” can't be read as a date.",
    }


async def test_a_value_beyond_what_a_field_of_ours_holds_fails(ines: Player, database: Database) -> None:
    future = table("Name|Install date", "Oxbow|2199-01-01", "Acme|2020-01-01")
    view = await importer.brought_in(database, ines, future)
    told = importer.reasons(await importer.rows(ines, view, "failed"))
    assert told == {"Oxbow": "The day it went live can't be ahead."}


async def test_formulas_stay_texts(ines: Player, database: Database) -> None:
    content = table(
        "Name|Remark|Notes",
        "=1+1|@SUM(A1)|+41 44 123",
        "'=2+2|-dash|'quoted",
        '"=HYPERLINK(""http://evil.example"",""x"")"|=cmd|plain',
    )
    await importer.brought_in(database, ines, content)
    found = {one["name"]: one for one in [await importer.client_of(ines, name) for name in (
        "=1+1", "=2+2", '=HYPERLINK("http://evil.example","x")',
    )]}  # fmt: skip
    assert found["=1+1"]["notes"] == "+41 44 123"
    assert (await importer.own(ines, found["=1+1"]))["Remark"] == "@SUM(A1)"
    assert found["=2+2"]["notes"] == "'quoted"
    answer = await ines.post("/v1/client-exports")
    assert '"\'=1+1"' in answer.text
    assert '"\'@SUM(A1)"' in answer.text


async def test_the_list_of_failures_calculates_nothing_either(ines: Player, database: Database) -> None:
    content = table("Name|Contact e-mail", "=cmd|not an address", "Acme|a@acme.example")
    view = await importer.brought_in(database, ines, content)
    text = (await ines.get(ines.at(f"/imports/{view['id']}/failures"))).text
    assert text.splitlines()[1].startswith('"2","\'=cmd","Contact e-mail: ')


async def test_texts_that_a_field_can_not_take_are_kept_beside_it(ines: Player, database: Database) -> None:
    content = table(
        "Name|Website|Owner",
        "Oxbow|https://www.facebook.com/oxbow|Nobody Known",
        "Acme|acme.example|Ines Aalto",
    )
    told = await importer.preview(ines, await importer.upload(ines, content))
    assert told["new_fields"] == ["Owner", "Website"]
    view = await importer.brought_in(database, ines, content)
    assert view["counts"] == {"created": 2}
    oxbow = await importer.client_of(ines, "Oxbow")
    assert (oxbow["domain"], await importer.own(ines, oxbow)) == (
        None, {"Website": "https://www.facebook.com/oxbow", "Owner": "Nobody Known"},
    )  # fmt: skip
    assert (await importer.client_of(ines, "Acme"))["custom"] == {}


async def test_such_a_text_never_goes_into_a_field_of_another_kind(ines: Player, database: Database) -> None:
    await ines.post("/v1/custom-fields", json={"name": "owner", "kind": "number"})
    await importer.brought_in(database, ines, table("Name|Owner", "Oxbow|Nobody Known"))
    assert await importer.own(ines, await importer.client_of(ines, "Oxbow")) == {
        "Owner (text)": "Nobody Known"
    }


async def test_a_column_is_left_out_only_by_choice(ines: Player, database: Database) -> None:
    content = table("Name|Keep|Drop", "Oxbow|yes|no", "Acme|more|other")
    view = await importer.upload(ines, content)
    assert {columns(view)[one]["target"] for one in ("Keep", "Drop")} == {"custom"}
    view = await importer.correct(ines, view, columns=[{"header": "Drop", "target": "skip"}])
    await importer.run(database, ines, view)
    assert (await importer.fields(ines)).keys() == {"Keep"}


async def test_the_limit_of_fields_is_told_before_anything_happens(ines: Player) -> None:
    wide = "Name|" + "|".join(f"Extra {n}" for n in range(150))
    content = table(wide, "|".join(["Oxbow"] + ["x"] * 150))
    for name in range(60):
        await ines.post("/v1/custom-fields", json={"name": f"Own {name}", "kind": "text"})
    view = await importer.upload(ines, content)
    answer = await ines.post(f"{IMPORTS}/{view['id']}/run")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many")
    assert len(await importer.fields(ines)) == 60
    assert (await importer.show(ines, view))["status"] == "uploaded"
