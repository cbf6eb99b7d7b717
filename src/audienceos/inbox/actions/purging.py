"""Messages that are kept no longer: those past what their source keeps, and all of a source that somebody empties.

Whatever holds their words goes in the same transaction: the messages with their HTML, what was judged and promised by
them, the words that they are found by, and what other rooms say of them (`quoting.on_words_gone`). A conversation of
which newer messages stay is judged anew from those; one of which none stays goes too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from audienceos.clients.access import client_itself
from audienceos.inbox.actions.indexing import index_anew
from audienceos.inbox.actions.judging import ground_for, judge_anew
from audienceos.inbox.actions.quoting import words_gone
from audienceos.inbox.actions.telling import tell_clients
from audienceos.inbox.actions.threads import conversations_of, hold_inbox
from audienceos.inbox.models import Conversation, InboxSource
from audienceos.inbox.words import cut, without_marks
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.raw import Raw
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.events.recording import record
from audienceos.platform.web.idempotency import forget_answers

BATCH = 500
"""Messages of a transaction."""
NOBODY = "Unknown sender"

_DUE = """
select c.id, c.client_id, m.id from conversation c cross join lateral (
  select id from communication where agency_id = $1 and conversation_id = c.id and (received_at < $3 or created_at < $4)
  union all
  select id from triage_message where agency_id = $1 and conversation_id = c.id and (received_at < $3 or created_at < $4)
) as m where c.agency_id = $1 and c.source_id = $2 and not exists (
  select 1 from outgoing where agency_id = $1 and conversation_id = c.id and status in ('waiting', 'sending'))
 order by c.id limit $5"""
_OUTDATED = """
select count(*) from conversation c cross join lateral (
  select 1 from communication where agency_id = $1 and conversation_id = c.id and received_at < $3
  union all
  select 1 from triage_message where agency_id = $1 and conversation_id = c.id and received_at < $3
) as m where c.agency_id = $1 and c.source_id = $2"""
_OF_MESSAGE = ("communication", "triage_message", "message_markup")
_OF_CONVERSATION = (
    "conversation_key",
    "conversation_seen",
    "conversation_term",
    "promise",
    "draft",
    "outgoing",
    "conversation_comment",
)
_ANSWERS = (
    "delete from outgoing where agency_id = $1 and stored_id = any($2::uuid[])",
    "update outgoing set parent = '{}' where agency_id = $1 and parent_id = any($2::uuid[])",
    "update draft set message_id = null where agency_id = $1 and message_id = any($2::uuid[])",
)
"""What was written in answer: what was sent is a message itself, and goes with it; what stays quotes nothing."""
_FIRST = """
select distinct on (conversation_id) conversation_id, subject from (
  select id, conversation_id, subject, received_at from communication
   where agency_id = $1 and conversation_id = any($2::uuid[])
  union all
  select id, conversation_id, subject, received_at from triage_message
   where agency_id = $1 and conversation_id = any($2::uuid[])) as m
 order by conversation_id, received_at, id"""


class Due(NamedTuple):
    """A message that is to go."""

    conversation_id: UUID
    client_id: UUID | None
    message_id: UUID


async def purge_agency(database: Database, actor: Actor) -> None:
    """Delete what the agency's sources keep no longer, some a transaction. Run twice, the second finds nothing."""
    async with database.acting(Claims(actor)) as db:
        mine = InboxSource.agency_id == db.actor.agency_id
        query = select(InboxSource.id).where(mine, _keeps_less()).order_by(InboxSource.id)
        sources = list(await db.scalars(query))
    for source_id in sources:
        await purge_source(database, actor, source_id)


async def purge_source(database: Database, actor: Actor, source_id: UUID) -> int:
    """The same of one source; gives how many messages went."""
    gone, some = 0, BATCH
    while some:
        async with database.acting(Claims(actor)) as db:
            some = await purge_some(db, source_id)
        gone += some
    return gone


