"""What people do with an answer: have it sent, take it back, hasten it, give it up, try it again.

Each answer is one row, made by one click. Nothing here speaks with a platform: a job does (`answering/leaving.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from audienceos.inbox.access import conversation_for
from audienceos.inbox.actions.drafting import give_back, take_out_draft
from audienceos.inbox.answering.door import Hit, decided
from audienceos.inbox.answering.forms import Override, RetryIn, SendIn, Written
from audienceos.inbox.answering.preparing import Ready, leaving_at, prepared
from audienceos.inbox.answering.sweeping import queue_again
from audienceos.inbox.answering.talks import talk_of, within
from audienceos.inbox.answering.telling import tell_answer, tell_overridden
from audienceos.inbox.models.answers import Draft, Outgoing
from audienceos.inbox.words import storable
from audienceos.platform import clock
from audienceos.platform.db.base import Json, uuid7
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Forbidden, Invalid, NotFound
from audienceos.platform.mail.writing.headers import ascii_domain

BACK: tuple[str, ...] = ("waiting", "failed", "held")
"""In these states the words can become a draft again: surely nothing has left."""
OPEN: tuple[str, ...] = (*BACK, "unsure")


async def send(db: Db, conversation_id: UUID, data: SendIn) -> Outgoing:
    """Have an answer sent: after the time to take it back, or at the moment that was chosen. The same click is the same
    answer, however often it comes.

    Raises `NotFound`, `Invalid` with every wrong field, `Conflict` where nobody can answer just now or the click was
    another answer's, and `Stopped` with what the firewall says and its author hasn't decided.
    """
    await talk_of(await within(db), conversation_id)
    if data.click_id is None:
        raise Invalid.at("click_id", "Say which click this is, by Idempotency-Key")
    known = await _clicked(db, data.click_id, conversation_id)
    if known is not None:
        return known
    leaves_at = leaving_at(data.leaves_at)
    ready = await prepared(await within(db), conversation_id, data)
    overrides = decided(ready.hits, data.overrides)
    made = insert(Outgoing).values(_row(db, ready, data) | {"leaves_at": leaves_at, "overrides": overrides})
    made = made.on_conflict_do_nothing(index_elements=["agency_id", "click_id"]).returning(Outgoing.id)
    is_new = await db.scalar(made) is not None
    row = await _clicked(db, data.click_id, conversation_id)
    assert row is not None
    if not is_new:
        return row
    await take_out_draft(db, conversation_id)
    await tell_overridden(db, row, overrides)
    await tell_answer(db, "answer.scheduled" if row.is_scheduled else "answer.queued", row)
    queue_again(db, row.id, row.leaves_at)
    return row


async def take_back(db: Db, answer_id: UUID) -> Draft:
    """Its words are the author's draft again, and nothing leaves. Raises `NotFound`, `Forbidden` for another's, and
    `Conflict` once it is on its way.
    """
    row = await answer_for(db, answer_id, to="change")
    if row.status not in BACK:
        raise _too_late(row)
    _end(row, "taken_back", "Its author took it back.")
    draft = await give_back(db, row)
    await tell_answer(db, "answer.taken_back", row)
    return draft


async def cancel(db: Db, answer_id: UUID) -> Outgoing:
    """Give an answer up: its author's to do, or an admin's. Raises `NotFound`, `Forbidden`, and `Conflict` once it is on
    its way or has left.
    """
    row = await answer_for(db, answer_id, to="cancel")
    if row.status == "cancelled":
        return row
    if row.status not in OPEN:
        raise _too_late(row)
    _end(row, "cancelled", f"{db.actor.name or 'Somebody'} gave it up.")
    await tell_answer(db, "answer.cancelled", row)
    return row


async def send_now(db: Db, answer_id: UUID) -> Outgoing:
    """Let an answer that waits leave now. Raises `NotFound`, `Forbidden` for another's, `Conflict` unless it waits."""
    row = await answer_for(db, answer_id, to="change")
    if row.status != "waiting":
        raise _too_late(row)
    row.leaves_at, row.is_scheduled = clock.now(), False
    await tell_answer(db, "answer.hastened", row)
    queue_again(db, row.id, row.leaves_at)
    return row


async def retry(db: Db, answer_id: UUID, data: RetryIn) -> Outgoing:
    """Try an answer again that failed, is held, or may have left. It bears the same Message-ID, by which programs that
    get it twice show it once.

    Raises `NotFound`, `Forbidden` for another's, `Conflict` (`may_be_twice`) for one that may have left unless that is
    said to be meant, and `Stopped` as sending does.
    """
    row = await answer_for(db, answer_id, to="change")
    if row.status not in ("failed", "held", "unsure"):
        raise _too_late(row)
    if row.status == "unsure" and not data.may_leave_twice:
        words = "It may have been sent already. Look for it there first; sent again, it may arrive twice."
        raise Conflict(words, code="may_be_twice")
    row.overrides, added = await _decided_anew(db, row, data.overrides)
    row.status, row.leaves_at, row.is_scheduled = "waiting", clock.now(), False
    row.reason_code = row.reason = row.tried_at = None
    await tell_overridden(db, row, added)
    await tell_answer(db, "answer.retried", row)
    queue_again(db, row.id, row.leaves_at)
    return row


