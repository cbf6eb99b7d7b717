"""What the pages and nouns of an import ask."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from audienceos.agency.access import require_admin
from audienceos.agency.queries import PEOPLE, Person, here
from audienceos.clients.importing.correcting import Ground, faults_of, owner_values
from audienceos.clients.importing.forms import (
    ColumnView,
    ImportSummary,
    ImportView,
    OwnerView,
    RowView,
)
from audienceos.clients.importing.kept import IMPORT_ID, ImportRecord, Options, Outcome, Status, record_of
from audienceos.clients.importing.models import ClientImport, ClientImportRow
from audienceos.clients.importing.rules import own_fields, people_of
from audienceos.clients.importing.shapes import CUSTOM, ColumnChoice, Mapping
from audienceos.clients.importing.values import parse_owner
from audienceos.clients.queries.columns import person_name
from audienceos.clients.queries.fields import FIELDS
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question
from audienceos.platform.web.paging import Key, Listed, Page, Paged


class ImportQuery(Listed, frozen=True, kw_only=True):
    """What a list of imports can be asked, the latest first."""

    status: list[Status] = []


class RowQuery(Listed, frozen=True, kw_only=True):
    """What a list of an import's rows can be asked, in the file's order."""

    outcome: list[Outcome] = []


def _imports(sight: Sight, *, form: Literal["all", "some"]) -> Question:
    row = ClientImport
    columns = [
        person_name(row.created_by).label("created_by_name")
        if name == "created_by_name"
        else getattr(row, name)
        for name in ImportSummary.__struct_fields__
    ]
    query = select(*columns).where(row.agency_id == AGENCY)
    return query if form == "all" else query.where(row.status == any_(_texts("status")))


def _rows(sight: Sight, *, form: Literal["all", "some"]) -> Question:
    row = ClientImportRow
    columns = [getattr(row, name) for name in RowView.__struct_fields__]
    query = select(*columns).where(row.agency_id == AGENCY, row.import_id == IMPORT_ID)
    return query if form == "all" else query.where(row.outcome == any_(_texts("outcome")))


def _texts(name: str) -> Any:
    return bindparam(name, type_=ARRAY(Text()))


IMPORTS = Paged(
    "imports",
    ImportSummary,
    _imports,
    {"-created_at": (Key(ClientImport.created_at, descending=True),)},
    unique=ClientImport.id,
)
ROWS = Paged("import rows", RowView, _rows, {"line": (Key(ClientImportRow.line),)}, unique=ClientImportRow.id)


async def imports_page(lane: Lane, asked: ImportQuery) -> Page[ImportSummary]:
    """The agency's imports. Raises `Forbidden` for all but admins."""
    require_admin(lane.actor, "import clients")
    form = "some" if asked.status else "all"
    return await IMPORTS.page(
        lane, asked, sort="-created_at", binds={"status": list(asked.status)}, form=form
    )


async def rows_page(lane: Lane, import_id: UUID, asked: RowQuery) -> Page[RowView]:
    """What became of an import's rows. Raises `NotFound`, and `Forbidden` for all but admins."""
    await record_of(lane, import_id)
    binds = {"import_id": import_id, "outcome": list(asked.outcome)}
    form = "some" if asked.outcome else "all"
    return await ROWS.page(lane, asked, sort="line", binds=binds, form=form)


async def ground_of(lane: Lane) -> Ground:
    """What a mapping is judged by."""
    people = frozenset(person.id for person in await PEOPLE.all(lane) if person.is_active)
    return Ground((await here(lane)).pipeline, await FIELDS.all(lane), people)


async def import_view(lane: Lane, import_id: UUID) -> ImportView:
    """One import with its mapping as it stands. Raises `NotFound`, and `Forbidden` for all but admins."""
    record = await record_of(lane, import_id)
    return view_of(record, record.mapping, record.options, await ground_of(lane), await PEOPLE.all(lane))


def view_of(
    record: ImportRecord, mapping: Mapping, options: Options, ground: Ground, people: list[Person]
) -> ImportView:
    """An import as it would look with this mapping and these options."""
    fields = own_fields(mapping, ground.fields, options.fields)
    seen = record.profile
    return ImportView(
        id=record.id,
        status=record.status,
        file_name=record.file_name,
        file_size=record.file_size,
        kind=seen.kind,
        encoding=seen.encoding,
        delimiter=seen.delimiter,
        sheet=seen.sheet,
        left_out=seen.left_out,
        source=mapping.source,
        columns=[_column(column, options, fields) for column in mapping.columns],
        stages=mapping.stages,
        owners=_owners(mapping, options, record, people),
        move_stages=options.move_stages,
        faults=faults_of(mapping, seen, ground) if record.status == "uploaded" else [],
        total=record.total,
        done=record.done,
        counts=record.counts,
        error=record.error,
        created_by=record.created_by,
        created_at=record.created_at,
        started_at=record.started_at,
        finished_at=record.finished_at,
        version=record.version,
    )


def _column(column: ColumnChoice, options: Options, fields: dict[str, Any]) -> ColumnView:
    own = fields.get(column.header) if column.target == CUSTOM else None
    return ColumnView(
        header=column.header,
        target=column.target,
        custom_field_id=own.id if own else None,
        custom_type=column.custom_type,
        custom_name=column.custom_name,
        choices=column.options,
        samples=column.samples,
        confidence=column.confidence,
        remark=column.remark,
        date_order=column.date_order,
        date_orders=column.date_orders,
        decimal_mark=column.decimal_mark,
        decimal_marks=column.decimal_marks,
        overwrite=column.header in options.overwrite,
    )


def _owners(
    mapping: Mapping, options: Options, record: ImportRecord, people: list[Person]
) -> list[OwnerView]:
    known = people_of(people, options)
    found: list[OwnerView] = []
    for value, rows in owner_values(mapping, record.profile).items():
        ref = parse_owner(value)
        if ref:
            found.append(OwnerView(value, rows, known.match(ref)))
    return found
