"""The messages of a conversation, the newest page first, what was promised in it, and a message's HTML."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, bindparam, case, cast, select
from sqlalchemy import Uuid as UuidType

from audienceos.clients.queries.columns import person_name
from audienceos.inbox.access import conversations_seen
from audienceos.inbox.models import Communication, Conversation, MessageMarkup, Promise, TriageMessage
from audienceos.inbox.ports import Attached, Correspondent
from audienceos.inbox.queries.listing import ID
from audienceos.platform.actor import Sight
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Key, Paged

MESSAGE = bindparam("message_id", type_=UuidType())
NEWEST = "-received_at"


class MessageView(msgspec.Struct, frozen=True):
    """One message, as it is read."""

    id: UUID
    conversation_id: UUID
    platform: Literal["slack", "gmail"]
    message_id: str
    sender_name: str | None
    sender_email: str | None
    user_id: UUID | None
    author: str | None
    """Who of the agency wrote it."""
    author_avatar: str | None
    is_inbound: bool
    subject: str | None
    content: str
    to_people: list[Correspondent]
    cc_people: list[Correspondent]
    attachments: list[Attached]
    automatic: str | None
    needs_reply: bool
    received_at: datetime
    replied_at: datetime | None
    replied_by: UUID | None
    edited_at: datetime | None
    removed_at: datetime | None
    has_markup: bool
    """Whether it came as HTML too."""
    files_at: Literal["mailbox", "gmail"] | None
    """Where the bytes of its files can be fetched from; null where that is nowhere, as for an archive's."""


class PromiseView(msgspec.Struct, frozen=True):
    """Something that somebody said they would do."""

    id: UUID
    message_id: UUID
    by: Literal["us", "them"]
    owner: str
    quote: str
    due: date | None
    said_at: datetime
    is_kept: bool


class Origin(msgspec.Struct, frozen=True):
    """What its platform calls a message, and where it has it."""

    origin: Json


class Markup(msgspec.Struct, frozen=True):
    """A message's HTML, as it came."""

    html: str


def _messages(sight: Sight, *, in_triage: bool, one: bool = False) -> Question:
    """A conversation's messages are all in one table: that of clients', or that of nobody's."""
    table: Any = TriageMessage if in_triage else Communication
    user = Conversation.metadata.tables["user"].alias()
    markup = select(MessageMarkup.id).where(MessageMarkup.agency_id == AGENCY, MessageMarkup.id == table.id)
    face = select(user.c.avatar_url).where(user.c.agency_id == AGENCY, user.c.id == table.user_id)
    computed = {
        "author": person_name(table.user_id).label("author"),
        "author_avatar": face.scalar_subquery().label("author_avatar"),
        "has_markup": cast(markup.exists(), Boolean).label("has_markup"),
        "files_at": _files_at(table).label("files_at"),
    }
    columns = [
        computed[name] if name in computed else getattr(table, name) for name in MessageView.__struct_fields__
    ]
    query = select(*columns).where(table.agency_id == AGENCY, table.conversation_id.in_(_seen(sight)))
    return query.where(table.id == MESSAGE if one else table.conversation_id == ID)


def _files_at(table: Any) -> Any:
    named = ((table.origin["gmail_id"].astext, "gmail"), (table.origin["uid"].astext, "mailbox"))
    return case(*((value.is_not(None), where) for value, where in named))


def _promises(sight: Sight) -> Question:
    columns = [getattr(Promise, name) for name in PromiseView.__struct_fields__]
    return (
        select(*columns)
        .where(
            Promise.agency_id == AGENCY,
            Promise.conversation_id == ID,
            Promise.conversation_id.in_(_seen(sight)),
        )
        .order_by(Promise.is_kept, Promise.due.nulls_last(), Promise.said_at)
    )


def _markup(sight: Sight, *, in_triage: bool) -> Question:
    table: Any = TriageMessage if in_triage else Communication
    mine = select(table.id).where(
        table.agency_id == AGENCY, table.id == MESSAGE, table.conversation_id.in_(_seen(sight))
    )
    return select(MessageMarkup.html).where(MessageMarkup.agency_id == AGENCY, MessageMarkup.id.in_(mine))


def _origin(sight: Sight, *, in_triage: bool) -> Question:
    table: Any = TriageMessage if in_triage else Communication
    mine = (table.agency_id == AGENCY, table.id == MESSAGE, table.conversation_id.in_(_seen(sight)))
    return select(table.origin).where(*mine)


def _seen(sight: Sight) -> Any:
    return conversations_seen(sight).with_only_columns(Conversation.id)


MESSAGES = Paged(
    "messages", MessageView, _messages, {NEWEST: (Key("received_at", descending=True),)}, unique="id"
)
ONE = Read(MessageView, _messages)
PROMISES = Read(PromiseView, _promises)
MARKUP = Read(Markup, _markup)
ORIGIN = Read(Origin, _origin)


async def message_view(lane: Lane, message_id: UUID) -> MessageView:
    """One message. Raises `NotFound`, for a stranger's too."""
    for in_triage in (False, True):
        found = await ONE.one(lane, {"message_id": message_id}, in_triage=in_triage, one=True)
        if found is not None:
            return found
    raise NotFound("message")


async def markup_of(lane: Lane, message_id: UUID) -> str:
    """A message's HTML as it came: never shown before it is cleaned. Raises `NotFound`, also where it has none."""
    for in_triage in (False, True):
        found = await MARKUP.one(lane, {"message_id": message_id}, in_triage=in_triage)
        if found is not None:
            return found.html
    raise NotFound("message")


async def message_origin(lane: Lane, message_id: UUID) -> Json:
    """What its platform calls a message. Raises `NotFound`, for a stranger's too."""
    for in_triage in (False, True):
        found = await ORIGIN.one(lane, {"message_id": message_id}, in_triage=in_triage)
        if found is not None:
            return found.origin
    raise NotFound("message")
