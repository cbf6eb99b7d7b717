"""What a person was told is read, or unread again, or all of it read at once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from audienceos.notifications.access import notification_for
from audienceos.notifications.actions.telling import tell_pages
from audienceos.notifications.models import Notification
from audienceos.platform import clock
from audienceos.platform.db.sessions import Db

READ = "notification.read"


async def mark(db: Db, notification_id: UUID, *, read: bool) -> Notification:
    """Mark one as read or unread; as it is so already, nothing changes. Raises `NotFound`."""
    row = await notification_for(db, notification_id)
    if (row.read_at is not None) != read:
        row.read_at = clock.now() if read else None
        await db.flush()
        await tell_pages(db, READ, row.id)
    return row


async def mark_all(db: Db) -> int:
    """Mark all as read that the acting person has not read; gives their number."""
    mine = (Notification.agency_id == db.actor.agency_id, Notification.user_id == db.actor.person)
    statement = update(Notification).where(*mine, Notification.read_at.is_(None)).values(read_at=clock.now())
    done = await db.scalars(statement.returning(Notification.id).execution_options(synchronize_session=False))
    count = len(done.all())
    if count:
        await tell_pages(db, READ, None)
    return count
