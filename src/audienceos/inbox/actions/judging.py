"""Conversations judged anew: who waits for whom, since when, why, and what was promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from audienceos.agency.access import agency_for
from audienceos.agency.hours import Hours, after
from audienceos.inbox.models import Conversation
from audienceos.inbox.waiting import Override, Turn, Verdict, judge
from audienceos.inbox.words import begins, cut
from audienceos.platform import clock
from audienceos.platform.db.base import Json, uuid7
from audienceos.platform.db.sessions import Db
from audienceos.platform.mail.reading.quoted import fold

TURNS = 200
"""The latest messages of a conversation that are read; what was open before them is long past."""
TEXT = 20_000
"""Characters of a message that are read."""
PEOPLE = 10
NOTHING_SAID = Verdict(needs_reply=False, since=None, turn_id=None, reasons=(), promises=())

_TURNS = """
select m.* from unnest($2::uuid[]) as c(id) cross join lateral (
  select id, conversation_id, received_at, is_inbound, sender_name, sender_email, user_id, left(content, $4), automatic,
         coalesce((origin->>'in_copy')::boolean, false), platform, thread_id, message_id, needs_reply, replied_at, replied_by
    from {table} where agency_id = $1 and conversation_id = c.id and removed_at is null
   order by received_at desc, id desc limit $3) as m"""
_COUNT = """
select conversation_id, count(*) from {table}
 where agency_id = $1 and conversation_id = any($2::uuid[]) group by conversation_id"""
_MARK = """
update {table} as m set needs_reply = n.needs_reply, replied_at = n.replied_at, replied_by = n.replied_by
  from jsonb_to_recordset($2::text::jsonb) as n(id uuid, needs_reply boolean, replied_at timestamptz, replied_by uuid)
 where m.agency_id = $1 and m.id = n.id"""
_PASSED = """
update {table} set needs_reply = false
 where agency_id = $1 and conversation_id = any($2::uuid[]) and needs_reply and id <> all($3::uuid[])"""
_FORGET = "delete from promise where agency_id = $1 and conversation_id = any($2::uuid[])"
_PROMISE = """
insert into promise (agency_id, id, conversation_id, message_id, by, owner, user_id, quote, due, said_at, is_kept)
select $1, p.id, p.conversation_id, p.message_id, p.by, p.owner, p.user_id, p.quote, p.due, p.said_at, p.is_kept
  from jsonb_to_recordset($2::text::jsonb) as p(id uuid, conversation_id uuid, message_id uuid, by text, owner text,
       user_id uuid, quote text, due date, said_at timestamptz, is_kept boolean) returning 1"""


class Ground(NamedTuple):
    """By what waiting is judged: the agency's zone and hours, and for how long a client may wait."""

    zone: ZoneInfo
    hours: Hours | None
    watch: timedelta
    risk: timedelta


class Heard(msgspec.Struct, frozen=True):
    """A message as far as it is judged."""

    id: UUID
    conversation_id: UUID
    at: datetime
    inbound: bool
    name: str | None
    address: str | None
    user_id: UUID | None
    content: str
    automatic: str | None
    in_copy: bool
    platform: str
    thread_id: str | None
    message_id: str
    needs_reply: bool
    replied_at: datetime | None
    replied_by: UUID | None

    @property
    def author(self) -> str:
        """Who wrote it, as it is shown."""
        return self.name or self.address or "Unknown sender"


async def ground_for(db: Db, limits: tuple[int, int]) -> Ground:
    """This agency's; `limits` as `hold_inbox` gives them. One statement."""
    agency = await agency_for(db)
    zone = ZoneInfo(agency.timezone)
    watch, risk = (timedelta(hours=hours) for hours in limits)
    return Ground(zone, Hours.of(agency.business_hours, zone), watch, risk)


async def judge_anew(db: Db, conversations: Sequence[Conversation], ground: Ground) -> None:
    """Judge these conversations from their messages as they stand. Whoever calls holds the inbox."""
    by_table: dict[str, list[Conversation]] = defaultdict(list)
    for one in conversations:
        by_table["triage_message" if one.client_id is None else "communication"].append(one)
    await db.flush()
    for table, mine in by_table.items():
        await _judge_in(db, table, mine, ground)
    await db.flush()


async def _judge_in(db: Db, table: str, conversations: Sequence[Conversation], ground: Ground) -> None:
    raw, agency_id, ids = await db.raw(), db.actor.agency_id, [one.id for one in conversations]
    heard: dict[UUID, list[Heard]] = defaultdict(list)
    for row in await raw.fetch(_TURNS.format(table=table), agency_id, ids, TURNS, TEXT):
        message = Heard(*row)
        heard[message.conversation_id].append(message)
    counts = {row[0]: row[1] for row in await raw.fetch(_COUNT.format(table=table), agency_id, ids)}
    marks: list[Json] = []
    promises: list[Json] = []
    for one in conversations:
        messages = sorted(heard[one.id], key=lambda message: (message.at, message.id))
        one.message_count = counts.get(one.id, 0)
        verdict = together([_verdict(one, branch, ground) for branch in branches(messages)])
        _settle(one, messages, verdict, ground)
        marks += _marks(messages, verdict)
        promises += _promises(one, verdict)
    long = [one.id for one in conversations if one.message_count > TURNS]
    if long:  # what waited is beyond what is read by now
        read = [message.id for one in long for message in heard[one]]
        await raw.execute(_PASSED.format(table=table), agency_id, long, read)
    if marks:
        await raw.execute(_MARK.format(table=table), agency_id, msgspec.json.encode(marks).decode())
    await raw.execute(_FORGET, agency_id, ids)
    if promises:
        await raw.fetch(_PROMISE, agency_id, msgspec.json.encode(promises).decode())


