"""What tests of the clients' room begin with, each made by the product's own doors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from audienceos.agency.models import Agency
from audienceos.clients.models import Client
from audienceos.platform.db.database import Database
from tests.cast import Player

Row = dict[str, Any]


async def a_client(player: Player, name: str = "Oxbow", **fields: Any) -> Row:
    """A client of the player's."""
    answer = await player.post("/v1/clients", json={"name": name, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def shown(player: Player, client: Row) -> Row:
    """The client as it is now."""
    answer = await player.get(f"/v1/clients/{client['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def a(player: Player, noun: str, client: Row, **fields: Any) -> Row:
    """Something that hangs from a client: `await a(ines, "tasks", client, name="Call")`."""
    answer = await player.post(f"/v1/clients/{client['id']}/{noun}", json=fields)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def listed(player: Player, path: str, **params: Any) -> list[Row]:
    """The items of a list, of which there must not be a further page."""
    answer = await player.get(path, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.json()["next_cursor"] is None
    return answer.json()["items"]


async def of_client(player: Player, noun: str, client: Row) -> list[Row]:
    """What hangs from a client."""
    return await listed(player, f"/v1/clients/{client['id']}/{noun}")


async def names(player: Player, **params: Any) -> list[str]:
    """The names of the clients that match."""
    return [row["name"] for row in await listed(player, "/v1/clients", **params)]


async def only_assigned(database: Database, owner: Player) -> None:
    """From now on members of the agency see the clients that they are assigned to."""
    async with database.acting(owner.claims) as db:
        own = update(Agency).where(Agency.id == owner.agency_id)
        await db.execute(own.values(client_visibility="assigned"))


async def aged(database: Database, owner: Player, client: Row, **moments: datetime | str) -> None:
    """Set a client's clocks back, or its colour, as if days had passed; it came long ago and is due to be judged."""
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    async with database.acting(owner.claims) as db:
        row = update(Client).where(Client.agency_id == owner.agency_id, Client.id == UUID(client["id"]))
        await db.execute(row.values({"created_at": long_ago, "health_due_at": long_ago} | moments))