async def purge_some(db: Db, source_id: UUID) -> int:
    """A batch of what the source keeps no longer; gives how many messages went, none where none is left."""
    mine = (InboxSource.agency_id == db.actor.agency_id, InboxSource.id == source_id)
    source = await db.scalar(select(InboxSource).where(*mine).with_for_update())
    if source is None:
        return 0
    guessed = await _due(db, source)
    held = {one.client_id for one in guessed if one.client_id is not None}
    for client_id in sorted(held):
        await client_itself(db, client_id)
    limits = await hold_inbox(db)
    # Somebody may have said meanwhile whose one of them is: that one has its turn with the next batch.
    due = [one for one in await _due(db, source) if one.client_id is None or one.client_id in held]
    if not due:
        return len(guessed)
    ids = sorted({one.conversation_id for one in due})
    conversations = await conversations_of(db, ids)
    emptied = await _delete(db, due, ids)
    stay = [one for one in conversations.values() if one.id not in emptied]
    ground = await ground_for(db, limits)
    await judge_anew(db, stay, ground)
    await index_anew(db, stay, {source.id: source.is_indexed})
    await words_gone(db, ids)
    await forget_answers(db, "/v1/conversations")
    await tell_clients(db, held, ground)
    said: Json = {"name": source.name, "messages": len(due), "conversations": len(emptied)}
    await record(db, "conversation.purged", "inbox_source", source.id, **said)
    return len(due)


async def agencies_keeping_less(db: Db) -> list[UUID]:
    """Agencies of which a source doesn't keep all. The service login's, which may see no more of sources than this."""
    return list(await db.scalars(select(InboxSource.agency_id).where(_keeps_less()).distinct()))


def _keeps_less() -> ColumnElement[bool]:
    return or_(InboxSource.keep_days.is_not(None), InboxSource.emptied_at.is_not(None))


async def _due(db: Db, source: InboxSource) -> list[Due]:
    before = None if source.keep_days is None else clock.now() - timedelta(days=source.keep_days)
    asked = (db.actor.agency_id, source.id, before, source.emptied_at, BATCH)
    return [Due(*row) for row in await (await db.raw()).fetch(_DUE, *asked)]


async def _delete(db: Db, due: Sequence[Due], ids: Sequence[UUID]) -> set[UUID]:
    """Delete the messages, and of what stays all that they said; gives the conversations that are gone with them."""
    raw, agency_id = await db.raw(), db.actor.agency_id
    messages = [one.message_id for one in due]
    for table in _OF_MESSAGE:
        statement = f"delete from {table} where agency_id = $1 and id = any($2::uuid[])"  # noqa: S608  names are this module's
        await raw.execute(statement, agency_id, messages)
    for statement in _ANSWERS:
        await raw.execute(statement, agency_id, messages)
    first: dict[UUID, str | None] = {row[0]: row[1] for row in await raw.fetch(_FIRST, agency_id, list(ids))}
    emptied = set(ids) - first.keys()
    await _drop(db, sorted(emptied))
    for one in (await conversations_of(db, sorted(first))).values():
        _begin_anew(one, first[one.id])
    return emptied


async def _drop(db: Db, emptied: Sequence[UUID]) -> None:
    """Delete conversations of which no message is left, with all that hangs from them."""
    raw, agency_id = await db.raw(), db.actor.agency_id
    for table in _OF_CONVERSATION:
        statement = f"delete from {table} where agency_id = $1 and conversation_id = any($2::uuid[])"  # noqa: S608  names are this module's
        await raw.execute(statement, agency_id, list(emptied))
    statement = "delete from conversation where agency_id = $1 and id = any($2::uuid[])"
    await raw.execute(statement, agency_id, list(emptied))


def _begin_anew(one: Conversation, subject: str | None) -> None:
    """As if it began with the message that is its first by now; judging says the rest."""
    one.subject = cut(without_marks(subject or ""), 200) or None
    one.snippet, one.last_sender, one.people = "", NOBODY, []


async def outdated_count(raw: Raw, agency_id: UUID, source_id: UUID, days: int) -> int:
    """How many messages of the source are older than that."""
    return await raw.fetchval(_OUTDATED, agency_id, source_id, clock.now() - timedelta(days=days))
