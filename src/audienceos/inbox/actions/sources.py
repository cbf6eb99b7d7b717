"""Where messages come from, made at the first message, and how far each was read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from audienceos.inbox.models import InboxSource
from audienceos.inbox.ports import Platform
from audienceos.inbox.words import cut
from audienceos.platform import clock
from audienceos.platform.db.base import Json, uuid7
from audienceos.platform.db.sessions import Db

_MAKE = """
insert into inbox_source (agency_id, kind, external_id, id, platform, name, user_id) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (agency_id, kind, external_id) do nothing"""
SourceKind = Literal["mailbox", "workspace", "mbox", "slack_export"]


async def source_of(
    db: Db, kind: SourceKind, platform: Platform, external_id: str, name: str, user_id: UUID | None = None
) -> InboxSource:
    """The source of that kind and outside name, locked; made where it isn't there yet. `user_id` is whose own it is."""
    named = (db.actor.agency_id, kind, cut(external_id, 200))
    query = (
        select(InboxSource)
        .where(
            InboxSource.agency_id == named[0], InboxSource.kind == kind, InboxSource.external_id == named[2]
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = await db.scalar(query)
    if found is None:  # others may find that too, at this very moment
        await (await db.raw()).execute(_MAKE, *named, uuid7(), platform, cut(name, 100), user_id)
        found = (await db.scalars(query)).one()
    return found


async def place_read(db: Db, source: InboxSource, part: str, place: Json) -> None:
    """Remember how far a part of the source was read, with the messages that were read."""
    source.watermark = (source.watermark or {}) | {part: place}
    await db.flush()


def kept_from(source: InboxSource) -> datetime | None:
    """Since when the source keeps messages, of those that come in now; None for all of them."""
    moments = [source.emptied_at] if source.emptied_at else []
    if source.keep_days is not None:
        moments.append(clock.now() - timedelta(days=source.keep_days))
    return max(moments, default=None)
