"""`/v1/notifications`: what the caller was told. One's own alone; another's is as if it never was."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, delete, get, post

from audienceos.notifications.actions.delivering import send_test
from audienceos.notifications.actions.reading import mark, mark_all
from audienceos.notifications.queries import (
    NEWEST,
    NOTIFICATIONS,
    NotificationQuery,
    NotificationView,
    Unread,
    notification_view,
    unread,
)
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, lane_of, reading, settings_of

Asked = Request[Any, Any, Any]


class Readings(msgspec.Struct, frozen=True):
    """How many were marked as read."""

    read: int


@get("/v1/notifications", opt={"query": NotificationQuery})
async def list_notifications(request: Asked) -> Page[NotificationView]:
    """What you were told, the newest first; `unread` leaves out what you have read."""
    asked = filters_from(request, NotificationQuery)
    async with reading(request) as lane:
        return await NOTIFICATIONS.page(lane, asked, sort=NEWEST, form=asked.form)


@get("/v1/notifications/{notification_id:uuid}")
async def show_notification(request: Asked, notification_id: Id) -> NotificationView:
    """One thing that you were told."""
    async with reading(request) as lane:
        return await notification_view(lane, notification_id)


@post("/v1/notifications/{notification_id:uuid}/reading")
async def create_reading(db: Transaction, notification_id: Id) -> NotificationView:
    """Mark it as read. Read already, it stays as it is."""
    await mark(db, notification_id, read=True)
    return await notification_view(await lane_of(db), notification_id)


@delete("/v1/notifications/{notification_id:uuid}/reading")
async def remove_reading(db: Transaction, notification_id: Id) -> None:
    """Mark it as unread."""
    await mark(db, notification_id, read=False)


@post("/v1/notification-readings")
async def create_readings(db: Transaction) -> Readings:
    """Mark all as read."""
    return Readings(await mark_all(db))


@get("/v1/notification-counts")
async def show_notification_counts(request: Asked) -> Unread:
    """How many you have not read."""
    async with reading(request) as lane:
        return Unread(await unread(lane))


@post("/v1/test-notifications")
async def create_test(request: Asked, db: Transaction) -> NotificationView:
    """Tell yourself something, in the inbox and by mail, whatever your preferences."""
    made = await send_test(db, settings_of(request).url)
    return await notification_view(await lane_of(db), made)


HANDLERS = [
    create_test,
    list_notifications,
    show_notification,
    create_reading,
    remove_reading,
    create_readings,
    show_notification_counts,
]
