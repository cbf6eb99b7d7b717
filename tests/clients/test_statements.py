"""How many statements a page asks, whatever the number of clients."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import a, a_client

ENTERING = 3  # begin, who asks (`app.enter`), commit


@contextmanager
def counted(database: Database) -> Generator[list[str]]:
    """Every statement that goes out meanwhile, as the driver sends it."""
    sent: list[str] = []
    watched: list[Any] = []

    def note(record: Any) -> None:
        sent.append(record.query)

    def watch(connection: Any, *_: Any) -> None:
        raw = connection.driver_connection
        raw.add_query_logger(note)
        watched.append(raw)

    event.listen(database.app.sync_engine, "checkout", watch)
    try:
        yield sent
    finally:
        event.remove(database.app.sync_engine, "checkout", watch)
        for raw in watched:
            raw.remove_query_logger(note)


async def asked(database: Database, player: Player, path: str) -> list[str]:
    """What one request asks of the database, once its questions are compiled."""
    assert (await player.get(path)).status_code == 200
    with counted(database) as sent:
        assert (await player.get(path)).status_code == 200
        await asyncio.sleep(0)  # the driver notes each a moment later
    return sent


async def fill(player: Player, number: int) -> None:
    """So many clients with something of everything."""
    for _ in range(number):
        client = await a_client(player, "Oxbow", contact_name="Maya", tags=["a", "b"])
        await a(player, "notes", client, content="Called")
        await a(player, "tasks", client, name="Call")


LISTS = {
    "/v1/clients": 2,  # the agency, the clients
    "/v1/clients?sort=-health&stage=Onboarding&q=o&mine=true": 2,
    "/v1/client-counts": 2,
    "/v1/tasks": 2,
    "/pipeline": 14,  # the agency, counts, cards, people, tags, fields, steps, views, preferences, cursor, badges
    "/clients": 13,  # the agency, page, count, fields, people, tags, views, preferences, live cursor, badges
}
"""How many questions each asks."""


async def test_a_list_asks_the_same_for_one_client_and_for_many(database: Database, ines: Player) -> None:
    at = {path: path if path.startswith("/v1") else ines.at(path) for path in LISTS}
    expected = {path: questions + ENTERING for path, questions in LISTS.items()}
    for more in (1, 4):
        await fill(ines, more)
        sent = {path: await asked(database, ines, at[path]) for path in LISTS}
        assert {path: len(said) for path, said in sent.items()} == expected, sent


@pytest.mark.parametrize(("tab", "questions"), [("", 20), ("/checklist", 15)])
async def test_a_clients_page_asks_the_same_however_much_hangs_from_it(
    database: Database, ines: Player, tab: str, questions: int
) -> None:
    """Three of them are the badges of other rooms, three what waits in their tabs."""
    client = await a_client(ines, "Oxbow")
    at = ines.at(f"/clients/{client['id']}{tab}")
    few = await asked(database, ines, at)
    for number in range(5):
        await a(ines, "notes", client, content=f"{number}")
        await a(ines, "tasks", client, name=f"{number}")
        await a(ines, "contacts", client, name=f"{number}")
    assert len(await asked(database, ines, at)) == len(few) == questions + ENTERING
