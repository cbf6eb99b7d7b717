"""What the rooms above know that bears on a client's health, written in the transaction of their own change.

A signal is one row a source and key while it lasts. It is no act of a person upon the client: it ends no silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select

from audienceos.clients.access import client_itself
from audienceos.clients.actions.judging import rejudge, touched
from audienceos.clients.models import Client, ClientSignal
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db
from audienceos.platform.findings import Level

REASON_LENGTH = 500


async def set_signal(
    db: Db,
    client_id: UUID,
    source: str,
    key: str,
    level: Level,
    *,
    reason: str,
    count: int = 1,
    since: datetime | None = None,
) -> None:
    """Say or correct it: `source` is the room, `key` what of it, `reason` a sentence for people.

    A risk with a new key, or whose `count` rises, ends an admin's "healthy". `since` is now unless given, and
    stays as it was where the signal is only corrected. Raises `NotFound` for a client that never was.
    """
    client = await client_itself(db, client_id)
    _say(db, client, source, key, await _signal(db, client, source, key), Said(level, reason, count, since))
    await rejudge(db, client)


class Said(msgspec.Struct, frozen=True):
    """A signal's worth: how bad, why in a sentence, how many, and since when (now unless given)."""

    level: Level
    reason: str
    count: int = 1
    since: datetime | None = None


async def set_signals(
    db: Db,
    client_id: UUID,
    source: str,
    signals: Mapping[str, Said],
    *,
    by_person: bool = False,
    heard_at: datetime | None = None,
) -> None:
    """Say all that the room knows of a client, by key, as `set_signal` does; what it no longer says is over.

    `by_person` ends the client's silence: somebody's act lies behind it. So does what they or we said to each other,
    at the moment at which it was said. Raises `NotFound` as `set_signal` does.
    """
    client = await client_itself(db, client_id)
    mine = (ClientSignal.agency_id == client.agency_id, ClientSignal.client_id == client.id)
    rows = await db.scalars(select(ClientSignal).where(*mine, ClientSignal.source == source))
    known = {row.key: row for row in rows}
    for key, row in known.items():
        if key not in signals:
            await db.delete(row)
    for key, said in signals.items():
        _say(db, client, source, key, known.get(key), said)
    if by_person:
        touched(db, client)
    if heard_at is not None:
        client.last_activity_at = max(client.last_activity_at, min(heard_at, clock.now()))
    await rejudge(db, client)


async def clear_signal(db: Db, client_id: UUID, source: str, key: str) -> None:
    """It is over; what was never said is no error. Raises `NotFound` for a client that never was."""
    client = await client_itself(db, client_id)
    signal = await _signal(db, client, source, key)
    if signal is not None:
        await db.delete(signal)
        await rejudge(db, client)


async def _signal(db: Db, client: Client, source: str, key: str) -> ClientSignal | None:
    return await db.scalar(
        select(ClientSignal).where(
            ClientSignal.agency_id == client.agency_id,
            ClientSignal.client_id == client.id,
            ClientSignal.source == source,
            ClientSignal.key == key,
        )
    )


def _say(db: Db, client: Client, source: str, key: str, row: ClientSignal | None, said: Said) -> None:
    """Write what is said into the row there is, or into a new one."""
    if row is None:
        row = ClientSignal(client_id=client.id, source=source, key=key, since=said.since or clock.now())
        db.add(row)
    row.level, row.count, row.reason = said.level, said.count, said.reason[:REASON_LENGTH]
    row.since = said.since or row.since
