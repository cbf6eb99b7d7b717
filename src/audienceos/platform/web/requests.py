"""What a handler asks for: a transaction to act in, or a lane to read in.

    async def create_note(db: Db, client_id: UUID, data: NoteIn) -> Note: ...     # acts: one transaction
    async with reading(request) as lane: ...                                     # reads: no session

`db` is the one generator dependency: Litestar encodes the answer, then commits, then sends, so a success is
never told before it is so.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from litestar import Request
from litestar.di import Provide

from audienceos.platform.auth.csrf import SAFE_METHODS
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.visiting import opening_of
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Forbidden
from audienceos.platform.settings import Settings

Asked = Request[Any, Any, Any]


def database_of(request: Asked) -> Database:
    """The process's doors to the database."""
    return cast("Database", request.app.state.database)


def settings_of(request: Asked) -> Settings:
    """The installation's settings."""
    return cast("Settings", request.app.state.settings)


@asynccontextmanager
async def reading(request: Asked) -> AsyncGenerator[Lane]:
    """Read as whoever asks. Raises what `opening_of` raises, `Unauthenticated` if the database lets nobody in."""
    async with database_of(request).reading(await opening_of(request)) as lane:
        request.scope["user"] = lane.actor
        yield lane


@asynccontextmanager
async def acting(request: Asked) -> AsyncGenerator[Db]:
    """Act as whoever asks: one transaction, committed at the end of the block. For pages, whose forms come back
    with their faults after the transaction has ended; nouns of the API take `db` instead.

    Raises `Forbidden` for a token without the write scope.
    """
    async with database_of(request).acting(await opening_of(request)) as db:
        request.scope["user"] = db.actor
        if request.method not in SAFE_METHODS and "write" not in db.actor.scopes:
            raise Forbidden("This token may only read.")
        yield db


async def provide_db(request: Asked) -> AsyncGenerator[Db]:
    """The transaction of a handler that acts."""
    async with acting(request) as db:
        yield db


DEPENDENCIES = {"db": Provide(provide_db)}


def auth_of(request: Asked) -> Auth:
    """What signing in and its like stand on."""
    return cast("Auth", request.app.state.auth)


def client_address(request: Asked) -> str:
    """The network address of whoever asks. X-Forwarded-For counts only from a listed proxy, its last entry."""
    peer = request.client.host if request.client else ""
    if peer not in settings_of(request).trusted_proxies:
        return peer
    return request.headers.get("x-forwarded-for", peer).rpartition(",")[2].strip()
