"""A POST that is sent twice happens once: `Idempotency-Key` names the attempt, the answer is kept for 24 hours.

The order of one request: a guard notes the key; the transaction takes a lock on it and looks for an answer
(`begin`); the handler acts; the answer is stored in that same transaction (`keep`, Litestar's `after_request`);
commit; send. A crash leaves neither the change nor the answer.

A second call while the first is in flight finds the lock taken and is refused rather than made to wait, so
that impatient callers don't hold connections. The lock is the transaction's own, and what it guards is visible
before it is released: whoever gets it next finds the answer.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from datetime import timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

import msgspec
from litestar import MediaType, Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.serialization import encode_json
from sqlalchemy import delete, func, insert, select, update

from audienceos.platform import clock
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import BadRequest, Conflict
from audienceos.platform.web.models import IdempotencyKey

HEADER = "idempotency-key"
REPLAYED = "Idempotent-Replayed"
KEPT = timedelta(hours=24)
KEY = re.compile(r"[\x21-\x7e]{1,100}\Z")
HEADERS_KEPT = frozenset({"etag", "location"})

OFF = "no_idempotency"
"""opt={"no_idempotency": True}: a handler that streams a large body, of which no hash can be taken first."""
SECRET = "secret"  # noqa: S105
"""opt={"secret": True}: the answer shows a secret once, so the key is kept and the answer is not."""

Asked = Request[Any, Any, Any]


class Replayed(Exception):
    """Not an error: this call was answered before, and this is that answer."""

    def __init__(self, answer: Response[bytes]) -> None:
        super().__init__("answered before")
        self.answer = answer


class Attempt(msgspec.Struct):
    """One keyed call while it runs."""

    method: str
    route: str
    key: str
    status: int
    secret: bool
    body_hash: str = ""
    db: Db | None = None
    """The transaction that the answer goes into; None for a handler that opened none."""


_current: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


async def key_guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Note the key of a POST under /v1. Raises `BadRequest` for one that can't be kept."""
    attempt = _attempt(connection, handler) if HEADER in connection.headers else None
    _current.set(attempt)
    cast("dict[str, Any]", connection.scope)["attempt"] = attempt


def _attempt(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> Attempt | None:
    scope = cast("dict[str, Any]", connection.scope)
    route = str(scope["path_template"])
    if scope["method"] != "POST" or not route.startswith("/v1/") or handler.opt.get(OFF):
        return None
    key = connection.headers[HEADER]
    if KEY.match(key) is None:
        raise BadRequest(
            "Idempotency-Key takes 1 to 100 visible ASCII characters, such as a UUID.", code="bad_key"
        )
    status = handler.status_code if isinstance(handler, HTTPRouteHandler) else 200
    return Attempt("POST", route, key, status, bool(handler.opt.get(SECRET)))


async def begin(request: Asked, db: Db) -> None:
    """The first thing in the transaction of a keyed POST.

    Raises `Replayed` with the stored answer, `Conflict` while the first call is in flight, when the key was
    used for something else, or when the answer wasn't kept: it held a secret, or what is gone since.
    """
    attempt = cast("Attempt | None", cast("dict[str, Any]", request.scope).get("attempt"))
    if attempt is None:
        return
    attempt.body_hash = _hash_of(request.url.path, request.url.query, await request.body())
    if not await db.scalar(select(func.pg_try_advisory_xact_lock(_lock(db, attempt)))):
        raise Conflict("The first call with this key is still running.", code="idempotency_in_flight")
    # A statement of its own: its snapshot must be younger than the lock.
    kept = await db.scalar(select(IdempotencyKey).where(*_mine(db, attempt)))
    if kept is not None and kept.created_at < clock.now() - KEPT:
        await db.execute(delete(IdempotencyKey).where(*_mine(db, attempt)))
    elif kept is not None:
        raise _answer(kept, attempt)
    attempt.db = db


async def keep(response: Response[Any]) -> Response[Any]:
    """Store the answer of a keyed POST with what it answers for (Litestar's `after_request`)."""
    attempt = _current.get()
    if attempt is None or attempt.db is None:
        return response
    db, attempt.db = attempt.db, None
    row = {
        "agency_id": db.actor.agency_id,
        "user_id": db.actor.person,
        "method": attempt.method,
        "route": attempt.route,
        "key": attempt.key,
        "body_hash": attempt.body_hash,
        "status": response.status_code or attempt.status,
        "content_type": _media_of(response),
        "headers": {name: text for name, text in response.headers.items() if name.lower() in HEADERS_KEPT},
        "answer": None if attempt.secret else _encoded(response),
    }
    await db.execute(insert(IdempotencyKey).values(row))
    return response


async def forget_answers(db: Db, beginning: str) -> None:
    """Keep no answer any more of this agency's routes that begin so, where what they told is to be gone. The keys stay, so
    that nothing happens twice.
    """
    mine = (IdempotencyKey.agency_id == db.actor.agency_id, IdempotencyKey.route.startswith(beginning))
    await db.execute(update(IdempotencyKey).where(*mine).values(answer=None))


async def purge(database: Database) -> int:
    """Forget the keys older than 24 hours, of every agency. Gives their number; safe to run twice."""
    async with database.serving() as db:
        gone = await db.execute(
            delete(IdempotencyKey)
            .where(IdempotencyKey.created_at < clock.now() - KEPT)
            .returning(IdempotencyKey.id)
        )
        return len(gone.all())


def on_replayed(request: Asked, replayed: Replayed) -> Response[bytes]:
    """The stored answer, as Litestar's exception handlers give it."""
    return replayed.answer


def _answer(kept: IdempotencyKey, attempt: Attempt) -> Replayed | Conflict:
    if kept.body_hash != attempt.body_hash:
        return Conflict("This key was used for another request.", code="idempotency_key_reused")
    if kept.answer is None:
        return Conflict(
            "This was done, and its answer held what isn't kept: a secret, or what is deleted.",
            code="answer_not_kept",
        )
    headers = kept.headers | {REPLAYED: "true"}
    return Replayed(
        Response(
            kept.answer, status_code=kept.status or 200, media_type=kept.content_type or "", headers=headers
        )
    )


def _mine(db: Db, attempt: Attempt) -> tuple[Any, ...]:
    return (
        IdempotencyKey.agency_id == db.actor.agency_id,
        IdempotencyKey.user_id == db.actor.person,
        IdempotencyKey.method == attempt.method,
        IdempotencyKey.route == attempt.route,
        IdempotencyKey.key == attempt.key,
    )


def _lock(db: Db, attempt: Attempt) -> int:
    """A number that two calls share only by the same key: 64 bits of a hash, signed as bigint is."""
    mine: tuple[UUID, UUID] = (db.actor.agency_id, db.actor.person)
    name = "\0".join(map(str, (*mine, attempt.method, attempt.route, attempt.key)))
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)


def _hash_of(path: str, query: str, body: bytes) -> str:
    """What was asked: the path too, since the route names many rows."""
    return sha256(b"\0".join((path.encode(), query.encode(), body))).hexdigest()


def _media_of(response: Response[Any]) -> str:
    media = response.media_type or MediaType.JSON
    return media.value if isinstance(media, MediaType) else media


def _encoded(response: Response[Any]) -> bytes:
    content = response.content
    if content is None:
        return b""
    return content if isinstance(content, bytes) else encode_json(content)
