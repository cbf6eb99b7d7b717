"""One connection of one's own, past any pool: for bootstrap, checks, migrations and LISTEN."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Protocol, cast

import asyncpg

from audienceos.platform.db.raw import Raw
from audienceos.platform.db.urls import Address

CONNECT_SECONDS = 10


class Connection(Raw, Protocol):
    """A connection that its holder closes."""

    async def close(self, *, timeout: float | None = None) -> None: ...


async def connect(address: Address, *, seconds: int = CONNECT_SECONDS) -> Connection:
    """Enter. Raises `OSError`, `TimeoutError` or `asyncpg.PostgresError` as the driver does."""
    made = await asyncpg.connect(**address.asyncpg(), timeout=seconds)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return cast("Connection", made)


@asynccontextmanager
async def connected(address: Address, *, seconds: int = CONNECT_SECONDS) -> AsyncGenerator[Connection]:
    """A connection for the length of the block, which is in autocommit until it says `begin`."""
    connection = await connect(address, seconds=seconds)
    try:
        yield connection
    finally:
        await connection.close(timeout=seconds)
