"""The list of conversations, a page at a time, one of them, and how many wait in each view."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, ColumnElement, Integer, Subquery, and_, bindparam, case, cast, func, select
from sqlalchemy import Uuid as UuidType
from sqlalchemy.sql.expression import FromClause

from audienceos.clients.access import clients_beside
from audienceos.clients.queries.columns import CLIENT
from audienceos.inbox.access import conversations_beside
from audienceos.inbox.models import Conversation
from audienceos.inbox.models.beside import ConversationSeen
from audienceos.inbox.ports import Platform
from audienceos.inbox.queries.filters import ConversationFilters, conditions, in_view, is_snoozed, waits
from audienceos.inbox.waiting import Reason
from audienceos.platform.actor import Sight
from audienceos.platform.db.base import Base
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, PERSON, Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import PAGE, From, Key, Limit, Paged

Sort = Literal["waiting", "-last_message_at"]
LONGEST_WAITING: Sort = "waiting"
LATEST: Sort = "-last_message_at"
ID = bindparam("conversation_id", type_=UuidType())


class ConversationRow(msgspec.Struct, frozen=True):
    """A conversation in a list."""

    id: UUID
    client_id: UUID | None
    client_name: str | None
    client_health: Literal["green", "yellow", "red"] | None
    platform: Platform
    place_name: str | None
    subject: str | None
    snippet: str
    last_sender: str
    people: list[str]
    message_count: int
    last_message_at: datetime
    needs_reply: bool
    waiting_since: datetime | None
    is_snoozed: bool
    snoozed_until: datetime | None
    assignee_id: UUID | None
    assignee: str | None
    assignee_avatar: str | None
    is_unread: bool
    version: int


class ConversationView(ConversationRow, frozen=True):
    """All of a conversation but its messages."""

    source_id: UUID
    last_inbound_at: datetime | None
    reasons: list[Reason]
    said: Literal["needs_reply", "no_reply"] | None
    said_by: UUID | None
    said_at: datetime | None
    seen_at: datetime | None
    created_at: datetime


class ConversationQuery(ConversationFilters, frozen=True, kw_only=True):
    """What a list of conversations can be asked: filters, order, page."""

    sort: Sort = LONGEST_WAITING
    limit: Limit = PAGE
    cursor: From | None = None


class ConversationCount(msgspec.Struct, frozen=True):
    """How many conversations each view holds, of those that the reader may see."""

    needs_reply: int
    mine: int
    unassigned: int
    snoozed: int
    triage: int
    all: int
    slack: int
    """Of those that need a reply."""
    gmail: int


class Count(msgspec.Struct, frozen=True):
    """How many there are."""

    count: int


def _columns(
    shape: type[msgspec.Struct], client: Subquery, person: FromClause, seen: FromClause
) -> list[ColumnElement[Any]]:
    name = func.concat_ws(" ", person.c.first_name, person.c.last_name)
    unread = func.coalesce(
        Conversation.last_inbound_at > seen.c.seen_at, Conversation.last_inbound_at.is_not(None)
    )
    computed: dict[str, ColumnElement[Any]] = {
        "client_name": client.c.name.label("client_name"),
        "client_health": client.c.health_status.label("client_health"),
        "assignee": case((person.c.id.is_not(None), name)).label("assignee"),
        "assignee_avatar": person.c.avatar_url.label("assignee_avatar"),
        "is_snoozed": cast(is_snoozed(), Boolean).label("is_snoozed"),
        "is_unread": cast(unread, Boolean).label("is_unread"),
        "seen_at": seen.c.seen_at.label("seen_at"),
        **{name: _while_it_holds(name) for name in ("said", "said_by", "said_at")},
    }
    fields = shape.__struct_fields__
    return [computed[name] if name in computed else getattr(Conversation, name).expression for name in fields]


def _while_it_holds(name: str) -> ColumnElement[Any]:
    """What a person decided, until somebody outside writes again."""
    holds = Conversation.said_at >= func.coalesce(Conversation.last_inbound_at, Conversation.said_at)
    return case((holds, getattr(Conversation, name))).label(name)


def _asked(sight: Sight, shape: type[msgspec.Struct], *conditions: ColumnElement[bool]) -> Question:
    client = clients_beside(sight)
    person = Base.metadata.tables["user"].alias("assignee")
    seen = Base.metadata.tables[ConversationSeen.__tablename__].alias("seen")
    mine = (
        (seen.c.agency_id == AGENCY)
        & (seen.c.user_id == PERSON)
        & (seen.c.conversation_id == Conversation.id)
    )
    theirs = (person.c.agency_id == AGENCY) & (person.c.id == Conversation.assignee_id)
    return (
        conversations_beside(client, sight)
        .outerjoin(person, theirs)
        .outerjoin(seen, mine)
        .where(*conditions)
        .with_only_columns(*_columns(shape, client, person, seen))
    )


def _rows(sight: Sight, *, form: frozenset[str]) -> Question:
    return _asked(sight, ConversationRow, *conditions(form, sight))


def _one(sight: Sight) -> Question:
    return _asked(sight, ConversationView, Conversation.id == ID)


def _counts(sight: Sight) -> Question:
    def of(view: str) -> ColumnElement[int]:
        return _counted(view, *in_view(view))

    is_mail = Conversation.platform == "gmail"
    needs = in_view("needs_reply")
    return conversations_beside(clients_beside(sight), sight).with_only_columns(
        *(of(view) for view in ("needs_reply", "mine", "unassigned", "snoozed", "triage")),
        cast(func.count(), Integer).label("all"),
        _counted("slack", *needs, ~is_mail),
        _counted("gmail", *needs, is_mail),
    )


def _counted(name: str, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.count().filter(and_(*conditions)), Integer).label(name)


def _waiting(sight: Sight) -> Question:
    query = conversations_beside(clients_beside(sight), sight).where(*in_view("needs_reply"))
    return select(cast(func.count(), Integer).label("count")).select_from(
        query.with_only_columns(Conversation.id).subquery()
    )


def _waiting_of(sight: Sight) -> Question:
    query = conversations_beside(clients_beside(sight), sight).where(
        Conversation.client_id == CLIENT, waits()
    )
    return query.with_only_columns(cast(func.count(), Integer).label("count"))


CONVERSATION = Read(ConversationView, _one)
CONVERSATIONS = Paged(
    "conversations",
    ConversationRow,
    _rows,
    {
        LONGEST_WAITING: (Key(Conversation.waiting_since, nullable=True),),
        LATEST: (Key(Conversation.last_message_at, descending=True),),
    },
    unique=Conversation.id,
)
COUNTS = Read(ConversationCount, _counts)
WAITING = Read(Count, _waiting)
WAITING_OF = Read(Count, _waiting_of)


async def conversation_view(lane: Lane, conversation_id: UUID) -> ConversationView:
    """One conversation. Raises `NotFound`, for a stranger's too."""
    found = await CONVERSATION.one(lane, {"conversation_id": conversation_id})
    if found is None:
        raise NotFound("conversation")
    return found


async def waiting_conversations(lane: Lane) -> int:
    """How many wait for a reply, for the sidebar."""
    return (await WAITING.all(lane))[0].count


async def waiting_of(lane: Lane, client_id: UUID) -> int | None:
    """How many of the client's wait; None instead of 0."""
    return (await WAITING_OF.all(lane, {"client_id": client_id}))[0].count or None
