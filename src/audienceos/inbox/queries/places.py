"""Where a message stands in its conversation, so that an address can lead to it however long ago it came."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from audienceos.inbox.queries.listing import conversation_view
from audienceos.inbox.queries.messages import MESSAGES, NEWEST, message_view
from audienceos.platform.db.database import Lane
from audienceos.platform.web.paging import LONGEST_PAGE, PAGE

BELOW = 12
"""Messages that are shown below one of long ago."""
_NEWER = """
select received_at, id from {table}
 where agency_id = $1 and conversation_id = $2 and (received_at, id) > ($3, $4)
 order by received_at, id limit $5"""


async def place_of(lane: Lane, message_id: UUID) -> tuple[UUID, dict[str, Any]]:
    """The message's conversation, and what its address says so that the message is drawn. Raises `NotFound`."""
    message = await message_view(lane, message_id)
    one = await conversation_view(lane, message.conversation_id)
    table = "triage_message" if one.client_id is None else "communication"
    asked = (lane.actor.agency_id, one.id, message.received_at, message.id, LONGEST_PAGE)
    newer = await lane.raw.fetch(_NEWER.format(table=table), *asked)
    if len(newer) < PAGE:
        return one.id, {}
    if len(newer) < LONGEST_PAGE:
        return one.id, {"messages": LONGEST_PAGE}
    after = newer[BELOW]
    return one.id, {"earlier": MESSAGES.cursor(NEWEST, [after[0], after[1]])}
