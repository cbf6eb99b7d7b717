"""What a person was told, as their inbox shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import DateTime, Uuid, bindparam, func

from audienceos.notifications.access import notifications_seen, waiting_for, watches_seen
from audienceos.notifications.models import Notification, Watch
from audienceos.notifications.rules import Kind, Urgency
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Key, Listed, Paged

UNREAD_FIRST, NEWEST = "unread", "newest"


class NotificationQuery(Listed, frozen=True, kw_only=True):
    """What the list can be asked."""

    unread: bool = False

    @property
    def form(self) -> frozenset[str]:
        """The shape of the statement."""
        return frozenset({"unread"} if self.unread else ())


class NotificationView(msgspec.Struct, frozen=True):
    """One thing that the reader was told."""

    id: UUID
    kind: Kind
    urgency: Urgency
    words: str
    subject_type: str
    """What it is about: `client`, `ticket`, `task` and so on; `number` is a ticket's."""
    subject_id: UUID | None
    number: int | None
    client_id: UUID | None
    read_at: datetime | None
    created_at: datetime


class Waiting(msgspec.Struct, frozen=True):
    """Something that waits to be mailed to the reader, whose address is `email`."""

    id: UUID
    kind: Kind
    urgency: Urgency
    words: str
    client_id: UUID | None
    client_name: str | None
    """None for a client that the reader sees no more, too."""
    email: str
    created_at: datetime

    @property
    def is_seen(self) -> bool:
        """Whether the reader sees what it is about."""
        return self.client_id is None or self.client_name is not None


class Unread(msgspec.Struct, frozen=True):
    """How many the reader hasn't read."""

    unread: int


def _notifications(sight: Sight, *, form: frozenset[str] = frozenset(), one: bool = False) -> Question:
    columns = (getattr(Notification, name) for name in NotificationView.__struct_fields__)
    query = notifications_seen(sight).with_only_columns(*columns)
    if "unread" in form:
        query = query.where(Notification.read_at.is_(None))
    return query.where(Notification.id == bindparam("id", type_=Uuid())) if one else query


def _unread(sight: Sight) -> Question:
    query = notifications_seen(sight).with_only_columns(func.count().label("unread"))
    return query.where(Notification.read_at.is_(None))


def _waiting(sight: Sight, *, which: Literal["all", "due", "one"]) -> Question:
    query = waiting_for(sight)
    of = {column.key: column for column in query.selected_columns}
    query = query.with_only_columns(*(of[name] for name in Waiting.__struct_fields__))
    if which == "one":
        return query.where(Notification.id == bindparam("id", type_=Uuid()))
    due = Notification.due_at <= bindparam("now", type_=DateTime(timezone=True))
    return query.where(due) if which == "due" else query


_CAME = Key(Notification.created_at, descending=True)
NOTIFICATIONS = Paged(
    "notifications",
    NotificationView,
    _notifications,
    {NEWEST: (_CAME,), UNREAD_FIRST: (Key(Notification.read_at.is_(None), descending=True), _CAME)},
    unique=Notification.id,
)
NOTIFICATION = Read(NotificationView, _notifications)
WAITING = Read(Waiting, _waiting)
UNREAD = Read(Unread, _unread)


class WatchView(msgspec.Struct, frozen=True):
    """A client that the reader watches, or one ticket of it."""

    client_id: UUID
    ticket_id: UUID | None
    created_at: datetime


def _watches(sight: Sight, *, of: str = "") -> Question:
    query = watches_seen(sight).with_only_columns(Watch.client_id, Watch.ticket_id, Watch.created_at)
    if of:
        query = query.where(Watch.client_id == bindparam("client_id", type_=Uuid()))
        ticket = bindparam("ticket_id", type_=Uuid())
        query = query.where(Watch.ticket_id.is_(None) if of == "client" else Watch.ticket_id == ticket)
    return query


WATCHED = Read(WatchView, _watches)
WATCHES = Paged(
    "watches", WatchView, _watches, {"newest": (Key(Watch.created_at, descending=True),)}, unique=Watch.id
)


async def watches(lane: Lane, client_id: UUID, ticket_id: UUID | None) -> bool:
    """Whether the reader watches it (`clients.ports.Watching`)."""
    asked = {"client_id": client_id, "ticket_id": ticket_id}
    return await WATCHED.one(lane, asked, of="client" if ticket_id is None else "ticket") is not None


async def notification_view(lane: Lane, notification_id: UUID) -> NotificationView:
    """One of the reader's own. Raises `NotFound`."""
    found = await NOTIFICATION.one(lane, {"id": notification_id}, one=True)
    if found is None:
        raise NotFound("notification")
    return found


async def unread(lane: Lane) -> int:
    """How many the reader hasn't read."""
    found = await UNREAD.one(lane)
    return found.unread if found else 0
