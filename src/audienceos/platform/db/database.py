"""The doors to the database: acting (as somebody), serving (the few functions outside any agency), reading."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import cast

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from audienceos.platform.actor import Actor
from audienceos.platform.db.raw import Raw
from audienceos.platform.db.sessions import Db, Opening
from audienceos.platform.db.urls import Address, Addresses

ROLLBACK_SECONDS = 2  # then the connection is thrown away: nobody waits for a server that stands still
POOL_SECONDS = 5  # for a connection, while others have them all


class Lane(msgspec.Struct, frozen=True):
    """One read-only transaction on the driver's own connection, and who reads in it."""

    raw: Raw
    actor: Actor


class Database:
    """The engines of one process. `app` carries every request and every job that acts for an agency."""

    def __init__(self, addresses: Addresses, *, pool_size: int = 10) -> None:
        self.addresses = addresses
        self.app = _engine(addresses.app, pool_size)
        self.service = _engine(addresses.service, max(2, pool_size // 2))

    async def close(self) -> None:
        """Give every connection back."""
        await self.app.dispose()
        await self.service.dispose()

    @asynccontextmanager
    async def acting(self, opening: Opening) -> AsyncGenerator[Db]:
        """A transaction as the request login. Commits at the end of the block, rolls back on any error."""
        async with Db(self.app, info={"opening": opening}, expire_on_commit=False) as db, db.begin():
            await db.connection()
            yield db

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[Db]:
        """A transaction as the service login, for the named few: sign-in, sign-up, the timetable."""
        async with Db(self.service, expire_on_commit=False) as db, db.begin():
            await db.connection()  # a raw statement before it would run outside the transaction
            yield db

    @asynccontextmanager
    async def reading(self, opening: Opening) -> AsyncGenerator[Lane]:
        """A read-only transaction without a session: the fast lane of every list and page.

        All its questions see one picture, that of its first: a page's count agrees with its rows, and the
        live cursor with both, whichever is asked first.
        """
        held = await self.app.raw_connection()
        raw = cast("Raw", held.driver_connection)
        ended = False
        try:
            await raw.execute("begin isolation level repeatable read read only")
            yield Lane(raw, opening.actor(await raw.fetchrow(opening.statement, *opening.arguments)))
            await raw.execute("commit")
            ended = True
        finally:
            # The pool does not see a raw transaction: end it here, or throw the connection away.
            if not ended:
                try:
                    await asyncio.shield(asyncio.wait_for(raw.execute("rollback"), ROLLBACK_SECONDS))
                except BaseException:
                    held.invalidate()
                    raise
            await greenlet_spawn(held.close)


def _engine(address: Address, size: int) -> AsyncEngine:
    return create_async_engine(
        address.sqlalchemy(),
        connect_args=address.connect_args(),
        pool_size=size,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        json_deserializer=msgspec.json.decode,
    )
