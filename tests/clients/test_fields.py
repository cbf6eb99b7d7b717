"""Fields of the agency's own: made, changed, hidden and brought back, by the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Player
from tests.clients.given import Row, a_client, listed, shown


async def a_field(player: Player, name: str = "Industry", kind: str = "text", **more: Any) -> Row:
    """A field of the agency's own."""
    answer = await player.post("/v1/custom-fields", json={"name": name, "kind": kind, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def set_own(player: Player, client: Row, **values: Any) -> Any:
    """Set the client's own fields, by their ids."""
    version = (await shown(player, client))["version"]
    return await player.patch(f"/v1/clients/{client['id']}", json={"custom": values}, version=version)


async def change(player: Player, field: Row, **changes: Any) -> Any:
    """Edit a field as it was read."""
    return await player.patch(f"/v1/custom-fields/{field['id']}", json=changes, version=field["version"])


async def test_fields_come_in_the_order_in_which_they_were_made(ines: Player) -> None:
    for name in ("Zone", "Area", "Mood"):
        await a_field(ines, name)
    assert [row["name"] for row in await listed(ines, "/v1/custom-fields")] == ["Zone", "Area", "Mood"]


async def test_a_field_can_be_put_elsewhere(ines: Player) -> None:
    await a_field(ines, "Zone")
    area = await a_field(ines, "Area")
    assert (await change(ines, area, sort_order=0)).status_code == 200
    assert [row["name"] for row in await listed(ines, "/v1/custom-fields")] == ["Area", "Zone"]


async def test_everyone_reads_fields_and_admins_write_them(ines: Player, tom: Player) -> None:
    field = await a_field(ines)
    assert (await tom.get(f"/v1/custom-fields/{field['id']}")).json() == field
    assert (await tom.post("/v1/custom-fields", json={"name": "Mine"})).status_code == 403
    assert (await change(tom, field, name="Mine")).status_code == 403
    assert (await tom.delete(f"/v1/custom-fields/{field['id']}")).status_code == 403


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", " Retail ", "Retail"),
        ("text", 12, "12"),
        ("number", "1250.50", "1250.50"),
        ("number", 1000, "1000"),
        ("number", "-0.25", "-0.25"),
        ("date", "2026-02-28", "2026-02-28"),
        ("select", "retail", "Retail"),
    ],
)
async def test_a_value_is_kept_by_its_kind(
    ines: Player, oxbow: Row, kind: str, given: object, kept: str
) -> None:
    field = await a_field(ines, kind=kind, options=["Retail", "Food"] if kind == "select" else [])
    answer = await set_own(ines, oxbow, **{field["id"]: given})
    assert answer.json()["custom"] == {field["id"]: kept}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", "x" * 1001),
        ("text", ["a", "list"]),
        ("text", True),
        ("number", "many"),
        ("number", "1e400"),
        ("number", "NaN"),
        ("date", "28.02.2026"),
        ("date", "2026-02-30"),
        ("date", "2026-02-28T10:00:00Z"),
        ("select", "Space"),
    ],
)
async def test_a_value_that_cant_be_is_told_at_its_field(
    ines: Player, oxbow: Row, kind: str, given: object
) -> None:
    field = await a_field(ines, kind=kind, options=["Retail", "Food"] if kind == "select" else [])
    answer = await set_own(ines, oxbow, **{field["id"]: given})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, f"custom.{field['id']}")


async def test_every_wrong_value_is_told_at_once(ines: Player, oxbow: Row) -> None:
    number, day = await a_field(ines, "Seats", "number"), await a_field(ines, "Since", "date")
    answer = await set_own(ines, oxbow, **{number["id"]: "many", day["id"]: "long ago", "nothing": 1})
    wrong = {fault["field"] for fault in answer.json()["errors"]}
    assert wrong == {f"custom.{number['id']}", f"custom.{day['id']}", "custom.nothing"}


async def test_absent_values_stay_and_null_clears(ines: Player, oxbow: Row) -> None:
    one, two = await a_field(ines, "One"), await a_field(ines, "Two")
    await set_own(ines, oxbow, **{one["id"]: "a", two["id"]: "b"})
    answer = await set_own(ines, oxbow, **{one["id"]: None})
    assert answer.json()["custom"] == {two["id"]: "b"}


async def test_a_field_of_another_agency_is_none(ines: Player, cleo: Player, oxbow: Row) -> None:
    theirs = await a_field(cleo)
    assert (await set_own(ines, oxbow, **{theirs["id"]: "x"})).status_code == 422


async def test_a_removed_field_is_hidden_with_its_values(ines: Player, oxbow: Row) -> None:
    field = await a_field(ines)
    await set_own(ines, oxbow, **{field["id"]: "Retail"})
    assert (await ines.delete(f"/v1/custom-fields/{field['id']}")).status_code == 204
    assert await listed(ines, "/v1/custom-fields") == []
    assert (await shown(ines, oxbow))["custom"] == {}
    (row,) = await listed(ines, "/v1/clients")
    assert row["custom"] == {}


async def test_its_name_brings_it_back_with_its_values(ines: Player, oxbow: Row) -> None:
    field = await a_field(ines, "Industry")
    await set_own(ines, oxbow, **{field["id"]: "Retail"})
    await ines.delete(f"/v1/custom-fields/{field['id']}")
    again = await a_field(ines, " INDUSTRY ")
    assert (again["id"], again["name"]) == (field["id"], "INDUSTRY")
    assert (await shown(ines, oxbow))["custom"] == {field["id"]: "Retail"}


