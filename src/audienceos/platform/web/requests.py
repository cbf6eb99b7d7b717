"""What a handler asks for: a transaction to act in, or a lane to read in.

    async def create_note(db: Db, client_id: UUID, data: NoteIn) -> Note: ...     # acts: one transaction
    async with reading(request) as lane: ...                                     # reads: no session

`db` is the one generator dependency: Litestar encodes the answer, then commits, then sends, so a success is
never told before it is so.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar, cast
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from audienceos.platform.actor import Actor
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.sessions import person_of
from audienceos.platform.auth.visiting import Addresses, opening_of, visit_of
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.sessions import Credential, Db
from audienceos.platform.errors import NotFound, Unauthenticated
from audienceos.platform.settings import Settings
from audienceos.platform.web.idempotency import begin
from audienceos.platform.web.logs import acting_as
from audienceos.platform.web.noticing import Noticing
from audienceos.platform.web.scopes import check_scope

Opened = TypeVar("Opened", Lane, Db)
Asked = Request[Any, Any, Any]
Transaction = NamedDependency[Db]
"""The parameter `db` of a handler that acts."""
Id = FromPath[UUID]
"""An id in the address; one of the wrong form is nobody's, so a 404."""


def database_of(request: Asked) -> Database:
    """The process's doors to the database."""
    return cast("Database", request.app.state.database)


def settings_of(request: Asked) -> Settings:
    """The installation's settings."""
    return cast("Settings", request.app.state.settings)


@asynccontextmanager
async def reading(request: Asked) -> AsyncGenerator[Lane]:
    """Read as whoever asks. Raises what `opening_of` raises, and what `_let_in` raises."""
    opening = await opening_of(request)
    async with _let_in(request, database_of(request).reading(opening)) as lane:
        _entered(request, lane.actor, opening)
        yield lane


@asynccontextmanager
async def acting(request: Asked) -> AsyncGenerator[Db]:
    """Act as whoever asks: one transaction, committed at the end of the block. For pages, whose forms come back
    with their faults after the transaction has ended; nouns of the API take `db` instead.

    Raises as `reading` does, and `Forbidden` for a token without the write scope.
    """
    opening = await opening_of(request)
    async with _let_in(request, database_of(request).acting(opening)) as db:
        _entered(request, db.actor, opening)
        check_scope(db.actor, request.method)
        yield db


@asynccontextmanager
async def _let_in(request: Asked, door: AbstractAsyncContextManager[Opened]) -> AsyncGenerator[Opened]:
    """Through the door, if the database lets whoever asks in. Raises what `refusal_of` says."""
    inside = False
    try:
        async with door as opened:
            inside = True
            yield opened
    except Unauthenticated:
        if inside:
            raise
        raise await refusal_of(request) from None


async def refusal_of(request: Asked) -> Exception:
    """What somebody is told whom the database did not let in: `Unauthenticated` who is not signed in; `NotFound`
    who is, and has no seat in this agency: the same as for one that never was, and no reason to sign in again.
    """
    secret = visit_of(request).session
    known = bool(secret) and await person_of(database_of(request), secret) is not None
    return NotFound() if known else Unauthenticated()


async def actor_of(request: Asked) -> Actor:
    """Who asks, as the database says at this moment: for work that isn't done in a transaction of theirs.

    Raises as `reading` does.
    """
    async with reading(request) as lane:
        return lane.actor


async def lane_of(db: Db) -> Lane:
    """A lane inside this very transaction: an answer tells what the action has just written."""
    await db.flush()
    return Lane(await db.raw(), db.actor)


async def provide_db(request: Asked) -> AsyncGenerator[Db]:
    """The transaction of a handler that acts; for a keyed POST that was answered before it ends here."""
    async with acting(request) as db:
        await begin(request, db)
        yield db


def _entered(request: Asked, actor: Actor, opening: Credential) -> None:
    request.scope["user"] = actor
    acting_as(actor)
    cast("Noticing", request.app.state.noticing).note(actor, opening)


DEPENDENCIES = {"db": Provide(provide_db)}


def auth_of(request: Asked) -> Auth:
    """What signing in and its like stand on."""
    return cast("Auth", request.app.state.auth)


def addresses_of(request: Asked) -> Addresses:
    """Which agency lives at which address."""
    return cast("Addresses", request.app.state.addresses)


def client_address(request: Asked) -> str:
    """The network address of whoever asks. X-Forwarded-For counts only from a listed proxy, its last entry."""
    peer = request.client.host if request.client else ""
    if peer not in settings_of(request).trusted_proxies:
        return peer
    return request.headers.get("x-forwarded-for", peer).rpartition(",")[2].strip()
