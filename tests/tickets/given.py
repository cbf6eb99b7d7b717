"""What tests of tickets begin with, each made by the product's own doors."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from audienceos.platform.db.database import Database
from audienceos.tickets.models import Ticket
from tests.cast import Player
from tests.clients.given import Row, listed


async def a_ticket(player: Player, client: Row, title: str = "Form is broken", **fields: Any) -> Row:
    """A ticket for the client."""
    body = {"client_id": client["id"], "title": title, **fields}
    answer = await player.post("/v1/tickets", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def shown(player: Player, ticket: Row) -> Row:
    """The ticket as it is now."""
    answer = await player.get(f"/v1/tickets/{ticket['number']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def did(player: Player, ticket: Row, noun: str, **fields: Any) -> Row:
    """Something done to a ticket: `await did(ines, ticket, "transitions", to_status="in_progress")`."""
    answer = await player.post(f"/v1/tickets/{ticket['number']}/{noun}", json=fields)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def moved(player: Player, ticket: Row, *statuses: str) -> Row:
    """The ticket, gone through these statuses."""
    for status in statuses:
        if status == "resolved":
            ticket = await did(player, ticket, "resolution", final_note="Done")
        else:
            ticket = await did(player, ticket, "transitions", to_status=status)
    return ticket


async def titles(player: Player, **params: Any) -> list[str]:
    """The titles of the tickets that match, the oldest first."""
    return [row["title"] for row in await listed(player, "/v1/tickets", sort="number", **params)]


async def set_back(database: Database, owner: Player, ticket: Row, **moments: datetime) -> None:
    """Set a ticket's clocks back, as if time had passed."""
    async with database.acting(owner.claims) as db:
        mine = (Ticket.agency_id == owner.agency_id, Ticket.id == UUID(ticket["id"]))
        await db.execute(update(Ticket).where(*mine).values(moments))
