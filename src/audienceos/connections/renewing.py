"""Grants renewed when they are used, each by one at a time, and what follows when one can't be.

Whoever finds a grant near its end takes a lease on its row, asks the vendor without holding a transaction, and
stores what came; the others wait for that. A grant that the vendor took back is wiped, and told of once.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import update

from audienceos.connections.models import Integration, Mailbox
from audienceos.connections.ports import App, Permanent, Provider, Tokens, Transient
from audienceos.connections.vault import Row, give_back, keep_tokens, lease, tokens_of
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.events.recording import record

NEAR = timedelta(minutes=10)
"""Before its end a grant is renewed as it is used."""
AHEAD = timedelta(days=7)
"""And so long before the end of one that nothing renews afterwards."""
LEASED = timedelta(seconds=30)
"""Longer than a vendor may take to answer."""
LOOK_AGAIN = 0.2  # seconds, while another renews it
LOST = "The service took the grant back. Connect it again."


class Grantee(msgspec.Struct, frozen=True):
    """Whose grant it is, and with what it is renewed."""

    row: Row
    service: Provider
    app: App
    scopes: tuple[str, ...] = ()


async def fresh_tokens(database: Database, at: Grantee, *, ahead: timedelta = NEAR) -> Tokens:
    """Tokens that are good for `ahead`, renewed if they weren't.

    Raises `Permanent` when the grant is lost, `Transient` when it can't be renewed and is over.
    """
    waited_until = clock.now() + LEASED
    while True:
        held = (await tokens_of(database, at.row, at.scopes)).tokens
        if held is None:
            raise Permanent("It isn't connected", "not_connected")
        if _is_good(held, ahead):
            return held
        if await lease(database, at.row, clock.now() + LEASED):
            return await _renewed(database, at, ahead)
        if clock.now() > waited_until:
            raise Transient("Its renewal takes too long")
        await asyncio.sleep(LOOK_AGAIN)


async def _renewed(database: Database, at: Grantee, ahead: timedelta) -> Tokens:
    """Asked once more what is there, since another may have renewed it before the lease was ours."""
    held = (await tokens_of(database, at.row, at.scopes)).tokens
    if held is None or _is_good(held, ahead):
        await give_back(database, at.row)
        if held is None:
            raise Permanent("It isn't connected", "not_connected")
        return held
    try:
        tokens = await at.service.refresh(at.app, held)
    except Permanent as problem:
        await lose(database, at.row, str(problem))
        raise
    except Transient as problem:
        await give_back(database, at.row)
        await note(database, at.row, str(problem))
        if held.expires_at is not None and held.expires_at > clock.now():
            return held
        raise
    await keep_tokens(database, at.row, tokens, as_renewed=True)
    await note(database, at.row, None)
    return tokens


async def lose(database: Database, row: Row, words: str) -> None:
    """The vendor took the grant back: wipe it, and tell of it, once."""
    await keep_tokens(database, row, None)
    if row.table != Integration.__tablename__:
        await _lose_mailbox(database, row)
        return
    async with database.acting(Claims(system_of(row.agency_id))) as db:
        held = (Integration.agency_id == row.agency_id, Integration.id == row.id, Integration.is_connected)
        change = {"is_connected": False, "lost_at": clock.now(), "last_error": words}
        found = await db.scalar(
            update(Integration).where(*held).values(change).returning(Integration.provider)
        )
        if found is not None:
            await record(db, "integration.lost", "integration", row.id, provider=found)


async def _lose_mailbox(database: Database, row: Row) -> None:
    async with database.acting(Claims(system_of(row.agency_id))) as db:
        change = {"state": "failing", "last_error": LOST, "token_expires_at": None}
        held = (
            Mailbox.agency_id == row.agency_id,
            Mailbox.id == row.id,
            Mailbox.last_error.is_distinct_from(LOST),
        )
        lost = update(Mailbox).where(*held).values(change).returning(Mailbox.address, Mailbox.user_id)
        found = (await db.execute(lost)).one_or_none()
        if found is not None:
            said: Json = {"address": found[0], "user_id": str(found[1]) if found[1] else None}
            await record(db, "mailbox.lost", "mailbox", row.id, **said)


async def note(database: Database, row: Row, trouble: str | None) -> None:
    """Count another failure with its reason, or none since all is well."""
    table = Mailbox if row.table == Mailbox.__tablename__ else Integration
    failures = 0 if trouble is None else table.failures + 1
    async with database.acting(Claims(system_of(row.agency_id))) as db:
        here = (table.agency_id == row.agency_id, table.id == row.id)
        await db.execute(update(table).where(*here).values(failures=failures, last_error=trouble))


def _is_good(tokens: Tokens, ahead: timedelta) -> bool:
    return tokens.expires_at is None or _left(tokens.expires_at) > ahead


def _left(ends: datetime) -> timedelta:
    return ends - clock.now()