async def answer_for(db: Db, answer_id: UUID, *, to: str = "read") -> Outgoing:
    """One answer of a conversation that the actor sees, locked unless it is only read. Raises `NotFound`, and
    `Forbidden` to change another's (an admin may `cancel` it).
    """
    mine = (Outgoing.agency_id == db.actor.agency_id, Outgoing.id == answer_id)
    query = select(Outgoing).where(*mine).execution_options(populate_existing=True)
    row = await db.scalar(query if to == "read" else query.with_for_update())
    if row is None:
        raise NotFound("answer")
    try:
        await conversation_for(db, row.conversation_id)
    except NotFound:
        raise NotFound("answer") from None
    is_theirs = row.author_id != db.actor.user_id
    if to != "read" and is_theirs and not (to == "cancel" and db.actor.is_admin):
        raise Forbidden("Only its author may do this.")
    return row


async def _clicked(db: Db, click_id: UUID, conversation_id: UUID) -> Outgoing | None:
    """The answer that this click made. Raises `Conflict` where it is another person's or another conversation's."""
    mine = (Outgoing.agency_id == db.actor.agency_id, Outgoing.click_id == click_id)
    row = await db.scalar(select(Outgoing).where(*mine).execution_options(populate_existing=True))
    if row is not None and (row.author_id, row.conversation_id) != (db.actor.user_id, conversation_id):
        raise Conflict("This click was another answer's.", code="click_taken")
    return row


async def _decided_anew(db: Db, row: Outgoing, overrides: Sequence[Override]) -> tuple[list[Any], list[Json]]:
    """All that is overridden by now, and what was added. Raises `Stopped`."""
    ready = await prepared(await within(db), row.conversation_id, written(row))
    known = [Override(stop=said["key"], reason=said["reason"]) for said in row.overrides]
    hits: list[Hit] = [hit for hit in ready.hits if hit.severity == "stop"]
    now = decided(hits, [*known, *overrides])
    before = {said["key"] for said in row.overrides}
    added = [said for said in now if said["key"] not in before]
    return [*row.overrides, *added], added


def written(row: Outgoing) -> Written:
    """An answer as its author wrote it."""
    return msgspec.convert(
        {
            "text": row.text,
            "to": row.to_people,
            "cc": row.cc_people,
            "message_id": row.parent_id,
            "is_to_all": row.is_to_all,
            "has_quotes": row.has_quotes,
            "account_kind": row.account_kind,
            "account_id": row.account_id,
            "variables": row.variables,
        },
        Written,
    )


def _row(db: Db, ready: Ready, data: SendIn) -> Json:
    one, way, answered = ready.talk, ready.way, ready.answered
    answer_id, moment = uuid7(), clock.now()
    in_channel = one.place is not None and data.is_to_all
    return {
        "agency_id": db.actor.agency_id,
        "id": answer_id,
        "conversation_id": one.id,
        "client_id": one.client_id,
        "author_id": db.actor.person,
        "click_id": data.click_id,
        "text": storable(data.text),
        "to_people": msgspec.to_builtins(ready.to),
        "cc_people": msgspec.to_builtins(ready.cc),
        "has_quotes": data.has_quotes,
        "is_to_all": data.is_to_all,
        "variables": msgspec.to_builtins(data.variables),
        "parent_id": answered.id,
        "parent": _storable(answered.parent),
        "message_id": f"{answer_id.hex}@{_host_of(way.address)}",
        "thread_key": answered.thread_key if one.place is None else "",
        "place": one.place,
        "branch": "" if one.place is None or in_channel else answered.thread_key or answered.key,
        "account_kind": way.kind,
        "account_id": way.account_id,
        "account_address": way.address,
        "status": "waiting",
        "is_scheduled": data.leaves_at is not None,
        "created_at": moment,
        "updated_at": moment,
    }


def _host_of(address: str) -> str:
    """What stands behind the @ of a Message-ID: the mailbox's own domain."""
    return ascii_domain(address).rpartition("@")[2] if "@" in address else "audienceos"


def _storable(value: object) -> Any:
    """As jsonb holds it: without nulls."""
    return msgspec.json.decode(msgspec.json.encode(value).replace(b"\\u0000", b""))


def _end(row: Outgoing, code: str, words: str) -> None:
    row.status, row.reason_code, row.reason = "cancelled", code, words


def _too_late(row: Outgoing) -> Conflict:
    words = {
        "sending": "It is just leaving.",
        "sent": "It has left.",
        "cancelled": "It was given up.",
        "unsure": "It may have left already.",
        "waiting": "It waits to leave.",
    }
    return Conflict(words.get(row.status, "It wasn't sent."), code=f"answer_{row.status}")
