"""Who is writing an answer just now. Only that they do: what they write is nobody else's to read."""

from __future__ import annotations

from uuid import UUID

from audienceos.inbox.queries.listing import conversation_view
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.sessions import Claims

LATELY = "1 minute"
_WRITERS = f"""
select concat_ws(' ', u.first_name, u.last_name) from draft d
  join "user" u on u.agency_id = d.agency_id and u.id = d.user_id
 where d.agency_id = $1 and d.conversation_id = $2 and d.user_id <> $3 and d.text <> ''
   and d.updated_at > now() - interval '{LATELY}' and u.is_active
 order by d.updated_at"""  # noqa: S608  a word of this module's


async def writers_of(lane: Lane, database: Database, conversation_id: UUID) -> list[str]:
    """The names of others whose draft there was saved within the last minute. Raises `NotFound` for a conversation that
    the reader doesn't see. A draft is its author's alone, so the agency's own machinery is asked.
    """
    await conversation_view(lane, conversation_id)
    agency_id = lane.actor.agency_id
    async with database.reading(Claims(system_of(agency_id))) as machinery:
        rows = await machinery.raw.fetch(_WRITERS, agency_id, conversation_id, lane.actor.person)
    return [row[0] for row in rows]
