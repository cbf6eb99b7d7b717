"""Everything that is kept about a client, as a file."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest

from audienceos.clients.copying import OWN, accepted
from audienceos.tables import ROOMS, metadata
from tests.cast import Player
from tests.clients.given import Row, a, a_client


async def taken(player: Player, client: Row, accept: str = "application/json") -> Any:
    """The file, as Accept says."""
    return await player.post(f"/v1/clients/{client['id']}/copies", headers={"Accept": accept})


async def filled(player: Player, name: str) -> Row:
    """A client with something of everything that people keep by hand."""
    client = await a_client(player, name, contact_name=f"{name} Maya", tags=[f"{name} tag"])
    await a(player, "notes", client, content=f"{name} note")
    await a(player, "tasks", client, name=f"{name} task")
    await a(player, "moves", client, from_stage="Onboarding", to_stage="Audit", notes=f"{name} moved")
    return client


def test_every_table_with_a_clients_id_is_in_it() -> None:
    """Of this room and of those below; the rooms above are asked by a port, which another law sees to."""
    here = {
        mapper.local_table.name
        for room in ("clients", "platform")
        for module in ROOMS[room]
        for mapper in module.__dict__["Base"].registry.mappers
        if mapper.class_.__module__ == module.__name__
    }
    keeping = {name for name in here if "client_id" in metadata.tables[name].columns}
    assert len(keeping) > 8
    assert keeping == set(OWN)


async def test_it_holds_all_of_one_client_and_nothing_of_others(ines: Player) -> None:
    client = await filled(ines, "Oxbow")
    await filled(ines, "Brae")
    answer = await taken(ines, client)
    tables = answer.json()["tables"]
    assert [tables[name][0][field] for name, field in (("client", "name"), ("client_note", "content"))] == [
        "Oxbow",
        "Oxbow note",
    ]
    assert {name for name in OWN if tables[name]} >= {"event", "stage_event", "task", "client_contact"}
    assert ("Brae" in answer.text, "agency_id" in answer.text) == (False, False)
    assert tables["colleague"] == [{"id": str(ines.user_id), "name": "Ines Aalto"}]


async def test_a_zip_has_a_table_each_and_one_csv_has_a_line_for_each_value(ines: Player) -> None:
    client = await filled(ines, "Oxbow")
    packed = zipfile.ZipFile(io.BytesIO((await taken(ines, client, "application/zip")).content))
    (note,) = csv.DictReader(io.TextIOWrapper(packed.open("client_note.csv"), "utf-8-sig"))
    assert note["content"] == "Oxbow note"
    text = (await taken(ines, client, "text/csv")).content.decode("utf-8-sig")
    assert [row["value"] for row in csv.DictReader(io.StringIO(text)) if row["field"] == "content"] == [
        "Oxbow note"
    ]


@pytest.mark.parametrize(
    ("header", "how"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/html, text/csv;q=0.9", "csv"),
        ("application/zip", "zip"),
        ("APPLICATION/JSON", "json"),
    ],
)
def test_accept_says_in_which_shape(header: str, how: str) -> None:
    assert accepted(header) == how


async def test_that_it_was_taken_is_told_on_the_timeline(ines: Player, oxbow: Row) -> None:
    await taken(ines, oxbow)
    page = (await ines.get(ines.at(f"/clients/{oxbow['id']}"))).text
    assert "took out everything that is kept of it" in page


async def test_it_is_the_admins_even_of_a_deleted_client(ines: Player, tom: Player, cleo: Player) -> None:
    client = await filled(ines, "Oxbow")
    assert [(await taken(player, client)).status_code for player in (tom, cleo)] == [403, 404]
    await ines.delete(f"/v1/clients/{client['id']}")
    assert [(await taken(player, client)).status_code for player in (ines, tom)] == [200, 404]


async def test_by_the_page(ines: Player, tom: Player, oxbow: Row) -> None:
    at = f"/clients/{oxbow['id']}/copy"
    assert (await ines.get(ines.at(at))).status_code == 200
    assert (await tom.get(tom.at(at))).status_code == 403
    answer = await ines.post(ines.at(at), data={"format": "json"})
    assert json.loads(answer.text)["name"] == "Oxbow"
    assert answer.headers["content-disposition"].startswith("attachment")
