"""As whom a job runs: the person who queued it, as they are today, or the agency's own machinery."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast
from uuid import UUID

import msgspec
from sqlalchemy.util import greenlet_spawn

from audienceos.platform.actor import Actor, ActorKind
from audienceos.platform.db.database import Database
from audienceos.platform.db.raw import Raw
from audienceos.platform.errors import Forbidden

ACTING = """
select asked.nth, a.* from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (agency_id, user_id, nth),
       app.acting(asked.agency_id, asked.user_id) as a"""


class Asker(msgspec.Struct, frozen=True):
    """Who queued a job, as its headers say: who, never what they may do."""

    agency_id: UUID
    user_id: UUID | None = None
    """None for the agency's own machinery."""
    actor_kind: ActorKind = "system"


async def acting_person(database: Database, agency_id: UUID, user_id: UUID) -> Actor | None:
    """The person as they are today, read through the wall; None for somebody gone or inactive."""
    return (await _acting(database, [Asker(agency_id, user_id, "person")]))[0]


async def acting_people(
    database: Database, agency_id: UUID, user_ids: Sequence[UUID]
) -> dict[UUID, Actor | None]:
    """The same of several at once."""
    found = await _acting(database, [Asker(agency_id, user_id, "person") for user_id in user_ids])
    return dict(zip(user_ids, found, strict=True))


class People:
    """Who the people of a worker's jobs are today: those asked for while one answer comes are asked together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: dict[Asker, asyncio.Future[Actor | None]] = {}
        self._asking = asyncio.Lock()

    async def acting(self, asker: Asker) -> Actor:
        """As whom this asker's job runs, read after this call. Raises `Forbidden` for somebody gone or inactive."""
        answer = self._asked.setdefault(asker, asyncio.get_running_loop().create_future())
        async with self._asking:
            if not answer.done():
                await self._ask()
        actor = answer.result()
        if actor is None:
            raise Forbidden("Whoever asked for this is no longer active here.")
        return actor

    async def _ask(self) -> None:
        asked, self._asked = self._asked, {}
        try:
            people = await _acting(self._database, list(asked))
        except BaseException:
            self._asked = asked | self._asked  # whoever waits asks again
            raise
        for answer, actor in zip(asked.values(), people, strict=True):
            answer.set_result(actor)


async def _acting(database: Database, askers: Sequence[Asker]) -> list[Actor | None]:
    """Each asker's actor. One statement is one transaction: the claims that it sets end with it."""
    agencies, users = [asker.agency_id for asker in askers], [asker.user_id for asker in askers]
    held = await database.app.raw_connection()
    try:
        rows = await cast("Raw", held.driver_connection).fetch(ACTING, agencies, users)
    except BaseException:
        held.invalidate()
        raise
    finally:
        await greenlet_spawn(held.close)
    found: list[Actor | None] = [None] * len(askers)
    for nth, role, name, zone, visibility, verified in rows:
        place = int(nth) - 1
        asker = askers[place]
        found[place] = Actor(
            agency_id=asker.agency_id,
            user_id=asker.user_id,
            role=role,
            kind=asker.actor_kind if asker.user_id else "system",
            name=name,
            zone=zone,
            client_visibility=visibility,
            verified=verified,
        )
    return found
