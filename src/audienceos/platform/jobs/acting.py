"""As whom a job runs: the person who queued it, as they are today, or the agency's own machinery."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy.util import greenlet_spawn

from audienceos.platform.actor import Actor, ActorKind
from audienceos.platform.db.database import Database
from audienceos.platform.db.raw import Raw
from audienceos.platform.errors import Forbidden


class Headers(msgspec.Struct, frozen=True):
    """What a job says about who queued it: who, never what they may do."""

    agency_id: UUID
    user_id: UUID | None = None
    actor_kind: ActorKind = "system"
    keyed: bool = False


class Bidden(msgspec.Struct, frozen=True):
    """Opens a transaction as the person who asked for it earlier; the database says who that is today."""

    agency_id: UUID
    user_id: UUID | None
    kind: ActorKind = "system"

    @property
    def statement(self) -> str:
        return "select * from app.act_for($1, $2, $3)"

    @property
    def arguments(self) -> tuple[object, ...]:
        return (self.agency_id, self.user_id, self.kind)

    def actor(self, row: Any | None) -> Actor:
        """Raises `Forbidden` for somebody who is no longer there."""
        if row is None:
            raise Forbidden("Whoever asked for this is no longer active here.")
        role, name, zone, visibility, verified = row
        return Actor(
            agency_id=self.agency_id,
            user_id=self.user_id,
            role=role,
            kind=self.kind if self.user_id else "system",
            name=name,
            zone=zone,
            client_visibility=visibility,
            verified=verified,
        )


async def acting(database: Database, headers: Headers) -> Actor:
    """As whom this job runs, asked anew through the wall. Raises `Forbidden` when they are gone or inactive."""
    opening = Bidden(headers.agency_id, headers.user_id, headers.actor_kind)
    held = await database.app.raw_connection()
    raw = cast("Raw", held.driver_connection)
    try:
        # One statement is one transaction: the claims end with it.
        row = await raw.fetchrow(opening.statement, *opening.arguments)
    except BaseException:
        held.invalidate()
        raise
    finally:
        await greenlet_spawn(held.close)
    return opening.actor(row)
