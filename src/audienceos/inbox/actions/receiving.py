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
from audienceos.inbox.actions.telling import found_by, lost_by, tell, tell_clients
from audienceos.inbox.actions.threads import (
    claim,
    conversations_of,
    hold_inbox,
    join,
    known_conversations,
    name_conversations,
    new_conversation,
)
from audienceos.inbox.actions.writing import Stored, follow, gone_of, remember_gone, stored_of, write
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
    gone: set[str]
    """Messages that were taken back, by word of this batch."""
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
    taken, gone = Taken(), {message.message_id for message in messages if message.is_removed}
    messages = _once(messages)
    batch = await _opened(db, source, messages, gone)
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


async def _opened(db: Db, source: InboxSource, messages: Sequence[Incoming], gone: set[str]) -> _Batch:
    """What is known of the batch, with the clients concerned locked, in the order of their ids, before the inbox is."""
    known = await known_of(db, messages)
    ids = (await _known(db, source, messages)).values()
    found = await conversations_of(db, sorted(set(ids)), lock=False)
    guessed = {known.client_of([message]) for message in messages}
    for client_id in sorted(
        client for client in guessed | {one.client_id for one in found.values()} if client
    ):
        await client_itself(db, client_id)
    return _Batch(source=source, known=known, gone=gone, stored={})


async def _known(db: Db, source: InboxSource, messages: Sequence[Incoming]) -> dict[str, UUID]:
    return await known_conversations(db, source.platform, asked_keys(messages))


async def _sorted(db: Db, batch: _Batch, messages: Sequence[Incoming], taken: Taken) -> list[Incoming]:
    """Follow what is kept already; give what is new and concerns somebody outside.

    What was taken back before it came is kept as what came and was taken back then.
    """
    fresh: list[Incoming] = []
    reworded: list[tuple[Stored, str]] = []
    for message in messages:
        stored, is_gone = batch.stored.get(message.message_id), message.message_id in batch.gone
        if stored is not None:
            changed = await follow(db, stored, msgspec.structs.replace(message, is_removed=is_gone))
            taken.updated += changed
            taken.skipped += not changed
            if changed:
                batch.followed.add(stored.conversation_id)
                reworded.append((stored, "" if is_gone else message.text))
        elif message.is_removed or batch.known.is_inward(message):
            taken.skipped += 1
        else:
            fresh.append(message)
    await _reword(db, batch.source, reworded)
    batch.touched |= await conversations_of(db, sorted(batch.followed))
    platform = batch.source.platform
    await remember_gone(db, platform, [one for one in batch.gone if one not in batch.stored])
    batch.gone |= await gone_of(db, platform, fresh)
    return [msgspec.structs.replace(one, is_removed=one.message_id in batch.gone) for one in fresh]


async def _reword(db: Db, source: InboxSource, reworded: Sequence[tuple[Stored, str]]) -> None:
    """Let conversations be found by the words that they have now, and no more by those that they had."""
    had: dict[UUID, list[str | None]] = {}
    have: dict[UUID, list[str | None]] = {}
    for stored, text in reworded:
        had.setdefault(stored.conversation_id, []).append(stored.content)
        have.setdefault(stored.conversation_id, []).append(text)
    await lost_by(db, had)
    if source.is_indexed:
        await found_by(db, have)


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
    """Each message once: its author's last words, where the batch holds several; that it was taken back, where it holds
    nothing else.
    """
    found: dict[str, Incoming] = {}
    for message in messages:
        known = found.get(message.message_id)
        if known is None or _age(message) >= _age(known):
            found[message.message_id] = message
    return list(found.values())


def _age(message: Incoming) -> tuple[bool, datetime]:
    return not message.is_removed, message.edited_at or message.received_at


def _texts(placed: Iterable[tuple[Incoming, Conversation]]) -> dict[UUID, list[str | None]]:
    texts: dict[UUID, list[str | None]] = {}
    for message, one in placed:
        if message.is_removed:
            continue
        said = fold(message.text).said
        texts.setdefault(one.id, []).extend(
            (message.subject, message.sender.name, message.sender.address, said, message.place_name)
        )
    return texts


def _heard(placed: Iterable[tuple[Incoming, Conversation]]) -> dict[UUID, datetime]:
    """When a human last wrote about each client, on either side."""
    heard: dict[UUID, datetime] = {}
    for message, one in placed:
        if one.client_id is not None and message.automatic is None and not message.is_removed:
            heard[one.client_id] = max(heard.get(one.client_id, message.received_at), message.received_at)
    return heard


async def _answers(db: Db, batch: _Batch) -> None:
    """What the messages do to answers that wait: a client who writes first ends them, and ours are known again."""
    came: dict[UUID, datetime] = {}
    ours: list[tuple[Incoming, Conversation]] = []
    for message, one in batch.placed:
        if message.is_removed:
            continue
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
        if message.is_removed:
            continue
        ours = batch.known.wrote(message)
        if not ours or told.get(one.id) != "conversation.received":
            told[one.id] = "conversation.sent" if ours else "conversation.received"
    for conversation_id, name in told.items():
        await tell(db, name, batch.touched[conversation_id])
