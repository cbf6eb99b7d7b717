"""Importing is the admins'. To a stranger an import is nothing that ever was."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Player
from tests.clients.importing import importer
from tests.clients.importing.importer import IMPORTS, Json, table

GOOD = table("Name|Domain", "Oxbow|oxbow.example")
NOUNS: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "", {}),
    ("PATCH", "", {"json": {"source": "mine"}, "version": 1}),
    ("DELETE", "", {}),
    ("GET", "/preview", {}),
    ("GET", "/rows", {}),
    ("POST", "/run", {}),
    ("POST", "/undo", {}),
]
PAGES: list[tuple[str, str]] = [
    ("GET", ""),
    ("POST", ""),
    ("GET", "/preview"),
    ("GET", "/failures"),
    ("POST", "/run"),
    ("POST", "/undo"),
    ("POST", "/removal"),
]


@pytest.fixture
async def view(ines: Player) -> Json:
    """An import of hers."""
    return await importer.upload(ines, GOOD)


async def test_a_stranger_is_told_nothing(ines: Player, cleo: Player, view: Json) -> None:
    for method, noun, more in NOUNS:
        answer = await cleo.send(method, f"{IMPORTS}/{view['id']}{noun}", **more)
        assert answer.status_code == 404, (method, noun)
    for method, page in PAGES:
        answer = await cleo.send(method, cleo.at(f"/imports/{view['id']}{page}"))
        assert answer.status_code == 404, (method, page)
    assert (await cleo.get(IMPORTS)).json()["items"] == []
    assert view["file_name"] not in (await cleo.get(cleo.at("/imports"))).text
    assert await importer.show(ines, view) == view


async def test_an_id_that_never_was_answers_alike(cleo: Player, view: Json) -> None:
    never = "01900000-0000-7000-8000-000000000000"
    theirs = (await cleo.get(f"{IMPORTS}/{view['id']}")).json()
    nobodys = (await cleo.get(f"{IMPORTS}/{never}")).json()
    assert theirs | {"request_id": ""} == nobodys | {"request_id": ""}


async def test_who_is_no_admin_is_refused(ines: Player, tom: Player, view: Json) -> None:
    for method, noun, more in NOUNS:
        answer = await tom.send(method, f"{IMPORTS}/{view['id']}{noun}", **more)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (method, noun)
    for method, page in PAGES:
        answer = await tom.send(method, tom.at(f"/imports/{view['id']}{page}"))
        assert answer.status_code == 403, (method, page)
    assert (await tom.post(IMPORTS, content=GOOD)).status_code == 403
    assert (await tom.get(IMPORTS)).status_code == 403
    assert (await tom.get(tom.at("/imports"))).status_code == 403
    assert (await tom.post(tom.at("/imports"), files={"file": ("a.csv", GOOD)})).status_code == 403
    assert (await ines.get(IMPORTS)).json()["items"][0]["version"] == view["version"]


async def test_nobody_signed_in_is_sent_to_sign_in(ines: Player, view: Json) -> None:
    ines.browser.cookies.clear()
    assert (await ines.get(f"{IMPORTS}/{view['id']}")).status_code == 401
    page = await ines.get(ines.at(f"/imports/{view['id']}"))
    assert page.headers["location"].startswith("/sign-in")


async def test_a_strangers_person_owns_nobody_here(ines: Player, cleo: Player) -> None:
    view = await importer.upload(ines, table("Name|Owner", "Oxbow|Cleo Stark"))
    patch = {"owners": {"Cleo Stark": str(cleo.user_id)}}
    answer = await ines.patch(f"{IMPORTS}/{view['id']}", json=patch, version=view["version"])
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "owners.Cleo Stark"


async def test_a_strangers_field_is_no_field_here(ines: Player, cleo: Player) -> None:
    field = (await cleo.post("/v1/custom-fields", json={"name": "Secret", "kind": "text"})).json()
    view = await importer.upload(ines, GOOD)
    patch = {"columns": [{"header": "Domain", "custom_field_id": field["id"]}]}
    answer = await ines.patch(f"{IMPORTS}/{view['id']}", json=patch, version=view["version"])
    assert answer.json()["errors"][0]["field"] == "columns.0.custom_field_id"
