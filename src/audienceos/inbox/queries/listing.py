"""The list of conversations, a page at a time, one of them, and how many wait in each view."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    func,
    select,
    true,
)
from sqlalchemy import Uuid as UuidType
from sqlalchemy.sql.expression import FromClause

from audienceos.clients.access import clients_beside
from audienceos.clients.queries.columns import CLIENT
from audienceos.inbox.access import conversations_beside, conversations_of_clients
from audienceos.inbox.models import Conversation
from audienceos.inbox.models.beside import ConversationSeen
from audienceos.inbox.ports import Platform
from audienceos.inbox.queries.filters import (
    ConversationFilters,
    conditions,
    form_of,
    has_client,
    in_view,
    is_snoozed,
    waits,
)
from audienceos.inbox.waiting import Reason
from audienceos.platform.actor import Sight
from audienceos.platform.db.base import Base
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, PERSON, Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import PAGE, Asking, From, Key, Limit, Page, Paged

Sort = Literal["waiting", "-last_message_at"]
LONGEST_WAITING: Sort = "waiting"
LATEST: Sort = "-last_message_at"
ALL_WAIT, _WAITING_VIEWS = "waiting since", ("needs_reply", "mine", "unassigned")
"""The longest waiting first, of views in which every conversation waits: so the order has no empty values."""
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
    """Whoever sees all is told by an index each: what waits is read once, and only the number of all looks at all."""
    is_mail, theirs, triage = Conversation.platform == "gmail", has_client(), ~has_client()
    counted = {
        "needs_reply": _counted("needs_reply", waits(), theirs),
        "mine": _counted("mine", waits(), Conversation.assignee_id == PERSON),
        "unassigned": _counted("unassigned", waits(), theirs, Conversation.assignee_id.is_(None)),
        "snoozed": _counted("snoozed", is_snoozed()),
        "triage": _counted("triage", triage),
        "all": cast(func.count(), Integer).label("all"),
        "slack": _counted("slack", waits(), theirs, ~is_mail),
        "gmail": _counted("gmail", waits(), theirs, is_mail),
    }
    seen = conversations_beside(clients_beside(sight), sight)
    if sight == "assigned":
        return seen.with_only_columns(*counted.values())
    waiting = seen.where(Conversation.needs_reply).with_only_columns(
        *(counted[name] for name in ("needs_reply", "mine", "unassigned", "slack", "gmail"))
    )
    nobodys = seen.where(triage).with_only_columns(counted["triage"]).subquery("nobodys")
    snoozed = _number(seen.where(*in_view("snoozed"))).label("snoozed")
    everything = nobodys.c.triage + _number(conversations_of_clients(clients_beside(sight)))
    computed = {"snoozed": snoozed, "triage": nobodys.c.triage, "all": everything.label("all")}
    found = waiting.subquery("waiting")
    names = ConversationCount.__struct_fields__
    columns = (computed[name] if name in computed else found.c[name] for name in names)
    return select(*columns).select_from(found.join(nobodys, true()))


def _number(query: Question) -> ColumnElement[int]:
    return query.with_only_columns(cast(func.count(), Integer)).scalar_subquery()


def _counted(name: str, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.count().filter(and_(*conditions)), Integer).label(name)


def _waiting(sight: Sight) -> Question:
    query = conversations_of_clients(clients_beside(sight)).where(waits())
    return query.with_only_columns(cast(func.count(), Integer).label("count"))


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
        ALL_WAIT: (Key(Conversation.waiting_since),),
        LATEST: (Key(Conversation.last_message_at, descending=True),),
    },
    unique=Conversation.id,
)
COUNTS = Read(ConversationCount, _counts)
WAITING = Read(Count, _waiting)
WAITING_OF = Read(Count, _waiting_of)


async def conversations_page(
    lane: Lane, asked: ConversationFilters, listed: Asking, sort: Sort
) -> Page[ConversationRow]:
    """A page of those that match, in that order. Raises `BadQuery` for a cursor of another list."""
    order = ALL_WAIT if sort == LONGEST_WAITING and asked.view in _WAITING_VIEWS else sort
    form = await form_of(lane, asked)
    return await CONVERSATIONS.page(lane, listed, sort=order, binds=asked.binds, form=form)


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
