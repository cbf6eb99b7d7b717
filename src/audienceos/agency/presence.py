"""When people and their tokens were last there, held back and written together: not one write a request."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.database import Database

Row = tuple[UUID, UUID]
"""(agency, id)."""


class Presence:
    """Notes who acted; the web process flushes it every half a minute."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._people: dict[Row, datetime] = {}
        self._tokens: dict[Row, datetime] = {}

    def note(self, actor: Actor) -> None:
        """Somebody, or a token of theirs, acted just now."""
        if actor.user_id is not None:
            self._people[actor.agency_id, actor.user_id] = clock.now()
        if actor.kind == "token" and actor.credential_id is not None:
            self._tokens[actor.agency_id, actor.credential_id] = clock.now()

    async def flush(self) -> None:
        """Write what was noted. What a failure leaves unwritten is lost: it is a hint, not a record."""
        people, self._people = self._people, {}
        tokens, self._tokens = self._tokens, {}
        async with self._database.serving() as db:
            for statement, seen in ((_PEOPLE, people), (_TOKENS, tokens)):
                if seen:
                    keys = sorted(seen)
                    await db.execute(
                        statement,
                        {
                            "agencies": [key[0] for key in keys],
                            "ids": [key[1] for key in keys],
                            "times": [seen[key] for key in keys],
                        },
                    )


# Locked in one order, so that two processes that saw the same people don't wait for each other in a ring.
_NOTED = """
    with noted as (
      select t.agency_id, t.id, n.seen from {table} t
        join unnest(cast(:agencies as uuid[]), cast(:ids as uuid[]), cast(:times as timestamptz[]))
          as n (agency_id, id, seen) on n.agency_id = t.agency_id and n.id = t.id
       where t.{column} is null or t.{column} < n.seen
       order by t.agency_id, t.id for update of t
    )
    update {table} t set {column} = noted.seen from noted
     where t.agency_id = noted.agency_id and t.id = noted.id
"""
_PEOPLE = text(_NOTED.format(table='"user"', column="last_active_at"))
_TOKENS = text(_NOTED.format(table="api_token", column="last_used_at"))
