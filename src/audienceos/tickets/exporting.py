"""The list of tickets as a file: as filtered, as sorted."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request
from litestar.response import Stream

from audienceos.platform.auth.throttle import EXPORTS, take
from audienceos.platform.clock import today_in
from audienceos.platform.events.recording import record
from audienceos.platform.sheets.writing import Cell
from audienceos.platform.web.downloads import AT_ONCE, Part, csv_file, csv_pieces
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.requests import acting, database_of, reading
from audienceos.tickets.queries.listing import TICKETS, SortedTickets, TicketRow, zoned
from audienceos.tickets.rules import WORDS

Asked = Request[Any, Any, Any]

HEADER = (
    "Number", "Title", "Client", "Status", "Priority", "Category", "Assignee", "Due", "Overdue", "Minutes spent",
    "Opened", "Since in status", "Escalated", "Resolved", "Business minutes to resolution", "Times reopened",
)  # fmt: skip


async def exported(request: Asked, asked: SortedTickets) -> Stream:
    """The file, sent as it is read; each part asks anew who reads and what they may see. Its taking is recorded.

    Raises `BadQuery` as a list does, `TooMany` beyond the agreed number an hour.
    """
    async with reading(request) as lane:
        asked, actor = zoned(lane, asked), lane.actor
    async with database_of(request).serving() as db:
        await take(db, EXPORTS, "tickets", str(actor.agency_id), str(actor.user_id))
    async with acting(request) as db:
        await record(db, "ticket_export.made", "ticket_list", None, what="tickets", filters=asked.in_address)
    name = f"tickets-{today_in(actor.tz).isoformat()}.csv"
    return await csv_file(name, _parts(request, asked, actor.tz))


def _parts(request: Asked, asked: SortedTickets, zone: ZoneInfo) -> AsyncGenerator[bytes]:
    async def part(cursor: str | None) -> Part:
        async with reading(request) as lane:
            page = Listed(limit=AT_ONCE, cursor=cursor)
            found = await TICKETS.page(lane, page, sort=asked.sort, binds=asked.binds, form=asked.form)
        return (cells(row, zone) for row in found.items), found.next_cursor

    return csv_pieces(HEADER, part)


def cells(row: TicketRow, zone: ZoneInfo) -> list[Cell]:
    """One ticket's cells, in the order of the header. Moments are told in the agency's zone."""
    return [
        row.number,
        row.title,
        row.client_name,
        WORDS[row.status],
        row.priority,
        row.category,
        row.assignee,
        row.due_date,
        row.is_overdue,
        row.time_spent_minutes,
        _local(row.created_at, zone),
        _local(row.status_since, zone),
        _local(row.escalated_at, zone),
        _local(row.resolved_at, zone),
        row.resolution_minutes,
        row.reopened_count,
    ]


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment and moment.astimezone(zone).replace(microsecond=0)
