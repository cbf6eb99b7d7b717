"""What an inbox says after a flood, in the shape in which the oracle says what is right; and how it is begun."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy import select

from audienceos.inbox.models import Communication, Conversation, TriageMessage
from audienceos.inbox.models.beside import ClientChannel
from audienceos.inbox.ports import Correspondent
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from tests.cast import Player
from tests.clients.given import a_client
from tests.inbox.given import known_to
from tests.proof.flood import Client
from tests.proof.oracle import Thread

DESK = "desk@northlight.example"


async def clients_of(player: Player, database: Database, tag: str, count: int) -> list[Client]:
    """So many clients, each with a contact and a channel."""
    made: list[Client] = []
    for at in range(count):
        row = await a_client(player, f"Client {at} of {tag}")
        contact = Correspondent(name=f"Contact {at}", address=f"c{at}@{tag}-{at}.example")
        await known_to(player, row, contact.address)
        made.append(Client(UUID(row["id"]), contact, f"C{tag}{at}".upper()))
    async with database.acting(player.claims) as db:
        for one in made:
            db.add(ClientChannel(client_id=one.id, place=one.place, name="shared", linked_by=player.user_id))
    return made


async def threads_kept(database: Database, agency_id: UUID) -> dict[frozenset[str], Thread]:
    """Every conversation of an agency, by its messages. Raises `AssertionError` where one has a row too many."""
    async with database.acting(Claims(system_of(agency_id))) as db:
        ones = list(await db.scalars(select(Conversation).where(Conversation.agency_id == agency_id)))
        rows = [
            row
            for table in (Communication, TriageMessage)
            for row in await db.scalars(select(table).where(table.agency_id == agency_id))
        ]
    held: dict[UUID, list[Communication | TriageMessage]] = defaultdict(list)
    for row in rows:
        held[row.conversation_id].append(row)
    kept = [_thread(one, held[one.id]) for one in ones]
    assert sum(len(thread.messages) for thread in kept) == len(rows)
    return {frozenset(thread.messages): thread for thread in kept}


def _thread(one: Conversation, rows: list[Communication | TriageMessage]) -> Thread:
    assert one.message_count == len(rows)
    assert {getattr(row, "client_id", None) for row in rows} == {one.client_id}
    live = [row for row in rows if row.removed_at is None]
    if live:
        last = max(live, key=lambda row: row.received_at)
        assert (one.last_message_at, one.last_sender) == (last.received_at, last.sender_name)
    return Thread(
        client_id=one.client_id,
        messages={row.message_id: (row.content.strip(), row.removed_at is not None) for row in rows},
        needs_reply=one.needs_reply,
        waiting_since=one.waiting_since,
        marked=frozenset(row.message_id for row in rows if row.needs_reply),
    )
