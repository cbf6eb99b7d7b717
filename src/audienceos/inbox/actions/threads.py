"""Conversations found for messages by the ids that they name, made where there is none, joined where two are one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from audienceos.inbox.models import Conversation, InboxSource
from audienceos.inbox.ports import Incoming
from audienceos.inbox.threading import Thread
from audienceos.inbox.words import begins, cut, without_marks
from audienceos.platform.db.sessions import Db, by_machinery

_HOLD = "select watch_hours, risk_hours from inbox_setting where agency_id = $1 for update"
_BEGIN = "insert into inbox_setting (agency_id) values ($1) on conflict (agency_id) do nothing"

_KNOWN = """
select message_id as key, conversation_id from communication
 where agency_id = $1 and platform = $2 and message_id = any($3::text[])
union all
select message_id, conversation_id from triage_message
 where agency_id = $1 and platform = $2 and message_id = any($3::text[])
union all
select key, conversation_id from conversation_key
 where agency_id = $1 and platform = $2 and key = any($3::text[])"""

_NAME = """
insert into conversation_key (agency_id, platform, key, conversation_id)
select $1, $2, n.key, n.conversation_id from unnest($3::text[], $4::uuid[]) as n(key, conversation_id)
on conflict (agency_id, platform, key) do update set conversation_id = excluded.conversation_id
returning 1"""

_BELONGING = ("conversation_key", "communication", "triage_message", "outgoing", "conversation_comment")
_MOVED = (
    "update communication set client_id = $3 where agency_id = $1 and conversation_id = $2 and client_id <> $3",
    "update outgoing set client_id = $3 where agency_id = $1 and conversation_id = $2 and client_id <> $3",
)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_BESIDE = ("conversation_term", "conversation_seen", "promise", "draft")

_DRAFTS = (
    """update draft d set conversation_id = $3 where d.agency_id = $1 and d.conversation_id = $2 and not exists (
         select from draft s where s.agency_id = $1 and s.conversation_id = $3 and s.user_id = d.user_id)""",
    """update draft s set set_aside = concat_ws(E'\\n\\n', s.set_aside, d.text), version = s.version + 1
         from draft d where d.agency_id = $1 and d.conversation_id = $2 and d.text <> ''
          and s.agency_id = $1 and s.conversation_id = $3 and s.user_id = d.user_id""",
)
"""Whoever was writing in both goes on in the one that stays, with the other's words beside it."""
_FOUND = """
insert into conversation_term (agency_id, term, conversation_id)
select agency_id, term, $3 from conversation_term where agency_id = $1 and conversation_id = $2
on conflict (agency_id, term, conversation_id) do nothing returning 1"""

_CLAIM = """
with gone as (
  delete from triage_message where agency_id = $1 and conversation_id = $2 returning *
)
insert into communication (
  agency_id, id, client_id, platform, thread_id, message_id, sender_email, sender_name, subject, content, is_inbound,
  needs_reply, replied_at, replied_by, received_at, created_at, conversation_id, user_id, automatic, to_people,
  cc_people, attachments, origin, edited_at, removed_at)
select agency_id, id, $3, platform, thread_id, message_id, sender_email, sender_name, subject, content, is_inbound,
  needs_reply, replied_at, replied_by, received_at, created_at, conversation_id, user_id, automatic, to_people,
  cc_people, attachments, origin, edited_at, removed_at
  from gone
returning id"""


async def hold_inbox(db: Db) -> tuple[int, int]:
    """Let nobody else change this agency's conversations until the commit; (watch_hours, risk_hours).

    Whoever changes conversations holds the clients concerned first, then this, so that no two cross.
    """
    raw = await db.raw()
    row = await raw.fetchrow(_HOLD, db.actor.agency_id)
    if row is None:
        await raw.execute(_BEGIN, db.actor.agency_id)
        row = await raw.fetchrow(_HOLD, db.actor.agency_id)
    assert row is not None
    return row[0], row[1]


