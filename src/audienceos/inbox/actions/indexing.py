"""By which words conversations are found, made anew from their messages: when some are gone, when a search may begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from audienceos.inbox.actions.telling import MOST_TERMS, found_by
from audienceos.inbox.actions.threads import hold_inbox
from audienceos.inbox.models import Conversation, InboxSource
from audienceos.platform.actor import Actor
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.mail.reading.quoted import fold

BATCH = 50
"""Conversations of a transaction."""
PAGE = 200
"""Messages that are read at once."""

_UNFOUND = "delete from conversation_term where agency_id = $1 and conversation_id = any($2::uuid[])"
_COUNT = "select count(*) from conversation_term where agency_id = $1 and conversation_id = $2"
_TEXTS = """
select m.subject, m.sender_name, m.sender_email, m.content from (
  select id, received_at, subject, sender_name, sender_email, content from communication
   where agency_id = $1 and conversation_id = $2
  union all
  select id, received_at, subject, sender_name, sender_email, content from triage_message
   where agency_id = $1 and conversation_id = $2) as m
 order by m.received_at desc, m.id desc limit $3 offset $4"""


async def index_source(database: Database, actor: Actor, source_id: UUID) -> None:
    """Have a source's conversations be found by their words, or by none, as the source says at that moment.

    Some a transaction. Run twice, the second changes nothing; cut off, it begins anew.
    """
    after: UUID | None = None
    while True:
        async with database.acting(Claims(actor)) as db:
            after = await _index_some(db, source_id, after)
        if after is None:
            return


async def index_anew(db: Db, conversations: Sequence[Conversation], indexed: Mapping[UUID, bool]) -> None:
    """Have these be found by the words of the messages that they hold now; `indexed` says whether a source's are found at
    all. Whoever calls holds the inbox.
    """
    await db.flush()
    await unfind(db, [one.id for one in conversations])
    for one in conversations:
        if indexed.get(one.source_id):
            await _find(db, one)


async def unfind(db: Db, conversations: Sequence[UUID]) -> None:
    """Have these be found by no word."""
    await (await db.raw()).execute(_UNFOUND, db.actor.agency_id, list(conversations))


async def _index_some(db: Db, source_id: UUID, after: UUID | None) -> UUID | None:
    """Do the next ones; gives the last of them, or None once there are no more."""
    await hold_inbox(db)
    mine = (InboxSource.agency_id == db.actor.agency_id, InboxSource.id == source_id)
    source = await db.scalar(select(InboxSource).where(*mine))
    if source is None:
        return None
    there = (Conversation.agency_id == db.actor.agency_id, Conversation.source_id == source_id)
    query = select(Conversation).where(*there).order_by(Conversation.id).limit(BATCH)
    found = list(await db.scalars(query if after is None else query.where(Conversation.id > after)))
    await index_anew(db, found, {source.id: source.is_indexed})
    return found[-1].id if found else None


async def _find(db: Db, one: Conversation) -> None:
    """The newest messages first, until there are as many words as are kept of one conversation."""
    raw, agency_id, at = await db.raw(), db.actor.agency_id, 0
    while True:
        rows = await raw.fetch(_TEXTS, agency_id, one.id, PAGE, at)
        texts: list[str | None] = [one.place_name]
        for subject, name, address, content in rows:
            texts += [subject, name, address, fold(content).said]
        await found_by(db, {one.id: texts})
        at += PAGE
        if len(rows) < PAGE or await raw.fetchval(_COUNT, agency_id, one.id) >= MOST_TERMS:
            return
