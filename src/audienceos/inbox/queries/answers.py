"""Answers as screens show them: one's draft, what was sent of a conversation, and through what one may answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Integer, bindparam, case, cast, func, select
from sqlalchemy import Uuid as UuidType

from audienceos.clients.queries.columns import person_name
from audienceos.inbox.access import conversations_seen
from audienceos.inbox.answering.door import Hit
from audienceos.inbox.answering.forms import Status, VariableIn, Written
from audienceos.inbox.answering.parents import Recipients, answered_in, usual_recipients
from audienceos.inbox.answering.preparing import prepared
from audienceos.inbox.answering.talks import talk_of
from audienceos.inbox.answering.ways import Way, Ways, ways
from audienceos.inbox.models import Conversation
from audienceos.inbox.models.answers import Draft, Outgoing
from audienceos.inbox.ports import Correspondent, CourierKind
from audienceos.inbox.queries.listing import ID
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, PERSON, Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Key, Paged

ANSWER = bindparam("answer_id", type_=UuidType())
NEWEST = "-created_at"
STOPPED = "It holds what belongs to another client; its author decides."


class DraftView(msgspec.Struct, frozen=True):
    """What the reader is writing into a conversation."""

    conversation_id: UUID
    text: str
    to_people: list[Correspondent]
    cc_people: list[Correspondent]
    message_id: UUID | None
    is_to_all: bool
    has_quotes: bool
    account_kind: CourierKind | None
    account_id: UUID | None
    variables: list[VariableIn]
    set_aside: str | None
    """What a save from another window replaced, until its author says that they have seen it."""
    updated_at: datetime
    version: int


class AnswerView(msgspec.Struct, frozen=True):
    """An answer that somebody had sent, and what became of it."""

    id: UUID
    conversation_id: UUID
    client_id: UUID
    author_id: UUID
    author: str | None
    status: Status
    text: str
    to_people: list[Correspondent]
    cc_people: list[Correspondent]
    has_quotes: bool
    is_to_all: bool
    parent_id: UUID | None
    account_kind: CourierKind
    account_id: UUID
    account_address: str
    leaves_at: datetime
    """While it waits: when it leaves, or is tried again."""
    is_scheduled: bool
    attempts: int
    reason_code: str | None
    reason: str | None
    """Why it isn't sent, or why the last try failed."""
    overridden: int
    """How much of what the firewall said its author overrode."""
    sent_at: datetime | None
    stored_id: UUID | None
    """The message that it became."""
    created_at: datetime


class Check(msgspec.Struct, frozen=True):
    """What sending would do: through what, to whom, and what the firewall says."""

    way: Way
    to: Sequence[Correspondent]
    cc: Sequence[Correspondent]
    stops: Sequence[Hit]
    """What stops must be overridden with a reason or taken out; what warns must be confirmed."""


def _drafts(sight: Sight) -> Question:
    columns = [getattr(Draft, name) for name in DraftView.__struct_fields__]
    seen = conversations_seen(sight).with_only_columns(Conversation.id)
    return select(*columns).where(
        Draft.agency_id == AGENCY,
        Draft.user_id == PERSON,
        Draft.conversation_id == ID,
        Draft.conversation_id.in_(seen),
    )


def _answers(sight: Sight, *, one: bool = False) -> Question:
    row: Any = Outgoing
    computed = {
        "author": person_name(row.author_id).label("author"),
        # What stopped it may name a client whom its author may know of and the reader not.
        "reason": case(
            ((row.reason_code == "stopped") & (row.author_id != PERSON), STOPPED), else_=row.reason
        ).label("reason"),
        "overridden": cast(func.jsonb_array_length(row.overrides), Integer).label("overridden"),
    }
    columns = [
        computed[name] if name in computed else getattr(row, name) for name in AnswerView.__struct_fields__
    ]
    seen = conversations_seen(sight).with_only_columns(Conversation.id)
    query = select(*columns).where(row.agency_id == AGENCY, row.conversation_id.in_(seen))
    return query.where(row.id == ANSWER if one else row.conversation_id == ID)


DRAFTS = Read(DraftView, _drafts)
ANSWERS = Paged(
    "answers",
    AnswerView,
    _answers,
    {NEWEST: (Key(Outgoing.created_at, descending=True),)},
    unique=Outgoing.id,
)
ONE = Read(AnswerView, _answers)


async def draft_of(lane: Lane, conversation_id: UUID) -> DraftView | None:
    """What the reader is writing there; None where there is nothing, or no such conversation for them."""
    return await DRAFTS.one(lane, {"conversation_id": conversation_id})


async def outgoing_of(lane: Lane, conversation_id: UUID) -> list[AnswerView]:
    """Every answer of the conversation that was sent from here or is to be, the newest first."""
    found = await ONE.all(lane, {"conversation_id": conversation_id})
    return sorted(found, key=lambda answer: (answer.created_at, answer.id), reverse=True)


async def answer_view(lane: Lane, answer_id: UUID) -> AnswerView:
    """One answer. Raises `NotFound`, for one of a conversation that the reader doesn't see too."""
    found = await ONE.one(lane, {"answer_id": answer_id}, one=True)
    if found is None:
        raise NotFound("answer")
    return found


async def ways_of(lane: Lane, conversation_id: UUID) -> Ways:
    """Through what the reader may answer, or why they may not. Raises `NotFound`."""
    return await ways(lane, await talk_of(lane, conversation_id))


async def recipients_of(
    lane: Lane, conversation_id: UUID, message_id: UUID | None = None, *, to_all: bool = False
) -> Recipients:
    """To whom an answer goes unless its author says otherwise; nobody by name in a channel. Raises `NotFound`, `Invalid`
    for a message of another conversation, `Conflict` where nothing is left to answer.
    """
    one = await talk_of(lane, conversation_id)
    answered = await answered_in(lane, one, message_id)
    if one.platform != "gmail":
        return Recipients()
    return await usual_recipients(lane, answered, to_all=to_all)


async def check_of(lane: Lane, conversation_id: UUID, data: Written) -> Check:
    """What an author is told before they send. Raises what `prepared` raises."""
    ready = await prepared(lane, conversation_id, data)
    return Check(ready.way, ready.to, ready.cc, [hit.shown for hit in ready.hits])
