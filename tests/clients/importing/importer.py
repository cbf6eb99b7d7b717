"""An import as a program does it: the file up, its columns corrected, run by a worker of the test's own, looked at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from audienceos.clients.importing.running import Who, run_import
from audienceos.clients.importing.undoing import run_undo
from audienceos.platform.db.database import Database
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
