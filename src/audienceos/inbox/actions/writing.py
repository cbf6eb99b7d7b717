"""Messages as rows: new ones written, known ones corrected where they were edited or taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from audienceos.inbox.firewall.addresses import address_key, domain_of
from audienceos.inbox.models import Conversation
from audienceos.inbox.ports import Correspondent, Incoming
from audienceos.inbox.whose import Known
from audienceos.inbox.words import cut, storable
from audienceos.platform import clock
from audienceos.platform.db.base import Json, uuid7
from audienceos.platform.db.sessions import Db

_COLUMNS = """platform, thread_id, message_id, sender_email, sender_name, subject, content, is_inbound, needs_reply,
  received_at, created_at, conversation_id, user_id, automatic, to_people, cc_people, attachments, origin, edited_at,
  removed_at"""
_SHAPE = """id uuid, platform text, thread_id text, message_id text, sender_email text, sender_name text, subject text,
  content text, is_inbound boolean, needs_reply boolean, received_at timestamptz, created_at timestamptz,
  conversation_id uuid, user_id uuid, automatic text, to_people jsonb, cc_people jsonb, attachments jsonb, origin jsonb,
  edited_at timestamptz, removed_at timestamptz, client_id uuid, sender_key text, sender_domain text"""
_SOURCE = ", ".join(f"m.{name.strip()}" for name in _COLUMNS.split(","))

_INSERT = {
    "communication": f"""insert into communication (agency_id, id, client_id, {_COLUMNS})
select $1, m.id, m.client_id, {_SOURCE} from jsonb_to_recordset($2::text::jsonb) as m({_SHAPE})
on conflict (agency_id, platform, message_id) do nothing returning id""",  # noqa: S608  names are this module's
    "triage_message": f"""insert into triage_message (agency_id, id, sender_key, sender_domain, {_COLUMNS})
