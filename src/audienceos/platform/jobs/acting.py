"""As whom a job runs: the person who queued it, as they are today, or the agency's own machinery."""

from __future__ import annotations

from typing import cast
from uuid import UUID

import msgspec
from sqlalchemy.util import greenlet_spawn

from audienceos.platform.actor import Actor, ActorKind
from audienceos.platform.db.database import Database
from audienceos.platform.db.raw import Raw
from audienceos.platform.errors import Forbidden

ACTING = "select * from app.acting($1, $2)"


class Headers(msgspec.Struct, frozen=True):
    """What a job says about who queued it: who, never what they may do."""

    agency_id: UUID
    user_id: UUID | None = None
    actor_kind: ActorKind = "system"
    keyed: bool = False


async def acting_person(
    database: Database, agency_id: UUID, user_id: UUID | None, kind: ActorKind = "person"
) -> Actor | None:
    """The person as they are today, read through the wall; None for somebody gone or inactive.

    Without a `user_id` it is the agency's own machinery.
    """
    held = await database.app.raw_connection()
    try:
        # One statement is one transaction: the claims that it sets end with it.
        row = await cast("Raw", held.driver_connection).fetchrow(ACTING, agency_id, user_id)
    except BaseException:
        held.invalidate()
        raise
    finally:
        await greenlet_spawn(held.close)
    if row is None:
        return None
    role, name, zone, visibility, verified = row
    return Actor(
        agency_id=agency_id,
        user_id=user_id,
        role=role,
        kind=kind if user_id else "system",
        name=name,
        zone=zone,
        client_visibility=visibility,
        verified=verified,
    )


async def acting(database: Database, headers: Headers) -> Actor:
    """As whom a job with these headers runs. Raises `Forbidden` for somebody gone or inactive."""
    actor = await acting_person(database, headers.agency_id, headers.user_id, headers.actor_kind)
    if actor is None:
        raise Forbidden("Whoever asked for this is no longer active here.")
    return actor
