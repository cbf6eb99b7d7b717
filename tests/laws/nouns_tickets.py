"""Tickets for the laws: numbered far apart, since a number names a ticket in whichever agency one is."""

from __future__ import annotations

import secrets
from typing import Any

from audienceos.platform.db.database import Database
from tests.cast import Player

_START = "insert into ticket_counter (agency_id, last_number) values ($1, $2)"


async def a_first_ticket(database: Database, owner: Player, body: dict[str, Any]) -> str:
    """The agency's first ticket, with a number that no other agency of the run has."""
    async with database.acting(owner.claims) as db:
        await (await db.raw()).execute(_START, owner.agency_id, 10**6 + secrets.randbelow(10**8))
    return await a_ticket(owner, body)


async def a_ticket(owner: Player, body: dict[str, Any]) -> str:
    """A further one; gives its number."""
    answer = await owner.post("/v1/tickets", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


async def under(owner: Player, number: str, noun: str, body: dict[str, Any]) -> dict[str, Any]:
    """Something that hangs from a ticket, or is done to it."""
    answer = await owner.post(f"/v1/tickets/{number}/{noun}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def resolved(owner: Player, body: dict[str, Any], note: str) -> str:
    """A ticket that is done."""
    number = await a_begun_ticket(owner, body)
    await under(owner, number, "resolution", {"final_note": note})
    return number


async def a_begun_ticket(owner: Player, body: dict[str, Any]) -> str:
    """A ticket that somebody works on."""
    number = await a_ticket(owner, body)
    await under(owner, number, "transitions", {"to_status": "in_progress"})
    return number


async def a_deleted_ticket(owner: Player, body: dict[str, Any]) -> str:
    """A ticket that an admin can bring back."""
    number = await a_ticket(owner, body)
    assert (await owner.delete(f"/v1/tickets/{number}")).status_code == 204
    return number


async def a_ticket_note(world: Any) -> str:
    """A note that the client may read."""
    note = {"content": f"{world.word} reproduced", "is_internal": False}
    return (await under(world.owner, world.ids["number"], "notes", note))["id"]


async def a_time_entry(world: Any) -> str:
    """Time spent on the ticket."""
    time = {"minutes": 25, "note": f"{world.word} looked"}
    return (await under(world.owner, world.ids["number"], "time-entries", time))["id"]
