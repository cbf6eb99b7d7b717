"""Where an agency's messages come from, how many there are and since when, and how many would be too old."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Integer, bindparam, cast, func, literal, select
from sqlalchemy import Uuid as UuidType

from audienceos.agency.access import require_admin
from audienceos.clients.queries.columns import person_name
from audienceos.inbox.access import KEEPING, sources_seen
from audienceos.inbox.actions.keeping import tonight
from audienceos.inbox.actions.purging import outdated_count
from audienceos.inbox.models import Communication, Conversation, InboxSource, TriageMessage
from audienceos.inbox.ports import Platform
from audienceos.platform import clock
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Key, Listed, Page, Paged

_ID = bindparam("source_id", type_=UuidType())
Kind = Literal["mailbox", "workspace", "mbox", "slack_export"]


class SourceView(msgspec.Struct, frozen=True):
    """Where messages come from, and what is kept of them."""

    id: UUID
    kind: Kind
    platform: Platform
    name: str
    owner: str | None
    """Whose own mailbox it is; null where it is the agency's."""
    messages: int
    oldest_at: datetime | None
    is_indexed: bool
    keep_days: int | None
    emptied_at: datetime | None
    """When somebody had all its messages deleted; what was written before doesn't come in again."""
    created_at: datetime
    version: int


class Outdated(msgspec.Struct, frozen=True):
    """What would be deleted, if a source kept so many days."""

    messages: int
    deleted_at: datetime
    """The night in which they would go."""


def _sources(sight: Sight, *, one: bool = False) -> Question:
    row = InboxSource
    computed: dict[str, Any] = {
        "owner": person_name(row.user_id).label("owner"),
        "messages": _messages().label("messages"),
        "oldest_at": func.least(_oldest(Communication), _oldest(TriageMessage)).label("oldest_at"),
    }
    columns = [
        computed[name] if name in computed else getattr(row, name) for name in SourceView.__struct_fields__
    ]
    query = sources_seen(sight).with_only_columns(*columns)
    return query.where(row.id == _ID) if one else query


def _messages() -> Any:
    mine = (Conversation.agency_id == AGENCY, Conversation.source_id == InboxSource.id)
    counted = select(cast(func.coalesce(func.sum(Conversation.message_count), literal(0)), Integer))
    return counted.where(*mine).correlate(InboxSource).scalar_subquery()


def _oldest(table: Any) -> Any:
    """When the first message came: the first of each conversation is found by an index."""
    first = select(func.min(table.received_at)).where(
        table.agency_id == AGENCY, table.conversation_id == Conversation.id
    )
    mine = (Conversation.agency_id == AGENCY, Conversation.source_id == InboxSource.id)
    of_each = first.correlate(Conversation).scalar_subquery()
    return select(func.min(of_each)).where(*mine).correlate(InboxSource).scalar_subquery()


SOURCES = Paged("sources", SourceView, _sources, {"name": (Key(InboxSource.name),)}, unique=InboxSource.id)
SOURCE = Read(SourceView, _sources)


async def sources_page(lane: Lane, asked: Listed) -> Page[SourceView]:
    """The agency's sources by name. Raises `Forbidden` for all but admins."""
    require_admin(lane.actor, KEEPING)
    return await SOURCES.page(lane, asked, sort="name")


async def source_view(lane: Lane, source_id: UUID) -> SourceView:
    """One source. Raises `NotFound`, for a stranger's too, and `Forbidden` for all but admins."""
    found = await SOURCE.one(lane, {"source_id": source_id}, one=True)
    if found is None:
        raise NotFound("source")
    require_admin(lane.actor, KEEPING)
    return found


async def outdated_of(lane: Lane, source_id: UUID, days: int) -> Outdated:
    """What would go if the source kept so many days. Raises `NotFound`, and `Forbidden` for all but admins."""
    await source_view(lane, source_id)
    count = await outdated_count(lane.raw, lane.actor.agency_id, source_id, days)
    return Outdated(count, tonight(clock.now()))
