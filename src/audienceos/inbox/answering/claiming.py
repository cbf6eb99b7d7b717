"""One worker alone has an answer for a time, once its author may still send it and the door lets it pass."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select

from audienceos.inbox.answering.door import Words, look, new_stops
from audienceos.inbox.answering.forms import VariableIn
from audienceos.inbox.answering.talks import talk_of, within
from audienceos.inbox.answering.telling import tell_answer
from audienceos.inbox.answering.ways import ways
from audienceos.inbox.models.answers import Outgoing
from audienceos.inbox.ports import Correspondent, CourierKind, Leaving, Parent
from audienceos.platform import clock
from audienceos.platform.actor import Actor, system_of
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.errors import NotFound
from audienceos.platform.jobs.acting import acting_person

LEASE = timedelta(minutes=6)
"""How long a worker has an answer to itself."""
PATIENCE = timedelta(hours=6)
"""How long an answer is tried again by itself."""
PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
"""Before the second try, doubled before each further one."""
MOST = 60
"""Tries after which nobody asks a platform any more, whatever it says."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that a worker has to itself."""

    agency_id: UUID
    answer_id: UUID
    lease_id: UUID
    kind: CourierKind
    leaving: Leaving
    is_taken_over: bool
    """Somebody had it before and didn't say what became of it: it may have left."""
    attempts: int
    tried_at: datetime

    @property
    def is_given_up(self) -> bool:
        """It was tried for long enough."""
        return clock.now() - self.tried_at > PATIENCE or self.attempts >= MOST

    def pause(self, asked: int | None) -> timedelta:
        """How long to wait before the next try; a platform's own wish (in seconds) counts."""
        ours = min(PAUSE * 2 ** min(self.attempts - 1, 20), LONGEST_PAUSE)
        return max(ours, timedelta(seconds=asked or 0))


async def claim(database: Database, agency_id: UUID, answer_id: UUID) -> Claim | datetime | None:
    """Have the answer to oneself. Otherwise when to look again, or None where there is nothing to do: it has left, was
    given up, or mustn't leave, which its author is told.
    """
    machinery = system_of(agency_id)
    async with database.acting(Claims(machinery)) as db:
        row = await answer_row(db, answer_id, lock=False)
        if row is None or row.status not in ("waiting", "sending"):
            return None
        author_id = row.author_id
    author = await acting_person(database, agency_id, author_id)
    async with database.acting(Claims(author or machinery)) as db:
        row = await answer_row(db, answer_id)
        if row is None or row.status not in ("waiting", "sending"):
            return None
        due = row.lease_until if row.status == "sending" else row.leaves_at
        if due is not None and due > clock.now():
            return due
        if row.status == "sending":
            return _claimed(row, author, is_taken_over=True)
        if await _is_stopped(db, row, author):
            return None
        return _claimed(row, author, is_taken_over=False)


async def take_over(database: Database, claimed: Claim, after: timedelta) -> datetime | None:
    """Let somebody ask the platform again after that time; None where it was settled or taken over meanwhile."""
    async with database.acting(Claims(system_of(claimed.agency_id))) as db:
        row = await held(db, claimed)
        if row is None:
            return None
        row.lease_until = clock.now() + after
        return row.lease_until


async def held(db: Db, claimed: Claim) -> Outgoing | None:
    """The answer's row, locked, as long as the claim is good."""
    row = await answer_row(db, claimed.answer_id)
    return row if row is not None and row.lease_id == claimed.lease_id else None


async def hold_back(db: Db, row: Outgoing, status: str, code: str, words: str) -> None:
    """It doesn't leave, and its author is told why."""
    row.status, row.reason_code, row.reason = status, code, words
    row.lease_id = row.lease_until = None
    name = {"held": "answer.held", "failed": "answer.failed", "unsure": "answer.unsure"}[status]
    await tell_answer(db, name, row, by_itself=True)


async def _is_stopped(db: Db, row: Outgoing, author: Actor | None) -> bool:
    """Whether it mustn't leave by now, though it might when its author sent it."""
    if author is None:
        words = "Whoever wrote this is no longer active here: nothing is sent in their name."
        await hold_back(db, row, "failed", "author_gone", words)
        return True
    lane = await within(db)
    try:
        one = await talk_of(lane, row.conversation_id)
    except NotFound:
        words = "Whoever wrote this may no longer see this conversation."
        await hold_back(db, row, "failed", "not_seen", words)
        return True
    found = await ways(lane, one)
    if all((way.kind, way.account_id) != (row.account_kind, row.account_id) for way in found.ways):
        words = found.reason or f"{row.account_address} is no longer connected: choose another account."
        await hold_back(db, row, "held", "account_lost", words)
        return True
    words = Words(
        people=_people(row.to_people) + _people(row.cc_people),
        text=row.text,
        quoted=str(row.parent.get("text") or "") if row.has_quotes else "",
        variables=msgspec.convert(row.variables, list[VariableIn]),
    )
    stops = new_stops(await look(lane, one, words), row.overrides)
    if stops:
        await hold_back(db, row, "held", "stopped", " ".join(hit.sentence for hit in stops))
    return bool(stops)


def _claimed(row: Outgoing, author: Actor | None, *, is_taken_over: bool) -> Claim:
    now = clock.now()
    lease_id, tried_at = uuid7(), row.tried_at or now
    row.status, row.lease_id, row.lease_until = "sending", lease_id, now + LEASE
    row.attempts, row.tried_at = row.attempts + 1, tried_at
    return Claim(
        agency_id=row.agency_id,
        answer_id=row.id,
        lease_id=lease_id,
        kind=msgspec.convert(row.account_kind, CourierKind),
        leaving=_leaving(row, author),
        is_taken_over=is_taken_over,
        attempts=row.attempts,
        tried_at=tried_at,
    )


def _leaving(row: Outgoing, author: Actor | None) -> Leaving:
    name = author.name if author else ""
    return Leaving(
        id=row.id,
        account_id=row.account_id,
        author_id=row.author_id,
        author_name=name,
        message_id=row.message_id,
        written_at=row.tried_at or row.created_at,
        sender=Correspondent(name=name, address=row.account_address if row.account_kind != "slack" else ""),
        to=tuple(_people(row.to_people)),
        cc=tuple(_people(row.cc_people)),
        text=row.text,
        quotes=row.has_quotes,
        parent=msgspec.convert(row.parent, Parent),
        thread_key=row.thread_key,
        place=row.place,
        branch=row.branch,
    )


def _people(people: object) -> list[Correspondent]:
    return msgspec.convert(people, list[Correspondent])


async def answer_row(db: Db, answer_id: UUID, *, lock: bool = True) -> Outgoing | None:
    """The answer as it is now, locked unless it is only looked at."""
    mine = (Outgoing.agency_id == db.actor.agency_id, Outgoing.id == answer_id)
    query = select(Outgoing).where(*mine).execution_options(populate_existing=True)
    return await db.scalar(query.with_for_update() if lock else query)
