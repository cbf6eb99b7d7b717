"""The log as a file: as filtered, the latest first, sent as it is read."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request
from litestar.response import Stream

from audienceos.agency.access import require_admin
from audienceos.agency.auditing import EVENTS, ORDER, EventQuery, EventView, shown
from audienceos.platform.auth.throttle import EXPORTS, take
from audienceos.platform.clock import today_in
from audienceos.platform.db.base import Json
from audienceos.platform.events.recording import record
from audienceos.platform.sheets.writing import Cell
from audienceos.platform.web.downloads import AT_ONCE, Part, csv_file, csv_pieces
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.requests import acting, database_of, reading

Asked = Request[Any, Any, Any]

WHAT = "read the audit log"
HEADER = (
    "Time", "Who", "By", "Action", "Entity type", "Entity", "Entity id", "Client id", "Before", "After", "More", "Request",
)  # fmt: skip


async def exported(request: Asked, asked: EventQuery) -> Stream:
    """The file. Each part asks anew whether the reader is still an admin. That it was taken is recorded.

    Raises `Forbidden` for all but admins, `BadQuery` as a list does, `TooMany` beyond the agreed number an hour.
    """
    async with reading(request) as lane:
        actor = lane.actor
        require_admin(actor, WHAT)
    async with database_of(request).serving() as db:
        await take(db, EXPORTS, "events", str(actor.agency_id), str(actor.user_id))
    async with acting(request) as db:
        await record(db, "export.made", "event_list", None, what="events", filters=asked.in_address)
    name = f"audit-{today_in(actor.tz).isoformat()}.csv"
    return await csv_file(name, _parts(request, asked, actor.tz))


def _parts(request: Asked, asked: EventQuery, zone: ZoneInfo) -> AsyncGenerator[bytes]:
    async def part(cursor: str | None) -> Part:
        async with reading(request) as lane:
            require_admin(lane.actor, WHAT)
            page = Listed(limit=AT_ONCE, cursor=cursor)
            found = await EVENTS.page(lane, page, sort=ORDER, binds=asked.binds(zone), form=asked.form)
        return (_cells(shown(row), zone) for row in found.items), found.next_cursor

    return csv_pieces(HEADER, part)


def _cells(event: EventView, zone: ZoneInfo) -> list[Cell]:
    return [
        event.at.astimezone(zone).replace(microsecond=0),
        event.user_name,
        event.by,
        event.action,
        event.entity_type,
        event.entity_name,
        _id(event.entity_id),
        _id(event.client_id),
        _json(event.before),
        _json(event.after),
        _json(event.data),
        event.request_id,
    ]


def _id(row: object) -> str | None:
    return None if row is None else str(row)


def _json(values: Json | None) -> str | None:
    return msgspec.json.encode(values).decode() if values else None
