"""Who was there: noted at every request, written together every half a minute and once more at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Protocol

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from audienceos.platform.actor import Actor
from audienceos.platform.auth.sessions import LastSeen
from audienceos.platform.db.sessions import Credential

FLUSH_SECONDS = 30
LAST_SECONDS = 2  # for the last writing, when the process ends

log = structlog.get_logger()


class Presence(Protocol):
    """Notes who acted, in whichever room knows people."""

    def note(self, actor: Actor) -> None:
        """Somebody, or a token of theirs, acted just now."""
        ...

    async def flush(self) -> None:
        """Write what was noted."""
        ...


class Noticing:
    """One of a process."""

    def __init__(self, last_seen: LastSeen, presence: Presence) -> None:
        self._last_seen = last_seen
        self._presence = presence

    def note(self, actor: Actor, credential: Credential) -> None:
        """They were let in just now, by this credential."""
        self._presence.note(actor)
        if credential.how == "session":
            self._last_seen.note(credential.hash)

    async def flush(self) -> None:
        """Write what was noted. With the database away it is lost: a hint of the last half minute, no record."""
        try:
            await self._last_seen.flush()
            await self._presence.flush()
        except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as problem:
            log.warning("who was there could not be written", why=type(problem).__name__)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Write again and again for the length of the block."""
        writing = asyncio.create_task(self._write(), name="noticing")
        try:
            yield
        finally:
            writing.cancel()
            await asyncio.wait([asyncio.create_task(self.flush())], timeout=LAST_SECONDS)

    async def _write(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush()
