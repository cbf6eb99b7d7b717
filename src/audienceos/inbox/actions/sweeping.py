"""Look again at conversations about which time alone has changed something: waited too long, snoozed long enough."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from audienceos.clients.access import client_itself
from audienceos.inbox.actions.judging import Ground, ground_for, is_untold, limits_of, plan
from audienceos.inbox.actions.telling import tell, tell_clients
from audienceos.inbox.actions.threads import hold_inbox
from audienceos.inbox.models import Conversation
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db

BATCH = 50


async def look_at_due(db: Db) -> int:
    """Tell of the agency's conversations that have waited too long, and take up those whose snooze is over.

    A batch of those that are due; gives their number. A full batch means that more may be due.
    """
    mine = (Conversation.agency_id == db.actor.agency_id, Conversation.look_at <= clock.now())
    query = (
        select(Conversation.id, Conversation.client_id)
        .where(*mine)
        .order_by(Conversation.look_at)
        .limit(BATCH)
    )
    due = {row[0]: row[1] for row in await db.execute(query)}
    for client_id in sorted({client for client in due.values() if client is not None}):
        await client_itself(db, client_id)  # before its conversations, as everybody who changes one does
    ground = await ground_for(db, await hold_inbox(db))
    again = select(Conversation).where(*mine, Conversation.id.in_(due)).with_for_update()
    for one in await db.scalars(again.execution_options(populate_existing=True)):
        await _look(db, one, ground)
    await tell_clients(db, {client for client in due.values() if client is not None}, ground)
    return len(due)


async def agencies_due(db: Db) -> list[UUID]:
    """Agencies with a conversation that is due. The service login's, which may see no more of them than this."""
    due = select(Conversation.agency_id).where(Conversation.look_at <= clock.now())
    return list(await db.scalars(due.distinct()))


async def _look(db: Db, one: Conversation, ground: Ground) -> None:
    now = clock.now()
    if one.snoozed_until is not None and one.snoozed_until <= now:
        one.snoozed_until = one.snoozed_at = None
        await tell(db, "conversation.snoozed", one, until=None)
    if one.snoozed_until is None:
        for limit, at in limits_of(one, ground):
            if at <= now and is_untold(one, at):
                await tell(db, "conversation.waited", one, hours=int(limit.total_seconds() // 3600))
        one.told_until = now
    plan(one, ground)
