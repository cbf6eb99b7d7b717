"""Answers for the laws: one that waits for its moment, and others in states that have acts of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from audienceos.connections.models import Mailbox
from audienceos.inbox.models.answers import Outgoing
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.sessions import Claims


async def an_answer(world: Any) -> str:
    """One that is to leave tomorrow, through a mailbox of its author's own; they have begun another."""
    address = f"{world.word.casefold()}-desk@mail.example"
    box = Mailbox(
        kind="imap",
        address=address,
        address_key=address,
        user_id=world.owner.user_id,
        imap_host="127.0.0.1",
        smtp_host="127.0.0.1",
        state="working",
    )
    async with world.stage.parts.database.acting(world.owner.claims) as db:
        db.add(box)
    answer_id = await _scheduled(world)
    await _begun(world)
    return answer_id


async def more_answers(world: Any) -> None:
    """One that failed, and one of which nobody knows whether it left."""
    for status in ("failed", "unsure"):
        answer_id = await _scheduled(world)
        mine = (Outgoing.agency_id == world.owner.agency_id, Outgoing.id == UUID(answer_id))
        said = {"status": status, "reason_code": status, "reason": f"{world.word} said no"}
        async with world.stage.parts.database.acting(Claims(system_of(world.owner.agency_id))) as db:
            await db.execute(update(Outgoing).where(*mine).values(said))
        world.also("answer_id", answer_id)
    await _begun(world)


async def _begun(world: Any) -> None:
    path = f"/v1/conversations/{world.ids['conversation_id']}/draft"
    saved = await world.owner.send("PUT", path, json={"text": f"{world.word} further"})
    assert saved.status_code == 200, saved.text


async def _scheduled(world: Any) -> str:
    path = f"/v1/conversations/{world.ids['conversation_id']}/answers"
    body = {
        "click_id": str(uuid7()),
        "text": f"{world.word} is seen to.",
        "leaves_at": (clock.now() + timedelta(days=1)).isoformat(),
    }
    return (await world.made(path, body))["id"]
