"""`take_in`: messages come in, by whichever way, in whatever order, any number of times.

Each message is kept once. It joins the conversation that it shares an id with, and the client whom it is known by;
conversations that it touches are judged anew, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select

from audienceos.clients.access import client_itself
from audienceos.inbox.actions.judging import ground_for, judge_anew
from audienceos.inbox.actions.knowing import known_of
from audienceos.inbox.actions.sources import kept_from
from audienceos.inbox.actions.telling import found_by, tell, tell_clients
from audienceos.inbox.actions.threads import (
    claim,
    conversations_of,
    hold_inbox,
    join,
    known_conversations,
    name_conversations,
    new_conversation,
)
from audienceos.inbox.actions.writing import Stored, follow, stored_of, write
from audienceos.inbox.answering.yielding import give_way, recognize
from audienceos.inbox.models import Conversation, InboxSource
from audienceos.inbox.ports import Incoming, Taken
from audienceos.inbox.threading import Thread, asked_keys, threads_of
from audienceos.inbox.whose import Known
from audienceos.platform.db.sessions import Db
from audienceos.platform.mail.reading.quoted import fold

BATCH = 200
"""Messages that are taken in by one transaction, at most."""


class _Batch(msgspec.Struct, kw_only=True):
    """What one transaction takes in."""

    source: InboxSource
    known: Known
    stored: dict[str, Stored]
    found: dict[UUID, Conversation] = msgspec.field(default_factory=dict)
    touched: dict[UUID, Conversation] = msgspec.field(default_factory=dict)
    placed: list[tuple[Incoming, Conversation]] = msgspec.field(default_factory=list)
    followed: set[UUID] = msgspec.field(default_factory=set)


async def take_in(
    db: Db, source: InboxSource, messages: Sequence[Incoming], *, quietly: bool = False
) -> Taken:
    """Keep these messages of one source, at most `BATCH`; what was kept already is followed where it was edited.

    `quietly` records no event for each conversation: an archive that is brought in is old news.
    """
    taken, messages = Taken(), _once(messages)
    batch = await _opened(db, source, messages)
    limits = await hold_inbox(db)
    batch.stored = await stored_of(db, source.platform, messages)
    fresh = _kept(source, await _sorted(db, batch, messages, taken), taken)
    await _place(db, batch, threads_of(fresh, await _known(db, source, fresh)))
    written = await write(db, source.platform, batch.known, batch.placed)
    taken.created, taken.skipped = len(written), taken.skipped + len(fresh) - len(written)
    await _answers(db, batch)
    ground = await ground_for(db, limits)
    await judge_anew(db, list(batch.touched.values()), ground)
    await found_by(db, _texts(await _findable(db, batch)))
    await tell_clients(db, _clients(batch.touched.values()), ground, _heard(batch.placed))
    if not quietly:
        await _tell(db, batch)
    return taken


async def _opened(db: Db, source: InboxSource, messages: Sequence[Incoming]) -> _Batch:
    """What is known of the batch, with the clients concerned locked, in the order of their ids, before the inbox is."""
    known = await known_of(db, messages)
    ids = (await _known(db, source, messages)).values()
    found = await conversations_of(db, sorted(set(ids)), lock=False)
    guessed = {known.client_of([message]) for message in messages}
    for client_id in sorted(
        client for client in guessed | {one.client_id for one in found.values()} if client
    ):
        await client_itself(db, client_id)
    return _Batch(source=source, known=known, stored={})


async def _known(db: Db, source: InboxSource, messages: Sequence[Incoming]) -> dict[str, UUID]:
    return await known_conversations(db, source.platform, asked_keys(messages))


async def _sorted(db: Db, batch: _Batch, messages: Sequence[Incoming], taken: Taken) -> list[Incoming]:
    """Follow what is kept already; give what is new and concerns somebody outside."""
    fresh: list[Incoming] = []
    for message in messages:
        stored = batch.stored.get(message.message_id)
        if stored is not None:
            changed = await follow(db, stored, message)
            taken.updated += changed
            taken.skipped += not changed
            if changed:
                batch.followed.add(stored.conversation_id)
        elif message.is_removed or batch.known.is_inward(message):
            taken.skipped += 1
        else:
            fresh.append(message)
    batch.touched |= await conversations_of(db, sorted(batch.followed))
    return fresh


def _kept(source: InboxSource, fresh: list[Incoming], taken: Taken) -> list[Incoming]:
    """Those that the source keeps: what is past that would be deleted the next night, and was perhaps already."""
    since = kept_from(source)
    kept = [message for message in fresh if since is None or message.received_at >= since]
    taken.skipped += len(fresh) - len(kept)
    return kept


async def _findable(db: Db, batch: _Batch) -> list[tuple[Incoming, Conversation]]:
    """What may be found by its words: as the source says in which its conversation began."""
    others = {one.source_id for _, one in batch.placed} - {batch.source.id}
    mine = (InboxSource.agency_id == db.actor.agency_id, InboxSource.id.in_(others), InboxSource.is_indexed)
    found = set(await db.scalars(select(InboxSource.id).where(*mine))) if others else set[UUID]()
    if batch.source.is_indexed:
        found.add(batch.source.id)
    return [(message, one) for message, one in batch.placed if one.source_id in found]


async def _place(db: Db, batch: _Batch, threads: Iterable[Thread]) -> None:
    """Give each message its conversation, and each conversation its client where one is known."""
    threads = list(threads)
    batch.found = await conversations_of(db, sorted({one for thread in threads for one in thread.known}))
    keys: dict[str, UUID] = {}
    for thread in threads:
        one = await _conversation(db, batch, thread)
        batch.touched = {key: kept for key, kept in batch.touched.items() if key not in thread.known}
        batch.touched[one.id] = one
        batch.placed += [(message, one) for message in thread.messages]
        own = {message.message_id for message in thread.messages}
        keys |= dict.fromkeys(thread.keys - own, one.id)
    await db.flush()
    await name_conversations(db, batch.source.platform, keys)


async def _conversation(db: Db, batch: _Batch, thread: Thread) -> Conversation:
    client_id = batch.known.client_of(thread.messages)
    if thread.known:
        one = await join(db, batch.found, thread)
        if one.client_id is None and client_id is not None:
            await claim(db, one, client_id)
        return one
    one = new_conversation(batch.source, thread.messages[0])
    one.client_id = client_id
    db.add(one)
    await db.flush()
    return one


def _once(messages: Sequence[Incoming]) -> list[Incoming]:
    """Each message once: the last word on it, where the batch holds it several times."""
    return list({message.message_id: message for message in messages}.values())


def _texts(placed: Iterable[tuple[Incoming, Conversation]]) -> dict[UUID, list[str | None]]:
    texts: dict[UUID, list[str | None]] = {}
    for message, one in placed:
        said = fold(message.text).said
        texts.setdefault(one.id, []).extend(
            (message.subject, message.sender.name, message.sender.address, said, message.place_name)
        )
    return texts


def _heard(placed: Iterable[tuple[Incoming, Conversation]]) -> dict[UUID, datetime]:
    """When a human last wrote about each client, on either side."""
    heard: dict[UUID, datetime] = {}
    for message, one in placed:
        if one.client_id is not None and message.automatic is None:
            heard[one.client_id] = max(heard.get(one.client_id, message.received_at), message.received_at)
    return heard


async def _answers(db: Db, batch: _Batch) -> None:
    """What the messages do to answers that wait: a client who writes first ends them, and ours are known again."""
    came: dict[UUID, datetime] = {}
    ours: list[tuple[Incoming, Conversation]] = []
    for message, one in batch.placed:
        if batch.known.wrote(message):
            ours.append((message, one))
        elif message.automatic is None:
            came[one.id] = max(came.get(one.id, message.received_at), message.received_at)
    await recognize(db, ours)
    await give_way(db, came)


def _clients(conversations: Iterable[Conversation]) -> set[UUID]:
    return {one.client_id for one in conversations if one.client_id is not None}


async def _tell(db: Db, batch: _Batch) -> None:
    """One event a conversation: what came, or who was seen to answer, or what was edited."""
    told: dict[UUID, str] = dict.fromkeys(batch.followed & batch.touched.keys(), "conversation.changed")
    for message, one in batch.placed:
        ours = batch.known.wrote(message)
        if not ours or told.get(one.id) != "conversation.received":
            told[one.id] = "conversation.sent" if ours else "conversation.received"
    for conversation_id, name in told.items():
        await tell(db, name, batch.touched[conversation_id])
