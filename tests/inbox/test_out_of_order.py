"""However messages come in, by several at once, twice and in a wrong order, the inbox says what they say in their order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from audienceos.inbox.actions.receiving import take_in
from audienceos.inbox.actions.sources import source_of
from audienceos.inbox.ports import Correspondent, Incoming
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from tests.cast import Player
from tests.proof.flood import flood_of
from tests.proof.flooded import clients_of, threads_kept
from tests.proof.oracle import differences, threads_in

TOLD = 400
BEGAN = datetime(2026, 9, 1, 8, tzinfo=UTC)
DESK = Correspondent(name="Desk", address="desk@northlight.example")


async def test_what_comes_in_disorder_ends_as_in_order(database: Database, ines: Player) -> None:
    clients = await clients_of(ines, database, "oo", 4)
    flood = flood_of("oo", DESK, clients, TOLD, BEGAN, seed=1)
    claims = Claims(system_of(ines.agency_id))

    async def told(mails: bool, messages: Sequence[Incoming]) -> None:
        kind = "mailbox" if mails else "workspace"
        for batch in cut(messages):
            async with database.acting(claims) as db:
                source = await source_of(db, kind, "gmail" if mails else "slack", DESK.address, "Desk")
                await take_in(db, source, batch)

    for mails, messages in ((True, flood.mails), (False, flood.said)):
        await told(mails, messages[:1])
        await asyncio.gather(*(told(mails, messages[at::3]) for at in range(3)))
    kept = await threads_kept(database, ines.agency_id)
    assert differences(kept, threads_in(flood.facts, ZoneInfo("UTC"))) == []


def cut(messages: Sequence[Incoming]) -> list[Sequence[Incoming]]:
    """Batches of one to two hundred."""
    chance, batches = random.Random(2), list[Sequence[Incoming]]()
    while messages:
        size = chance.choice((1, 5, 50, 200))
        batches.append(messages[:size])
        messages = messages[size:]
    return batches
