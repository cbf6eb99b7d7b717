"""An import as a program does it: the file up, its columns corrected, run by a worker of the test's own, looked at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from audienceos.clients.importing.running import Who, run_import
from audienceos.clients.importing.undoing import run_undo
from audienceos.platform.db.database import Database
from audienceos.platform.errors import Gone
from tests.cast import Player

IMPORTS = "/v1/client-imports"
Json = dict[str, Any]


async def upload(player: Player, content: bytes, name: str = "companies.csv") -> Json:
    """The file as a body; the import as it answers."""
    answer = await player.post(f"{IMPORTS}?file_name={name}", content=content)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def correct(player: Player, view: Json, **patch: Any) -> Json:
    """A correction that is taken."""
    answer = await player.patch(f"{IMPORTS}/{view['id']}", json=patch, version=view["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def preview(player: Player, view: Json) -> Json:
    """What it would do."""
    answer = await player.get(f"{IMPORTS}/{view['id']}/preview")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def start(player: Player, view: Json) -> Json:
    """Ask for it to be run."""
    answer = await player.post(f"{IMPORTS}/{view['id']}/run")
    assert answer.status_code == 202, answer.text
    return answer.json()


async def show(player: Player, view: Json) -> Json:
    """How it stands."""
    answer = await player.get(f"{IMPORTS}/{view['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def run(database: Database, player: Player, view: Json) -> Json:
    """Start it and do the worker's part; how it ended."""
    await start(player, view)
    await work(database, player, view)
    return await show(player, view)


async def work(database: Database, player: Player, view: Json) -> None:
    """The worker's part."""
    await run_import(database, who(player), UUID(view["id"]))


async def undo(database: Database, player: Player, view: Json) -> Json:
    """Take it back, and do the worker's part; how it ended."""
    answer = await player.post(f"{IMPORTS}/{view['id']}/undo")
    assert answer.status_code == 202, answer.text
    await run_undo(database, who(player), UUID(view["id"]))
    return await show(player, view)


async def rows(player: Player, view: Json, outcome: str = "") -> list[Json]:
    """All rows of an outcome."""
    found: list[Json] = []
    cursor = ""
    while True:
        asked = {"limit": "100", "cursor": cursor, "outcome": outcome}
        page = (await player.get(f"{IMPORTS}/{view['id']}/rows", params=asked)).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return found


async def clients(player: Player, **asked: str) -> list[Json]:
    """All clients of the player's agency that match."""
    found: list[Json] = []
    cursor = ""
    while True:
        page = (await player.get("/v1/clients", params={"limit": "100", "cursor": cursor, **asked})).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return found


async def brought_in(database: Database, player: Player, content: bytes, **patch: Any) -> Json:
    """From the file to the end."""
    view = await upload(player, content)
    if patch:
        view = await correct(player, view, **patch)
    return await run(database, player, view)


def who(player: Player) -> Who:
    """For whom the worker works."""
    return Who(player.agency_id, player.user_id)


def columns(view: Json) -> dict[str, Json]:
    """By their headers."""
    return {column["header"]: column for column in view["columns"]}


async def fields(player: Player) -> dict[str, Json]:
    """The agency's own fields, by name."""
    found = (await player.get("/v1/custom-fields", params={"limit": "100"})).json()["items"]
    return {field["name"]: field for field in found}


async def own(player: Player, client: Json) -> dict[str, str]:
    """The client's values of the agency's own fields, by the fields' names."""
    named = {field["id"]: name for name, field in (await fields(player)).items()}
    return {named[key]: value for key, value in client["custom"].items() if key in named}


async def client_of(player: Player, name: str) -> Json:
    """All of the one client of that name."""
    (found,) = [one for one in await clients(player, activity="all") if one["name"] == name]
    return (await player.get(f"/v1/clients/{found['id']}")).json()


async def history(player: Player, client: Json) -> list[Json]:
    """Its stage events, newest first."""
    return (await player.get(f"/v1/clients/{client['id']}/moves")).json()["items"]


def table(header: str, *lines: str) -> bytes:
    """A file of these lines, parted by bars as they are."""
    return "\n".join([header, *lines]).encode()


def reasons(rows: list[Json]) -> dict[str, str]:
    """Why each row failed or was kept, by its name."""
    return {row["name"]: " ".join(fault["message"] for fault in row["reasons"]) for row in rows}


async def stop_after(database: Database, player: Player, view: Json, rows: int) -> None:
    """A worker that is told off once so many rows are in: the import ends as failed."""

    def watch(done: int, total: int) -> None:
        if done >= rows:
            raise Gone("file")

    await run_import(database, who(player), UUID(view["id"]), watch)
    assert (await show(player, view))["status"] == "failed"