def _verdict(one: Conversation, messages: Sequence[Heard], ground: Ground) -> Verdict:
    decided = None
    if one.said is not None and one.said_at is not None:
        decided = Override(needs_reply=one.said == "needs_reply", at=one.said_at)
    turns = [
        Turn(
            id=str(message.id),
            at=message.at,
            inbound=message.inbound,
            author=message.author,
            person=str(message.user_id) if message.user_id else None,
            text=fold(message.content).said if message.platform == "gmail" else message.content,
            automatic=message.automatic,
            addressed=not message.in_copy,
        )
        for message in messages
    ]
    return judge(turns, now=clock.now(), zone=ground.zone, override=decided)


def branches(messages: Sequence[Heard]) -> list[list[Heard]]:
    """What is judged by itself: of mail all of it, of a channel each thread beside it, and what stands in none.

    A message that was answered in a thread is of that thread; one that nobody answered there is of the channel.
    """
    if not messages or messages[0].platform == "gmail":
        return [list(messages)]
    answered = {message.thread_id for message in messages if message.thread_id != message.message_id}
    found: dict[str | None, list[Heard]] = {None: []}
    for message in messages:
        begun = message.message_id if message.message_id in answered else None
        in_thread = message.thread_id if message.thread_id in answered else begun
        found.setdefault(in_thread, []).append(message)
    return [branch for branch in found.values() if branch]


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """One verdict of several: it waits where any does, since the first of them."""
    if len(verdicts) == 1:
        return verdicts[0]
    waiting = sorted(
        (one for one in verdicts if one.needs_reply), key=lambda one: (one.since is None, one.since)
    )
    first = waiting[0] if waiting else verdicts[-1] if verdicts else NOTHING_SAID
    return structs.replace(
        first,
        reasons=tuple(reason for one in waiting or verdicts[-1:] for reason in one.reasons),
        promises=tuple(promise for one in verdicts for promise in one.promises),
        overdue=any(one.overdue for one in verdicts),
    )


def _settle(one: Conversation, messages: Sequence[Heard], verdict: Verdict, ground: Ground) -> None:
    """Say on the conversation what its messages say."""
    was_waiting = one.waiting_since
    one.needs_reply, one.waiting_since = verdict.since is not None and verdict.needs_reply, None
    if one.needs_reply:
        one.waiting_since = verdict.since
    one.reasons = msgspec.to_builtins(verdict.reasons)
    latest = max((message.at for message in messages if _is_from_them(message)), default=None)
    one.last_inbound_at = latest
    if not messages:
        one.snippet = ""  # all of it was taken back
    else:
        last = messages[-1]
        one.last_message_at, one.snippet = last.at, begins(last.content)
        one.last_sender = cut(last.author, 100)
        one.people = list(dict.fromkeys(message.author for message in messages))[:PEOPLE]
    if one.waiting_since != was_waiting:
        one.told_until = clock.now()  # a limit that has passed by now is old news
    if one.snoozed_at is not None and latest is not None and one.snoozed_at < latest:
        one.snoozed_until = one.snoozed_at = None  # a new message ends it
    plan(one, ground)


def plan(one: Conversation, ground: Ground) -> None:
    """Say when time alone will change something about the conversation."""
    now = clock.now()
    moments = [one.snoozed_until] if one.snoozed_until else []
    for _, at in limits_of(one, ground):
        passed = at <= now and one.snoozed_until is None and is_untold(one, at)
        moments.append(now if passed else at)
    one.look_at = min((moment for moment in moments if moment >= now), default=None)


def limits_of(one: Conversation, ground: Ground) -> list[tuple[timedelta, datetime]]:
    """The limits of a conversation that waits, and when it passes each."""
    if one.waiting_since is None:
        return []
    return [(limit, after(ground.hours, one.waiting_since, limit)) for limit in (ground.watch, ground.risk)]


def is_untold(one: Conversation, at: datetime) -> bool:
    """Whether a limit that it passes then is still to be told."""
    return one.told_until is None or at > one.told_until


def _marks(messages: Sequence[Heard], verdict: Verdict) -> Iterable[Json]:
    """What changes about the messages: which one waits, and which were answered, when and by whom."""
    latest = next((message.id for message in reversed(messages) if _is_from_them(message)), None)
    answer: Heard | None = None
    for message in reversed(messages):
        if not message.inbound and message.automatic is None:
            answer = message
        waits = verdict.needs_reply and message.id == latest
        replied_at = answer.at if answer and message.inbound else None
        replied_by = answer.user_id if answer and message.inbound else None
        said = (message.needs_reply, message.replied_at, message.replied_by)
        if said != (waits, replied_at, replied_by):
            yield {
                "id": message.id,
                "needs_reply": waits,
                "replied_at": replied_at,
                "replied_by": replied_by,
            }


def _is_from_them(message: Heard) -> bool:
    return message.inbound and message.automatic is None


def _promises(one: Conversation, verdict: Verdict) -> Iterable[Json]:
    for promise in verdict.promises:
        if not promise.replaced:
            yield {
                "id": uuid7(),
                "conversation_id": one.id,
                "message_id": promise.turn_id,
                "by": promise.by,
                "owner": cut(promise.owner, 100),
                "user_id": promise.person,
                "quote": cut(promise.quote, 500),
                "due": promise.due,
                "said_at": promise.said_at,
                "is_kept": promise.kept,
            }
