"""A message as something else begins with it: its client, a title, and its words as a quotation."""

from __future__ import annotations

from uuid import UUID

import msgspec

from audienceos.inbox.queries.listing import conversation_view
from audienceos.inbox.queries.messages import message_view
from audienceos.inbox.words import cut, without_marks
from audienceos.platform.db.database import Lane
from audienceos.platform.mail.reading.quoted import fold

TITLE = 200
QUOTED = 8000
"""Characters of the message that are quoted."""


class Quoted(msgspec.Struct, frozen=True):
    """What something that is made of a message begins with."""

    client_id: UUID | None
    title: str
    text: str


async def quoted(lane: Lane, message_id: UUID) -> Quoted:
    """Its subject or its first line, and what was newly said with `> ` before each line. Raises `NotFound`."""
    message = await message_view(lane, message_id)
    one = await conversation_view(lane, message.conversation_id)
    said = message.content if message.platform == "slack" else fold(message.content).said
    said = (said.strip() or message.content.strip())[:QUOTED]
    lines = said.splitlines() or [""]
    who = message.author or message.sender_name or message.sender_email or "Unknown sender"
    title = without_marks(message.subject or "") or lines[0]
    text = "\n".join(f"> {line}".rstrip() for line in lines)
    return Quoted(one.client_id, cut(title, TITLE), f"{who} wrote:\n{text}")
