"""What messages that come in do to answers: a client who writes first ends a scheduled one, and what was seen where it
was sent from has left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from audienceos.inbox.actions.drafting import give_back
from audienceos.inbox.answering.telling import tell_answer
from audienceos.inbox.models import Communication, Conversation
from audienceos.inbox.models.answers import Outgoing
from audienceos.inbox.ports import Incoming
from audienceos.platform.db.sessions import Db, by_machinery

WROTE_FIRST = "They wrote before it left, so it was not sent. Its words are your draft again."


async def give_way(db: Db, came: Mapping[UUID, datetime]) -> None:
    """Call off each scheduled answer that was written before somebody outside wrote into its conversation at that
    moment; its words are its author's draft again, and its author is told. Whoever calls holds the conversations.
    """
    if not came:
        return
    query = select(Outgoing).where(
        Outgoing.agency_id == db.actor.agency_id,
        Outgoing.conversation_id.in_(list(came)),
        Outgoing.status == "waiting",
        Outgoing.is_scheduled,
    )
    query = query.order_by(Outgoing.id).with_for_update().execution_options(populate_existing=True)
    late = [row for row in await db.scalars(query) if row.created_at < came[row.conversation_id]]
    if not late:
        return
    async with by_machinery(db):
        for row in late:
            row.status, row.reason_code, row.reason = "cancelled", "client_wrote", WROTE_FIRST
            await give_back(db, row)
            await tell_answer(db, "answer.cancelled", row, by_itself=True)


async def recognize(db: Db, ours: Iterable[tuple[Incoming, Conversation]]) -> None:
    """What was seen where it was sent from has left, whatever was thought of it, and its author wrote it."""
    seen = {message.message_id: message for message, _ in ours if "@" in message.message_id}
    if not seen:
        return
    query = select(Outgoing).where(
        Outgoing.agency_id == db.actor.agency_id,
        Outgoing.message_id.in_(list(seen)),
        Outgoing.status.not_in(("sending", "sent")),
    )
    query = query.order_by(Outgoing.id).with_for_update().execution_options(populate_existing=True)
    for row in await db.scalars(query):
        this = (
            Communication.agency_id == db.actor.agency_id,
            Communication.message_id == row.message_id,
            Communication.conversation_id == row.conversation_id,
        )
        signed = update(Communication).where(*this).values(user_id=row.author_id).returning(Communication.id)
        row.stored_id = await db.scalar(signed.execution_options(synchronize_session=False))
        row.status, row.sent_at = "sent", seen[row.message_id].received_at
        row.reason_code = row.reason = None
        await tell_answer(db, "answer.sent", row, by_itself=True)
