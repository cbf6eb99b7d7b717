"""What colleagues said beside a conversation, in the order in which they said it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import DateTime, bindparam, func, select

from audienceos.clients.queries.columns import ROW, person_name
from audienceos.inbox.access import comments_seen
from audienceos.inbox.models import Communication, InboxSource, TriageMessage
from audienceos.inbox.models.comments import ConversationComment
from audienceos.inbox.queries.listing import ID, ConversationView
from audienceos.inbox.queries.messages import MessageView
from audienceos.platform.actor import Sight
from audienceos.platform.db.base import Base
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Key, Paged

DRAWN_AT_MOST = 200
_SINCE = bindparam("since", type_=DateTime(timezone=True))
_NEWEST = bindparam("newest", type_=DateTime(timezone=True))


class CommentView(msgspec.Struct, frozen=True):
    """What a colleague said to colleagues. No client ever sees it."""

    id: UUID
    conversation_id: UUID
    content: str
    added_by: UUID
    author: str
    author_avatar: str | None
    created_at: datetime
    edited_at: datetime | None
    version: int


class _Whose(msgspec.Struct, frozen=True):
    user_id: UUID | None


def _comments(sight: Sight, *, one: bool = False) -> Question:
    row, user = ConversationComment, Base.metadata.tables["user"].alias()
    face = select(user.c.avatar_url).where(user.c.agency_id == AGENCY, user.c.id == row.added_by)
    computed = {
        "author": person_name(row.added_by).label("author"),
        "author_avatar": face.scalar_subquery().label("author_avatar"),
    }
    columns = [
        computed[name] if name in computed else getattr(row, name) for name in CommentView.__struct_fields__
    ]
    query = comments_seen(sight).with_only_columns(*columns).where(row.conversation_id == ID)
    return query.where(row.id == ROW) if one else query


def _among(sight: Sight, *, in_triage: bool, since: bool, until: bool) -> Question:
    """Those that belong among some of the conversation's messages: up to the message after them."""
    query, row = _comments(sight), ConversationComment
    if since:
        query = query.where(row.created_at >= _SINCE)
    if until:
        table: Any = TriageMessage if in_triage else Communication
        of_it = (table.agency_id == AGENCY, table.conversation_id == ID, table.received_at > _NEWEST)
        following = select(func.min(table.received_at)).where(*of_it).scalar_subquery()
        query = query.where(row.created_at < func.coalesce(following, func.now()))
    return query.order_by(row.created_at.desc(), row.id.desc()).limit(DRAWN_AT_MOST)


def _whose(sight: Sight) -> Question:
    mine = (InboxSource.agency_id == AGENCY, InboxSource.id == ROW)
    return select(InboxSource.user_id).where(*mine)


COMMENTS = Paged(
    "conversation comments",
    CommentView,
    _comments,
    {"oldest": (Key(ConversationComment.created_at),)},
    unique=ConversationComment.id,
)
COMMENT = Read(CommentView, _comments)
AMONG = Read(CommentView, _among)
_WHOSE = Read(_Whose, _whose)


async def comment_view(lane: Lane, conversation_id: UUID, comment_id: UUID) -> CommentView:
    """One comment. Raises `NotFound`."""
    found = await COMMENT.one(lane, {"conversation_id": conversation_id, "row_id": comment_id}, one=True)
    if found is None:
        raise NotFound("comment")
    return found


async def comments_among(
    lane: Lane, one: ConversationView, newest_first: Sequence[MessageView], *, to_begin: bool, to_end: bool
) -> list[CommentView]:
    """The comments that stand among these messages: with those before the first of them where they reach `to_begin`,
    with all after the last where they reach `to_end`."""
    since, until = not to_begin and bool(newest_first), not to_end and bool(newest_first)
    binds = {
        "conversation_id": one.id,
        "since": newest_first[-1].received_at if since else None,
        "newest": newest_first[0].received_at if until else None,
    }
    return await AMONG.all(lane, binds, in_triage=one.client_id is None, since=since, until=until)


async def is_somebodys_own(lane: Lane, source_id: UUID) -> bool:
    """Whether it came to a person's own mailbox."""
    found = await _WHOSE.one(lane, {"row_id": source_id})
    return found is not None and found.user_id is not None