async def test_values_survive_an_edit_while_their_field_is_hidden(ines: Player, oxbow: Row) -> None:
    hidden, other = await a_field(ines, "Industry"), await a_field(ines, "Other")
    await set_own(ines, oxbow, **{hidden["id"]: "Retail"})
    await ines.delete(f"/v1/custom-fields/{hidden['id']}")
    await set_own(ines, oxbow, **{other["id"]: "x"})
    await a_field(ines, "Industry")
    assert (await shown(ines, oxbow))["custom"][hidden["id"]] == "Retail"


async def test_another_kind_of_the_same_name_is_another_field(ines: Player) -> None:
    field = await a_field(ines, "Seats", "text")
    await ines.delete(f"/v1/custom-fields/{field['id']}")
    assert (await a_field(ines, "Seats", "number"))["id"] != field["id"]


async def test_a_kind_is_fixed(ines: Player) -> None:
    field = await a_field(ines)
    answer = await change(ines, field, kind="number")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "kind")


async def test_two_fields_of_one_name_are_too_many(ines: Player) -> None:
    await a_field(ines, "Industry")
    other = await a_field(ines, "Trade")
    taken = await ines.post("/v1/custom-fields", json={"name": "industry"})
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    assert (await change(ines, other, name="INDUSTRY")).status_code == 409


async def test_a_field_may_change_its_capitals(ines: Player) -> None:
    field = await a_field(ines, "Industry")
    assert (await change(ines, field, name="INDUSTRY")).json()["name"] == "INDUSTRY"


@pytest.mark.parametrize(
    ("kind", "options"), [("select", []), ("select", [" "]), ("text", ["a"]), ("select", ["x" * 1001])]
)
async def test_choices_belong_to_a_select_and_it_has_some(
    ines: Player, kind: str, options: list[str]
) -> None:
    answer = await ines.post("/v1/custom-fields", json={"name": "A", "kind": kind, "options": options})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "options")


async def test_choices_are_tidied(ines: Player) -> None:
    field = await a_field(ines, kind="select", options=[" Food ", "food", "", "Retail"])
    assert field["options"] == ["Food", "Retail"]


async def test_a_choice_that_clients_have_is_kept(ines: Player, oxbow: Row) -> None:
    field = await a_field(ines, kind="select", options=["Retail", "Food"])
    await set_own(ines, oxbow, **{field["id"]: "Retail"})
    refused = await change(ines, field, options=["Food"])
    assert (refused.status_code, refused.json()["extra"]) == (409, {"counts": {"Retail": 1}})
    assert (await change(ines, field, options=["Retail", "Space"])).status_code == 200


async def test_the_second_to_save_is_told(ines: Player) -> None:
    field = await a_field(ines)
    assert (await change(ines, field, name="Trade")).status_code == 200
    assert (await change(ines, field, name="Branch")).status_code == 412
    assert (await ines.patch(f"/v1/custom-fields/{field['id']}", json={"name": "B"})).status_code == 428


async def test_clients_are_filtered_by_fields_of_every_kind(ines: Player) -> None:
    text = await a_field(ines, "Where")
    number = await a_field(ines, "Seats", "number")
    day = await a_field(ines, "Since", "date")
    pick = await a_field(ines, "Size", "select", options=["S", "L"])
    values = {text["id"]: "100% Lon_don", number["id"]: "12.50", day["id"]: "2026-01-31", pick["id"]: "S"}
    await a_client(ines, "Oxbow", custom=values)
    await a_client(ines, "Brae", custom={text["id"]: "1000 Londdon", pick["id"]: "L"})
    asked = {
        f"{text['id']}:0% lon_": ["Oxbow"],
        f"{text['id']}:LON": ["Brae", "Oxbow"],
        f"{number['id']}:12.5": ["Oxbow"],
        f"{number['id']}:": ["Brae"],
        f"{day['id']}:2026-01-31": ["Oxbow"],
        f"{pick['id']}:l": ["Brae"],
    }
    found = {one: [row["name"] for row in await listed(ines, "/v1/clients", custom=one)] for one in asked}
    assert found == asked


async def test_several_fields_all_hold(ines: Player) -> None:
    one, two = await a_field(ines, "One"), await a_field(ines, "Two")
    await a_client(ines, "Oxbow", custom={one["id"]: "a", two["id"]: "b"})
    await a_client(ines, "Brae", custom={one["id"]: "a"})
    both = [f"{one['id']}:a", f"{two['id']}:b"]
    assert [row["name"] for row in await listed(ines, "/v1/clients", custom=both)] == ["Oxbow"]


@pytest.mark.parametrize("custom", ["", "x:1", "0198f0c4-0000-7000-8000-000000000000:1"])
async def test_a_field_that_is_none_is_a_400(ines: Player, custom: str) -> None:
    answer = await ines.get("/v1/clients", params={"custom": [custom, ":"]})
    assert answer.status_code == 400


async def test_a_value_that_its_field_cant_hold_is_a_400(ines: Player) -> None:
    field = await a_field(ines, "Seats", "number")
    answer = await ines.get("/v1/clients", params={"custom": f"{field['id']}:many"})
    assert (answer.status_code, "Seats" in answer.text) == (400, True)
