"""The inbox: a page, and a bell on every page with the latest in a menu."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from audienceos.agency.queries import shell
from audienceos.notifications.actions.reading import mark, mark_all
from audienceos.notifications.events import topic_of
from audienceos.notifications.queries import (
    NOTIFICATIONS,
    UNREAD_FIRST,
    NotificationQuery,
    NotificationView,
    notification_view,
    unread,
)
from audienceos.platform.clock import today_in
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, acting, reading
from audienceos.platform.web.templating import day, page, wants_fragment

Asked = Request[Any, Any, Any]
IN_THE_MENU = 8
TICKET, IMPORT, SETTINGS, TEAM, HERE = "ticket", "import", "settings-notifications", "team", "notifications"
CONVERSATION = "conversation"


class About(Protocol):
    """What tells where a notification leads."""

    @property
    def subject_type(self) -> Any: ...
    @property
    def subject_id(self) -> Any: ...
    @property
    def number(self) -> Any: ...
    @property
    def client_id(self) -> Any: ...


class Nothing(Form):
    """A form of one button."""


class Part(msgspec.Struct, frozen=True):
    """What came on one day, unread or read."""

    words: str
    is_unread: bool
    rows: list[NotificationView]


@get("/{slug:str}/notifications", name=HERE, include_in_schema=False, opt={"query": NotificationQuery})
async def show_inbox(request: Asked) -> Response[str]:
    """All of it, what is unread first; the list alone where a live update asks."""
    asked = filters_from(request, NotificationQuery)
    async with reading(request) as lane:
        found = await NOTIFICATIONS.page(lane, asked, sort=UNREAD_FIRST, form=asked.form)
        context: dict[str, Any] = {
            "parts": parted(found.items, lane.actor.tz),
            "next_cursor": found.next_cursor,
            "asked": asked,
            "unread_count": await unread(lane),
            "topic": topic_of(lane.actor.person),
            "zone": lane.actor.zone,
        }
        if wants_fragment(request):
            return page(request, "notifications/_inbox.html", **context)
        frame = await shell(lane, HERE)
        return page(request, "notifications/inbox.html", **frame | context)


@get("/{slug:str}/notifications/bell", name="notifications-bell", include_in_schema=False)
async def show_bell(request: Asked) -> Response[str]:
    """How many are unread, as the bell shows it."""
    async with reading(request) as lane:
        return page(request, "notifications/_count.html", count=await unread(lane))


@get("/{slug:str}/notifications/recent", name="notifications-recent", include_in_schema=False)
async def show_recent(request: Asked) -> Response[Any]:
    """The latest, as the bell's menu lists them; by itself the page."""
    async with reading(request) as lane:
        if not wants_fragment(request):
            return _to(request, HERE)
        found = await NOTIFICATIONS.page(lane, Listed(limit=IN_THE_MENU), sort=UNREAD_FIRST)
        count, zone = await unread(lane), lane.actor.zone
        return page(request, "notifications/_recent.html", rows=found.items, unread_count=count, zone=zone)


@get("/{slug:str}/notifications/{notification_id:uuid}", name="notification", include_in_schema=False)
async def show_one(request: Asked, notification_id: Id) -> Response[Any]:
    """On to what it is about: where the link of a mail leads."""
    async with reading(request) as lane:
        return _leading(request, await notification_view(lane, notification_id))


@post(
    "/{slug:str}/notifications/{notification_id:uuid}/opening",
    name="notification-opening",
    include_in_schema=False,
)
async def open_one(request: Asked, notification_id: Id) -> Response[Any]:
    """Mark it as read and go on to what it is about."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        row = await mark(db, notification_id, read=True)
    return _leading(request, row)


@post(
    "/{slug:str}/notifications/{notification_id:uuid}/reading",
    name="notification-reading",
    include_in_schema=False,
)
async def read_one(request: Asked, slug: FromPath[str], notification_id: Id) -> Response[Any]:
    """Mark it as read."""
    return await _marked(request, notification_id, read=True)


@post(
    "/{slug:str}/notifications/{notification_id:uuid}/reading/removal",
    name="notification-reading-removal",
    include_in_schema=False,
)
async def unread_one(request: Asked, slug: FromPath[str], notification_id: Id) -> Response[Any]:
    """Mark it as unread."""
    return await _marked(request, notification_id, read=False)


@post("/{slug:str}/notifications/readings", name="notifications-reading", include_in_schema=False)
async def read_all(request: Asked) -> Response[Any]:
    """Mark all as read."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await mark_all(db)
    return _to(request, HERE)


def parted(rows: Iterable[NotificationView], zone: ZoneInfo) -> list[Part]:
    """The rows by whether they are unread and by their day, in the order given."""
    today = today_in(zone)
    parts: list[Part] = []
    for row in rows:
        part = Part(_day(row.created_at.astimezone(zone).date(), today), row.read_at is None, [row])
        if parts and (parts[-1].words, parts[-1].is_unread) == (part.words, part.is_unread):
            parts[-1].rows.append(row)
        else:
            parts.append(part)
    return parts


def _day(when: date, today: date) -> str:
    if when >= today - timedelta(days=1):
        return "Today" if when >= today else "Yesterday"
    return day(when, with_year=when.year != today.year)


async def _marked(request: Asked, notification_id: Id, *, read: bool) -> Response[Any]:
    await from_form(request, Nothing)
    async with acting(request) as db:
        await mark(db, notification_id, read=read)
    return _to(request, HERE)


def _leading(request: Asked, row: About) -> Response[Any]:
    """To the page of what it is about; what has none of its own stands on its client's."""
    if row.subject_type == TICKET and row.number is not None:
        return _to(request, TICKET, number=row.number)
    if row.subject_type == "client_import" and row.subject_id is not None:
        return _to(request, IMPORT, import_id=str(row.subject_id))
    if row.subject_type == CONVERSATION and row.subject_id is not None:
        return _to(request, CONVERSATION, conversation_id=str(row.subject_id))
    if row.client_id is not None:
        return _to(request, "client", client_id=str(row.client_id))
    return _to(request, {"invitation": TEAM, "test": SETTINGS}.get(row.subject_type, HERE))


def _to(request: Asked, name: str, **parts: Any) -> Response[Any]:
    there = name if request.app.get_handler_index_by_name(name) is not None else HERE
    kept = parts if there == name else {}
    slug = request.path_params["slug"]
    to = request.app.route_reverse(there, slug=slug, **kept)
    return Response(None, status_code=303, headers={"Location": to})


HANDLERS = [show_inbox, show_bell, show_recent, show_one, open_one, read_one, unread_one, read_all]