select $1, m.id, m.sender_key, m.sender_domain, {_SOURCE} from jsonb_to_recordset($2::text::jsonb) as m({_SHAPE})
on conflict (agency_id, platform, message_id) do nothing returning id""",  # noqa: S608  names are this module's
}
_MARKUP = """
insert into message_markup (agency_id, id, html)
select $1, m.id, m.html from unnest($2::uuid[], $3::text[]) as m(id, html)
on conflict (agency_id, id) do update set html = excluded.html returning 1"""

_KNOWN = """
select id, message_id, conversation_id, content, removed_at is not null, edited_at from {table}
 where agency_id = $1 and platform = $2 and message_id = any($3::text[])"""
_EDIT = """
update {table} set content = $3, edited_at = $4 where agency_id = $1 and id = $2"""
_REMOVE = """
update {table} set content = '', attachments = '[]', removed_at = now(), needs_reply = false
 where agency_id = $1 and id = $2 and removed_at is null"""
_BEGINS = """
update {table} m set thread_id = m.message_id
 where m.agency_id = $1 and m.platform = $2 and m.thread_id is null
   and (m.message_id = any($3::text[])
    or (m.message_id = any($4::text[])
        and exists (select 1 from {table} r where r.agency_id = $1 and r.conversation_id = m.conversation_id
                       and r.thread_id = m.message_id)))"""
_TABLES = ("communication", "triage_message")
_GONE_BEFORE = """
with old as (delete from removed_message where agency_id = $1 and removed_at < now() - $4::interval)
insert into removed_message (agency_id, platform, message_id, removed_at)
select $1, $2, m.id, now() from unnest($3::text[]) as m(id)
on conflict (agency_id, platform, message_id) do nothing returning 1"""
_GONE = "select message_id from removed_message where agency_id = $1 and platform = $2 and message_id = any($3::text[])"
KEPT_GONE = timedelta(days=30)
"""For how long it is remembered that a message was taken back which never came."""


class Stored(msgspec.Struct, frozen=True):
    """A message that is kept already."""

    table: str
    id: UUID
    conversation_id: UUID
    content: str
    is_removed: bool
    edited_at: datetime | None = None


async def stored_of(db: Db, platform: str, messages: Iterable[Incoming]) -> dict[str, Stored]:
    """Which of the messages are kept already, by what names them."""
    keys, raw = [one.message_id for one in messages], await db.raw()
    found: dict[str, Stored] = {}
    for table in _TABLES:
        rows = await raw.fetch(_KNOWN.format(table=table), db.actor.agency_id, platform, keys)
        for row_id, message_id, *said in rows:
            found[message_id] = Stored(table, row_id, *said)
    return found


async def follow(db: Db, stored: Stored, message: Incoming) -> bool:
    """Do to a kept message what its author did to it since; whether anything changed. Answers, decisions and its
    client stay as they are.
    """
    raw, agency_id = await db.raw(), db.actor.agency_id
    if stored.is_removed:
        return False
    if message.is_removed:
        await raw.execute(_REMOVE.format(table=stored.table), agency_id, stored.id)
        await raw.execute("delete from message_markup where agency_id = $1 and id = $2", agency_id, stored.id)
        return True
    # Only an edit that says so: the same mail read in another way may differ in spaces. Never one that is older.
    edited_at, text = message.edited_at, storable(message.text)
    if edited_at is None or (stored.edited_at is not None and edited_at <= stored.edited_at):
        return False
    await raw.execute(_EDIT.format(table=stored.table), agency_id, stored.id, text, edited_at)
    return text != stored.content


async def remember_gone(db: Db, platform: str, keys: Sequence[str]) -> None:
    """Remember that these messages were taken back before they came."""
    if keys:
        await (await db.raw()).fetch(_GONE_BEFORE, db.actor.agency_id, platform, sorted(keys), KEPT_GONE)


async def gone_of(db: Db, platform: str, messages: Iterable[Incoming]) -> set[str]:
    """Which of the messages were taken back before they came."""
    keys = [one.message_id for one in messages]
    rows = await (await db.raw()).fetch(_GONE, db.actor.agency_id, platform, keys) if keys else ()
    return {row[0] for row in rows}


async def write(
    db: Db, platform: str, known: Known, placed: Sequence[tuple[Incoming, Conversation]]
) -> list[UUID]:
    """Write new messages into their conversations: those of a client as communications, the others into triage.

    Gives the ids of the rows, in no order.
    """
    rows = [
        (None if one.is_removed else one.html, _row(platform, known, one, where)) for one, where in placed
    ]
    raw, agency_id = await db.raw(), db.actor.agency_id
    written: list[UUID] = []
    for table in _TABLES:
        mine = [row for _, row in rows if (row["client_id"] is None) == (table == "triage_message")]
        if mine:
            text = msgspec.json.encode(mine).decode()
            written += [row[0] for row in await raw.fetch(_INSERT[table], agency_id, text)]
    await _begin_threads(db, platform, placed)
    kept = set(written)
    marked = [(row["id"], storable(html)) for html, row in rows if html and row["id"] in kept]
    if marked:
        ids, pages = zip(*marked, strict=True)
        await raw.fetch(_MARKUP, agency_id, list(ids), list(pages))
    return written


async def _begin_threads(db: Db, platform: str, placed: Sequence[tuple[Incoming, Conversation]]) -> None:
    """A message in a channel begins a thread once another answers it there, whichever of the two came first."""
    there = [one for one, _ in placed if one.place is not None]
    answered = [one.branch for one in there if one.branch and one.branch != one.message_id]
    alone = [one.message_id for one in there if not one.branch]
    if not answered and not alone:
        return
    raw = await db.raw()
    for table in _TABLES:
        await raw.execute(_BEGINS.format(table=table), db.actor.agency_id, platform, answered, alone)


def _row(platform: str, known: Known, message: Incoming, where: Conversation) -> Json:
    ours = known.wrote(message)
    sender = message.sender
    key = address_key(sender.address)
    origin = dict(message.origin)
    if len(message.subject) > 200:
        origin["subject"] = message.subject[:2000]
    if len(sender.address) > 100:
        origin["sender"] = sender.address[:400]
    return {
        "id": uuid7(),
        "client_id": where.client_id,
        "platform": platform,
        "thread_id": _thread_of(message),
        "message_id": message.message_id,
        "sender_email": cut(sender.address, 100) or None,
        "sender_name": cut(sender.name, 100) or None,
        "sender_key": storable(key) or None,
        "sender_domain": storable(domain_of(key)) if "@" in key else None,
        "subject": cut(message.subject, 200) or None,
        "content": "" if message.is_removed else storable(message.text),
        "is_inbound": not ours,
        "needs_reply": False,
        "received_at": message.received_at,
        "created_at": clock.now(),
        "conversation_id": where.id,
        "user_id": known.author(message) if ours else None,
        "automatic": message.automatic,
        "to_people": _people(message.to),
        "cc_people": _people(message.cc),
        "attachments": [] if message.is_removed else _clean(msgspec.to_builtins(message.attachments)),
        "origin": _clean(origin | ({} if known.is_addressed(message) else {"in_copy": True})),
        "edited_at": message.edited_at,
        "removed_at": clock.now() if message.is_removed else None,
    }


def _thread_of(message: Incoming) -> str | None:
    """The platform's thread. What is said in a channel beside any thread has none."""
    if message.place is not None:
        return cut(message.branch, 100) or None
    return cut(message.thread_key or (message.references or (message.message_id,))[0], 100)


def _people(people: Sequence[Correspondent]) -> list[Json]:
    return [{"name": cut(one.name, 200), "address": cut(one.address, 400)} for one in people]


def _clean(value: object) -> object:
    """The same without nulls, which jsonb can't hold."""
    return msgspec.json.decode(msgspec.json.encode(value).replace(b"\\u0000", b""))
