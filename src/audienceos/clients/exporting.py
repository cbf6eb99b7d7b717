"""The list of clients as a file: as filtered, as sorted, with the agency's own fields."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request
from litestar.response import Stream

from audienceos.agency.queries import here
from audienceos.clients.queries.asked import understood
from audienceos.clients.queries.export import EXPORT, ExportRow
from audienceos.clients.queries.fields import FIELDS, FieldView
from audienceos.clients.queries.listing import Column, Sorted
from audienceos.platform.auth.throttle import EXPORTS, take
from audienceos.platform.clock import today_in
from audienceos.platform.events.recording import record
from audienceos.platform.sheets.writing import Cell
from audienceos.platform.web.downloads import AT_ONCE, Part, csv_file, csv_pieces
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.requests import acting, database_of, reading

Asked = Request[Any, Any, Any]

HEADER = (
    "Id", "Name", "Stage", "In stage since", "Days in stage", "Health", "Owner", "Contact name", "Contact e-mail",
    "Domain", "Tags", "Install date", "Lifetime value", "Total spend", "Last activity", "Notes", "Archived", "Created",
)  # fmt: skip

OF_COLUMN: dict[Column, str] = {
    "health": "Health",
    "stage": "Stage",
    "days_in_stage": "Days in stage",
    "owner": "Owner",
    "contact": "Contact name",
    "contact_email": "Contact e-mail",
    "domain": "Domain",
    "install_date": "Install date",
    "lifetime_value": "Lifetime value",
    "total_spend": "Total spend",
    "tags": "Tags",
    "latest_note": "Latest note",
    "last_activity_at": "Last activity",
    "created_at": "Created",
    "open_tickets": "Open tickets",
}
"""What the file calls a column of the list."""


async def exported(request: Asked, asked: Sorted, columns: Sequence[Column] = ()) -> Stream:
    """The file, sent as it is read: name and these columns, or without any all that there is of each client.
    Each part asks anew who reads and what they may see.

    Raises `BadQuery` as a list does, `TooMany` beyond the agreed number an hour. That it was taken is recorded.
    """
    async with reading(request) as lane:
        at = await here(lane)
        asked = await understood(lane, asked, at)
        fields = await FIELDS.all(lane)
        actor = lane.actor
    async with database_of(request).serving() as db:
        await take(db, EXPORTS, str(actor.agency_id), str(actor.user_id))
    async with acting(request) as db:
        await record(db, "export.made", "client_list", None, what="clients", filters=asked.in_address)
    name = f"clients-{today_in(ZoneInfo(at.timezone)).isoformat()}.csv"
    return await csv_file(
        name, parts(request, asked, [] if columns else fields, ZoneInfo(at.timezone), columns)
    )


def parts(
    request: Asked,
    asked: Sorted,
    fields: list[FieldView],
    zone: ZoneInfo,
    columns: Sequence[Column] = (),
) -> AsyncGenerator[bytes]:
    """The file's bytes. Raises `Unauthenticated` or `NotFound` in the middle for somebody who was sent away meanwhile."""

    async def part(cursor: str | None) -> Part:
        async with reading(request) as lane:
            found = await EXPORT.page(
                lane,
                Listed(limit=AT_ONCE, cursor=cursor),
                sort=asked.sort,
                binds=asked.binds,
                form=asked.form,
                noted="latest_note" in columns,
            )
        told = (
            shown_cells(row, columns, zone) if columns else cells(row, fields, zone) for row in found.items
        )
        return told, found.next_cursor

    return csv_pieces(shown_header(columns) if columns else header_of(fields), part)


def header_of(fields: list[FieldView]) -> list[str]:
    """The columns' names, each once: an importer refuses two of the same name."""
    names: list[str] = list(HEADER)
    taken = {name.casefold() for name in names}
    for field in fields:
        name, number = field.name, 2
        while name.casefold() in taken:
            name, number = f"{field.name} ({number})", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def shown_header(columns: Sequence[Column]) -> list[str]:
    """Names of the columns that are shown, each once, the client's name first."""
    return ["Name", *dict.fromkeys(OF_COLUMN[column] for column in columns)]


def shown_cells(row: ExportRow, columns: Sequence[Column], zone: ZoneInfo) -> list[Cell]:
    """One client's cells in the columns that are shown."""
    whole = dict(zip(HEADER, cells(row, [], zone), strict=True)) | {
        "Latest note": row.latest_note,
        "Open tickets": row.open_tickets,
    }
    return [whole[name] for name in shown_header(columns)]


def cells(row: ExportRow, fields: list[FieldView], zone: ZoneInfo) -> list[Cell]:
    """One client's cells, in the order of the header. Moments are told in the agency's zone."""
    owner = f"{row.owner_name} <{row.owner_email}>" if row.owner_email else None
    own = [_own(field, row.custom.get(str(field.id))) for field in fields]
    return [
        str(row.id),
        row.name,
        row.stage,
        _local(row.stage_entered_at, zone),
        row.days_in_stage,
        row.health_status,
        owner,
        row.contact_name,
        row.contact_email,
        row.domain,
        "; ".join(row.tags),
        row.install_date,
        row.lifetime_value,
        row.total_spend,
        _local(row.last_activity_at, zone),
        row.notes,
        not row.is_active,
        _local(row.created_at, zone),
        *own,
    ]


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(microsecond=0)


def _own(field: FieldView, value: str | None) -> Cell:
    if value is None:
        return None
    if field.kind == "number":
        return Decimal(value)
    return date.fromisoformat(value) if field.kind == "date" else value
