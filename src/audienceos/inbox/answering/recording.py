"""What became of an answer that was handed over, told once, by whoever has it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from audienceos.inbox.actions.judging import ground_for, judge_anew, plan
from audienceos.inbox.actions.mails import message_key
from audienceos.inbox.actions.receiving import take_in
from audienceos.inbox.actions.threads import conversations_of, hold_inbox
from audienceos.inbox.answering.claiming import Claim, answer_row, held, hold_back
from audienceos.inbox.answering.telling import tell_answer
from audienceos.inbox.models import Communication, Conversation, InboxSource
from audienceos.inbox.models.answers import Outgoing
from audienceos.inbox.ports import Correspondent, Incoming, Leaving, Left, NotLeft, Parent
from audienceos.inbox.words import cut
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.mail.writing.headers import subject_of_answer

UNSURE = (
    "The connection broke off while this was being sent: it may have arrived. Look for it there first; "
    "sent again, it may arrive twice."
)
GAVE_UP = "It couldn't be sent for hours. At last: {}"
JUST_AFTER = timedelta(milliseconds=1)


async def record_left(database: Database, claimed: Claim, left: Left) -> None:
    """It has left: its message stands in the conversation, which waits no longer. What has left is told even where
    somebody else has taken the answer over; told twice, the second changes nothing.
    """
    async with database.acting(Claims(system_of(claimed.agency_id))) as db:
        row = await answer_row(db, claimed.answer_id, lock=False)
        if row is None or row.status == "sent":
            return
        stored_id = await _take_in(db, row, claimed.leaving, left)
        # The answer is locked after the conversation, as by everybody who has both.
        row = await answer_row(db, claimed.answer_id)
        if row is not None and row.status != "sent":
            row.status, row.sent_at, row.stored_id = "sent", left.sent_at, stored_id
            row.lease_id = row.lease_until = row.reason_code = row.reason = None
            await tell_answer(db, "answer.sent", row)


async def record_not_left(database: Database, claimed: Claim, problem: NotLeft) -> datetime | None:
    """It hasn't left: it is tried again later, or has failed. The conversation waits as it did. Gives when it is tried."""
    async with database.acting(Claims(system_of(claimed.agency_id))) as db:
        row = await held(db, claimed)
        if row is None:
            return None
        if problem.for_good:
            await hold_back(db, row, "failed", "refused", str(problem))
            return None
        if claimed.is_given_up:
            await hold_back(db, row, "failed", "gave_up", GAVE_UP.format(problem))
            return None
        _wait(row, clock.now() + claimed.pause(problem.retry_after), str(problem))
        return row.leaves_at


async def record_unsure(database: Database, claimed: Claim) -> None:
    """Nobody can tell whether it has left: its author decides."""
    async with database.acting(Claims(system_of(claimed.agency_id))) as db:
        row = await held(db, claimed)
        if row is not None:
            await hold_back(db, row, "unsure", "may_have_left", UNSURE)


async def wait_again(database: Database, claimed: Claim) -> datetime | None:
    """It surely hasn't left after all: it is due. None where somebody else has it by now."""
    async with database.acting(Claims(system_of(claimed.agency_id))) as db:
        row = await held(db, claimed)
        if row is None:
            return None
        _wait(row, clock.now(), None)
        return row.leaves_at


def _wait(row: Outgoing, until: datetime, words: str | None) -> None:
    row.status, row.leaves_at, row.reason = "waiting", until, words
    row.lease_id = row.lease_until = None


async def _take_in(db: Db, row: Outgoing, leaving: Leaving, left: Left) -> UUID | None:
    """Its message, as the row that it is: written now, or already read where it was sent from, and then signed."""
    mine = (Conversation.agency_id == db.actor.agency_id, Conversation.id == row.conversation_id)
    source_id = await db.scalar(select(Conversation.source_id).where(*mine))
    source = await db.get(InboxSource, (db.actor.agency_id, source_id))
    assert source is not None
    message = await _message(db, row, leaving, left)
    await take_in(db, source, [message], quietly=True)
    found = (
        Communication.agency_id == db.actor.agency_id,
        Communication.platform == source.platform,
        Communication.message_id == message.message_id,
    )
    stored = (await db.execute(select(Communication.id, Communication.conversation_id).where(*found))).first()
    if stored is None:
        return None
    signed = update(Communication).where(*found, Communication.user_id.is_distinct_from(row.author_id))
    name = cut(leaving.sender.name, 100) or Communication.sender_name
    by = {"user_id": row.author_id, "sender_name": name}
    await db.execute(signed.values(by).execution_options(synchronize_session=False))
    await _close(db, stored[1])
    return stored[0]


async def _close(db: Db, conversation_id: UUID) -> None:
    """Judge the conversation with its answer's author known. What is put aside stays so unless it needs nothing more."""
    one = (await conversations_of(db, [conversation_id]))[conversation_id]
    ground = await ground_for(db, await hold_inbox(db))
    await judge_anew(db, [one], ground)
    if not one.needs_reply:
        one.snoozed_until = one.snoozed_at = None
        plan(one, ground)


async def _message(db: Db, row: Outgoing, leaving: Leaving, left: Left) -> Incoming:
    parent = msgspec.convert(row.parent, Parent)
    mine = (Communication.agency_id == db.actor.agency_id, Communication.id == row.parent_id)
    key = await db.scalar(select(Communication.message_id).where(*mine))
    earliest = parent.sent_at + JUST_AFTER if parent.sent_at else left.sent_at
    by_mail = row.place is None
    return Incoming(
        message_id=message_key(left.message_id),
        thread_key=left.thread_key or row.thread_key,
        references=tuple(dict.fromkeys(message_key(one) for one in (*parent.references, key) if one))
        if by_mail
        else (),
        sender=leaving.sender,
        sender_user=row.author_id,
        is_ours=True,
        to=msgspec.convert(row.to_people, tuple[Correspondent, ...]),
        cc=msgspec.convert(row.cc_people, tuple[Correspondent, ...]),
        subject=subject_of_answer(parent.subject) if by_mail else "",
        text=row.text,
        # A sender whose clock is ahead is answered all the same.
        received_at=max(left.sent_at, earliest),
        place=row.place,
        branch=row.branch,
        origin=left.origin | {"answer": str(row.id)},
    )