async def known_conversations(db: Db, platform: str, keys: Sequence[str]) -> dict[str, UUID]:
    """To which conversation an id belongs already."""
    rows = await (await db.raw()).fetch(_KNOWN, db.actor.agency_id, platform, list(keys))
    return {row[0]: row[1] for row in rows}


async def name_conversations(db: Db, platform: str, keys: dict[str, UUID]) -> None:
    """Remember to which conversation an id belongs, for messages that are still to come."""
    if keys:
        raw = await db.raw()
        await raw.fetch(
            _NAME, db.actor.agency_id, platform, sorted(keys), [keys[key] for key in sorted(keys)]
        )


async def conversations_of(db: Db, ids: Sequence[UUID], *, lock: bool = True) -> dict[UUID, Conversation]:
    """Those conversations as they are now, locked unless they are only looked at."""
    query = (
        select(Conversation)
        .where(Conversation.agency_id == db.actor.agency_id, Conversation.id.in_(ids))
        .order_by(Conversation.id)
        .execution_options(populate_existing=True)
    )
    if lock:
        query = query.with_for_update()
    return {one.id: one for one in await db.scalars(query)} if ids else {}


def new_conversation(source: InboxSource, first: Incoming) -> Conversation:
    """A conversation that begins with this message; what it says of itself is judged once its messages stand."""
    return Conversation(
        source_id=source.id,
        platform=source.platform,
        place=first.place,
        place_name=cut(first.place_name, 100),
        subject=cut(without_marks(first.subject), 200) or None,
        snippet="" if first.is_removed else begins(first.text),
        last_sender=cut(first.sender.name or first.sender.address, 100) or "Unknown sender",
        people=[],
        message_count=0,
        last_message_at=first.received_at,
        needs_reply=False,
        reasons=[],
        version=1,
    )


async def join(db: Db, found: dict[UUID, Conversation], thread: Thread) -> Conversation:
    """The oldest of the thread's conversations, with all that belonged to the others; they are gone.

    What people decided of the others comes along where the oldest has nothing of it.
    """
    stays, *others = (found[one] for one in thread.known if one in found)
    for other in others:
        await _hand_over(db, other, stays)
        stays.client_id = stays.client_id or other.client_id
        stays.assignee_id = stays.assignee_id or other.assignee_id
        if other.said_at and (stays.said_at or _LONG_AGO) < other.said_at:
            stays.said, stays.said_by, stays.said_at = other.said, other.said_by, other.said_at
        found.pop(other.id)
        await db.delete(other)
    await db.flush()
    return stays


async def claim(db: Db, conversation: Conversation, client_id: UUID) -> None:
    """Say whose a conversation is: its messages leave triage."""
    conversation.client_id = client_id
    await db.flush()
    await (await db.raw()).fetch(_CLAIM, db.actor.agency_id, conversation.id, client_id)


async def _hand_over(db: Db, other: Conversation, stays: Conversation) -> None:
    """Messages of two conversations are one's. Both may still wait for a client, or one of them."""
    raw, agency_id = await db.raw(), db.actor.agency_id
    await db.flush()
    client_id = stays.client_id or other.client_id
    await raw.fetch(_FOUND, agency_id, other.id, stays.id)
    for table in _BELONGING:
        statement = f"update {table} set conversation_id = $3 where agency_id = $1 and conversation_id = $2"  # noqa: S608  names are this module's
        await raw.execute(statement, agency_id, other.id, stays.id)
    if client_id is not None:
        await raw.fetch(_CLAIM, agency_id, stays.id, client_id)
        for moved in _MOVED:
            await raw.execute(moved, agency_id, stays.id, client_id)
    async with by_machinery(db):  # what people have read and begun to write is theirs alone
        for draft in _DRAFTS:
            await raw.execute(draft, agency_id, other.id, stays.id)
        for table in _BESIDE:
            statement = f"delete from {table} where agency_id = $1 and conversation_id = $2"  # noqa: S608  names are this module's
            await raw.execute(statement, agency_id, other.id)
