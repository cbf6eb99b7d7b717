"""Transactions that change rows: a session that knows who acts, and tells the database first.

    async with database.acting(opening) as db:      # begins, claims, commits; rolls back on any error
        db.add(...)

The claims live in the transaction, so a pooled connection never carries them to its next borrower.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol, cast
from uuid import UUID

import msgspec
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.orm.unitofwork import UOWTransaction

from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import Walled
from audienceos.platform.db.raw import Raw
from audienceos.platform.errors import Unauthenticated

AtCommit = Callable[[Session], None]


class Opening(Protocol):
    """How a transaction begins: the statement that sets the claims, and who is acting by its answer."""

    @property
    def statement(self) -> str: ...

    @property
    def arguments(self) -> tuple[object, ...]: ...

    def actor(self, row: Any | None) -> Actor:
        """Who acts. Raises `Unauthenticated` when the database let nobody in."""
        ...


class Credential(msgspec.Struct, frozen=True):
    """A session's or token's hash, shown at the door of one agency; the database says who that is today."""

    agency_id: UUID
    how: str
    """`session` or `token`."""
    hash: str

    @property
    def statement(self) -> str:
        return "select * from app.enter($1, $2, $3)"

    @property
    def arguments(self) -> tuple[object, ...]:
        return (self.agency_id, self.how, self.hash)

    def actor(self, row: Any | None) -> Actor:
        if row is None:
            raise Unauthenticated
        user_id, role, name, zone, visibility, verified, scopes, credential_id = row
        return Actor(
            agency_id=self.agency_id,
            user_id=user_id,
            role=role,
            kind="person" if self.how == "session" else "token",
            name=name,
            zone=zone,
            client_visibility=visibility,
            verified=verified,
            scopes=tuple(scopes),
            credential_id=credential_id,
        )


class Claims(msgspec.Struct, frozen=True):
    """An actor already known: a job, a listener, the command line."""

    known: Actor

    @property
    def statement(self) -> str:
        return "select app.set_claims($1)"

    @property
    def arguments(self) -> tuple[object, ...]:
        claims = {
            "agency_id": str(self.known.agency_id),
            "sub": str(self.known.user_id) if self.known.user_id else None,
            "user_role": self.known.role,
            "actor_kind": self.known.kind,
        }
        return (msgspec.json.encode(claims).decode(),)

    def actor(self, row: Any | None) -> Actor:
        return self.known


class Tx(Session):
    """The synchronous half of every session; the listeners below hang on it."""


class Db(AsyncSession):
    """One transaction of one actor. Opened by `Database`, never by hand."""

    sync_session_class = Tx

    @property
    def actor(self) -> Actor:
        """Who acts. Raises `LookupError` before the first statement or on the service's transactions."""
        return cast("Actor", self.info["actor"])

    async def raw(self) -> Raw:
        """The driver's connection, inside this transaction and after the claims."""
        connection = await self.connection()
        return cast("Raw", (await connection.get_raw_connection()).driver_connection)


@asynccontextmanager
async def by_machinery(db: Db) -> AsyncGenerator[None]:
    """For the length of the block the database takes this transaction for the agency's own machinery: for rows that are
    one person's alone and have to go along with what another does. `db.actor` stays who acts.
    """
    actor = db.actor
    if actor.kind == "system":
        yield
        return
    await _claim(db, Claims(system_of(actor.agency_id)))
    yield
    await _claim(db, Claims(actor))


async def _claim(db: Db, claims: Claims) -> None:
    await db.flush()
    await (await db.connection()).exec_driver_sql(claims.statement, claims.arguments)


_at_commit: list[AtCommit] = []


def at_commit(writer: AtCommit) -> AtCommit:
    """Register what writes its buffered rows just before each commit (events, jobs), once a process."""
    _at_commit.append(writer)
    return writer


@event.listens_for(Tx, "after_begin")
def _open(session: Session, transaction: SessionTransaction, connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
    opening = cast("Opening | None", session.info.get("opening"))
    if transaction.nested or opening is None:
        return
    row = connection.exec_driver_sql(opening.statement, opening.arguments).first()
    session.info["actor"] = opening.actor(row)


@event.listens_for(Tx, "before_flush")
def _tenant(session: Session, flushing: UOWTransaction, instances: object) -> None:  # pyright: ignore[reportUnusedFunction]
    actor = cast("Actor | None", session.info.get("actor"))
    if actor is None:
        return
    for row in session.new:
        if isinstance(row, Walled) and cast("UUID | None", row.agency_id) is None:
            row.agency_id = actor.agency_id


@event.listens_for(Tx, "before_commit")
def _write_buffers(session: Session) -> None:  # pyright: ignore[reportUnusedFunction]
    if session.in_nested_transaction():
        return
    session.flush()
    for writer in _at_commit:
        writer(session)
