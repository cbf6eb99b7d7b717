"""Our own file of clients, brought in again, is what it was: here it changes nobody, elsewhere it makes the same."""

from __future__ import annotations

from typing import Any

import pytest

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.importing import importer
from tests.clients.importing.importer import Json, columns

DANGEROUS = [
    "=1+1",
    "+41",
    "-5",
    "@x",
    "'quoted",
    "'=x",
    "''+y",
    "tab\tin",
    'say "hi"',
    "a;b,c|d",
    "Zoë 東京",
]


async def a_colourful_agency(player: Player) -> None:
    """Clients with everything that a file could garble."""
    fields = {
        "Remark": {"kind": "text"},
        "Size": {"kind": "number"},
        "Signed": {"kind": "date"},
        "Tier": {"kind": "select", "options": ["Gold", "=Silver"]},
        "Name": {"kind": "text"},
    }
    ids: dict[str, str] = {}
    for name, more in fields.items():
        answer = await player.post("/v1/custom-fields", json={"name": name, **more})
        ids[name] = answer.json()["id"]
    for place, text in enumerate(DANGEROUS):
        body: dict[str, Any] = {
            "name": f"{text} {place}".replace("\t", " "),
            "notes": f"{text}\nsecond line",
            "tags": [text.replace(";", "").replace(",", "").replace("|", ""), "vip"],
            "stage": "Audit" if place % 2 else "Live",
            "contact_name": text.replace("\t", " "),
            "contact_email": f"c{place}@oxbow.example",
            "domain": f"d{place}.example" if place % 3 else None,
            "lifetime_value": "1250.50" if place % 2 else None,
            "custom": {
                ids["Remark"]: text, ids["Size"]: "-12.5", ids["Signed"]: "2024-02-29", ids["Tier"]: "=Silver",
                ids["Name"]: f"other {text}",
            },
        }  # fmt: skip
        answer = await player.post("/v1/clients", json=body)
        assert answer.status_code == 201, answer.text


async def export(player: Player) -> bytes:
    answer = await player.post("/v1/client-exports")
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.fixture
async def colourful(ines: Player) -> Player:
    await a_colourful_agency(ines)
    return ines


async def everything(player: Player) -> list[Json]:
    """All that a file tells of each client, without what names agency, moment or version."""
    found: list[Json] = []
    for one in await importer.clients(player, sort="name"):
        client = (await player.get(f"/v1/clients/{one['id']}")).json()
        own = await importer.own(player, client)
        own.pop("Owner", None)  # elsewhere nobody of ours is anybody, so the text is kept
        told = {
            key: client[key]
            for key in (
                "name", "notes", "tags", "stage", "contact_name", "contact_email", "domain", "lifetime_value",
                "install_date", "days_in_stage",
            )
        }  # fmt: skip
        found.append(told | {"own": own})
    return found


async def test_here_it_changes_nobody(colourful: Player, database: Database) -> None:
    before = await importer.clients(colourful)
    view = await importer.upload(colourful, await export(colourful), "clients.csv")
    assert (view["source"], view["faults"]) == ("audienceos", [])
    assert {name for name, column in columns(view).items() if column["target"] == "skip"} == {
        "Days in stage", "Health", "Archived", "Created", "Total spend",
    }  # fmt: skip
    told = await importer.preview(colourful, view)
    assert (told["unchanged"], told["differing"], told["new_fields"]) == (len(DANGEROUS), 0, [])
    assert (await importer.run(database, colourful, view))["counts"] == {"unchanged": len(DANGEROUS)}
    assert await importer.clients(colourful) == before


async def test_here_even_what_may_be_overwritten_stays(colourful: Player, database: Database) -> None:
    before = await importer.clients(colourful)
    view = await importer.upload(colourful, await export(colourful))
    every = [{"header": column["header"], "overwrite": True} for column in view["columns"]]
    view = await importer.correct(colourful, view, columns=every, move_stages=True)
    assert (await importer.run(database, colourful, view))["counts"] == {"unchanged": len(DANGEROUS)}
    assert await importer.clients(colourful) == before


async def test_elsewhere_it_makes_the_same_clients(
    colourful: Player, cleo: Player, database: Database
) -> None:
    content = await export(colourful)
    for name, kind in (("Remark", "text"), ("Size", "number"), ("Signed", "date"), ("Name", "text")):
        await cleo.post("/v1/custom-fields", json={"name": name, "kind": kind})
    tier = {"name": "Tier", "kind": "select", "options": ["Gold", "=Silver"]}
    await cleo.post("/v1/custom-fields", json=tier)
    view = await importer.brought_in(database, cleo, content)
    assert view["counts"] == {"created": len(DANGEROUS)}
    assert await everything(cleo) == await everything(colourful)
    assert (await importer.brought_in(database, cleo, content))["counts"] == {"unchanged": len(DANGEROUS)}
    theirs = await importer.brought_in(database, cleo, await export(cleo))
    assert theirs["counts"] == {"unchanged": len(DANGEROUS)}
