"""Everything that is kept about one client, for the client: a right of whoever's data it is.

Each table with a `client_id` is in it, also of clients that were merged into this one; rooms above add theirs by
`ports.ClientExport`. A test reads the catalogue to see that none is left out.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Literal
from uuid import UUID

import msgspec

from audienceos.agency.access import require_admin
from audienceos.clients.ports import client_exports
from audienceos.clients.queries.one import check_client
from audienceos.platform import clock
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import NotFound
from audienceos.platform.sheets.writing import Cell, csv_lines

Format = Literal["json", "csv", "zip"]
MEDIA: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
}

OWN = (
    "client_assignment",
    "client_change_row",
    "client_contact",
    "client_external_id",
    "client_import_row",
    "client_note",
    "client_signal",
    "event",
    "stage_checklist",
    "stage_event",
    "task",
)
"""Tables with a client's id, of this room and of those below."""

_ABOUT = "select id from client where agency_id = $1 and (id = $2 or merged_into = $2)"
_INNER = "'{agency_id,seq,xid,name_key,email_key}'::text[]"  # ours alone: they say nothing about anybody
_PARTS = [
    f"select 1 as place, 'client' as kind, c.id, (to_jsonb(c) - {_INNER})::text as row from client c "  # noqa: S608  names are this module's
    f"where c.agency_id = $1 and c.id in ({_ABOUT})",
    *(
        f"select 2, '{table}', t.id, (to_jsonb(t) - {_INNER})::text from {table} t "  # noqa: S608  as above
        f"where t.agency_id = $1 and t.client_id in ({_ABOUT})"
        for table in OWN
    ),
    "select 3, 'custom_field', f.id, json_build_object('id', f.id, 'name', f.name, 'kind', f.kind)::text "
    "from custom_field f where f.agency_id = $1",
    "select 3, 'colleague', u.id, json_build_object('id', u.id, 'name', concat_ws(' ', u.first_name, u.last_name))::text "
    'from "user" u where u.agency_id = $1',
]
_ALL = " union all ".join(_PARTS) + " order by place, kind, id"
_THERE = "select name from client where agency_id = $1 and id = $2"


class ClientCopy(msgspec.Struct, frozen=True):
    """All of it: by table, each row as it is stored."""

    id: UUID
    name: str
    made_at: str
    tables: dict[str, list[Json]]


async def check_copy(lane: Lane, client_id: UUID) -> None:
    """Raise `NotFound` or `Forbidden` unless the reader may take out everything about the client: admins may."""
    if not lane.actor.is_admin:
        await check_client(lane, client_id)  # who doesn't see it isn't told that it is there
    require_admin(lane.actor, "take out everything that is kept of a client")


async def copy_of(lane: Lane, client_id: UUID) -> ClientCopy:
    """Everything about a client, deleted ones too, as the agency's machinery reads it: what colleagues were told of it
    is theirs, and no admin's to read elsewhere. The caller has asked `check_copy`. Raises `NotFound`.
    """
    agency_id = lane.actor.agency_id
    name = await lane.raw.fetchval(_THERE, agency_id, client_id)
    if name is None:
        raise NotFound("client")
    tables: dict[str, list[Json]] = {"client": [], **{table: [] for table in OWN}}
    for _, kind, _, text in await lane.raw.fetch(_ALL, agency_id, client_id):
        tables.setdefault(kind, []).append(msgspec.json.decode(text))
    for export in client_exports():
        tables |= await export(lane, client_id)
    return ClientCopy(client_id, name, clock.now().isoformat(), _with_names(tables))


def encoded(copy: ClientCopy, how: Format) -> bytes:
    """The copy as a file: JSON as it is, one CSV of (table, id, field, value), or a zip with a CSV for each table."""
    if how == "json":
        return msgspec.json.format(msgspec.json.encode(copy), indent=2)
    if how == "csv":
        return b"".join(csv_lines(("table", "id", "field", "value"), _long(copy)))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for table, rows in copy.tables.items():
            fields = list(dict.fromkeys(field for row in rows for field in row))
            cells = ([_cell(row.get(field)) for field in fields] for row in rows)
            packed.writestr(f"{table}.csv", b"".join(csv_lines(fields, cells)) if rows else b"")
    return held.getvalue()


def accepted(accept: str) -> Format:
    """What an Accept header asks for: the first of the kinds that there are, JSON where it names none."""
    for part in accept.split(","):
        kind = part.partition(";")[0].strip().lower()
        for how, media in MEDIA.items():
            if kind == media.partition(";")[0]:
                return how
    return "json"


def _long(copy: ClientCopy) -> Iterator[list[Cell]]:
    for table, rows in copy.tables.items():
        for row in rows:
            for field, value in row.items():
                yield [table, str(row.get("id", "")), field, _cell(value)]


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    return msgspec.json.encode(value).decode()


def _with_names(tables: dict[str, list[Json]]) -> dict[str, list[Json]]:
    """Colleagues and own fields are told as far as something here names them, by their names alone."""
    rest = {name: rows for name, rows in tables.items() if name not in ("colleague", "custom_field")}
    named = msgspec.json.encode(rest).decode()
    told = {
        name: [row for row in tables.get(name, []) if row["id"] in named]
        for name in ("colleague", "custom_field")
    }
    return rest | told
