"""What may come in about an import, and the shapes given out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from audienceos.clients.importing.kept import Outcome, Status
from audienceos.clients.importing.shapes import (
    SOURCE_CHARS,
    CustomType,
    DateOrder,
    DecimalMark,
)
from audienceos.platform.errors import FieldFault
from audienceos.platform.web.forms import Form

Header = Annotated[str, Meta(min_length=1, max_length=250)]
Value = Annotated[str, Meta(max_length=250)]


class ColumnPatch(Form):
    """What one column is, by its header. What is absent stays."""

    header: Header
    target: Annotated[str, Meta(max_length=50)] | UnsetType = UNSET
    """A field of the client, `custom` for a field of the agency's own, `skip` to leave the column out."""
    custom_field_id: UUID | UnsetType = UNSET
    """An own field that is there already; its name and kind are then the column's."""
    custom_type: CustomType | UnsetType = UNSET
    custom_name: Annotated[str, Meta(max_length=250)] | UnsetType = UNSET
    """The own field's name: the one that is there, or a new one."""
    date_order: DateOrder | UnsetType = UNSET
    decimal_mark: DecimalMark | UnsetType = UNSET
    overwrite: bool | UnsetType = UNSET
    """Whether the column changes clients who are here already."""


class ImportPatch(Form):
    """A correction of an import that hasn't started. What is absent stays."""

    source: Annotated[str, Meta(max_length=SOURCE_CHARS)] | UnsetType = UNSET
    columns: Annotated[list[ColumnPatch], Meta(max_length=200)] | UnsetType = UNSET
    stages: dict[Value, Annotated[str, Meta(max_length=50)]] | UnsetType = UNSET
    """From values of the stage column to stages of the agency; '' is a blank."""
    owners: dict[Value, UUID | None] | UnsetType = UNSET
    """From values of the owner column to people of the agency; null for nobody here."""
    move_stages: bool | UnsetType = UNSET
    """Whether clients who are here already move to the stage that the file says."""


class ColumnView(msgspec.Struct, frozen=True, kw_only=True):
    """What one column is taken for."""

    header: str
    target: str
    custom_field_id: UUID | None
    """The own field that it fills, if that is there already."""
    custom_type: CustomType | None
    custom_name: str
    choices: list[str]
    """The different values, where they are few."""
    samples: list[str]
    confidence: float
    remark: str
    date_order: DateOrder | None
    date_orders: list[DateOrder]
    """Two where the values leave it open which of 03/04/2024 comes first."""
    decimal_mark: DecimalMark | None
    decimal_marks: list[DecimalMark]
    overwrite: bool


class OwnerView(msgspec.Struct, frozen=True):
    """Somebody whom the file names as owner."""

    value: str
    rows: int
    user_id: UUID | None
    """Who that is here; null for nobody: the text then goes into a field of the agency's own."""


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """One import: its file, its mapping, how far it got, and what came of it."""

    id: UUID
    status: Status
    file_name: str
    file_size: int
    kind: Literal["text", "workbook"]
    encoding: str
    delimiter: str
    sheet: str
    left_out: list[str]
    """Sheets of the workbook that are not read."""
    source: str
    columns: list[ColumnView]
    stages: dict[str, str]
    owners: list[OwnerView]
    """Empty where there are more than 200: then each is matched by address or name."""
    move_stages: bool
    faults: list[FieldFault]
    """What is still to be said before it can start."""
    total: int
    done: int
    counts: dict[Outcome, int]
    error: str | None
    created_by: UUID
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version: int


class ImportSummary(msgspec.Struct, frozen=True):
    """An import in a list."""

    id: UUID
    status: Status
    file_name: str
    file_size: int
    source: str
    total: int
    done: int
    counts: dict[Outcome, int]
    error: str | None
    created_by: UUID
    created_by_name: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version: int


class RowView(msgspec.Struct, frozen=True):
    """What became of one row of the file."""

    id: UUID
    line: int
    """Where it is found in the file: the line of a text, the row of a sheet."""
    name: str
    outcome: Outcome
    client_id: UUID | None
    reasons: list[FieldFault]
    """Why it failed or was kept; else what was changed on the way."""


class FailureView(msgspec.Struct, frozen=True):
    """A row that will fail."""

    line: int
    name: str
    reasons: list[FieldFault]


class DifferenceView(msgspec.Struct, frozen=True):
    """Where the file and a client who is here don't agree."""

    header: str
    field: str
    was: str | None
    becomes: str | None
    overwrites: bool


class ChangeView(msgspec.Struct, frozen=True):
    """A client who is here already and whom the file tells otherwise."""

    line: int
    client_id: UUID
    name: str
    matched_by: Literal["id", "domain", "name"]
    differences: list[DifferenceView]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What the import would do now, told without doing it."""

    total: int
    created: int
    updated: int
    unchanged: int
    failed: int
    moved: int
    """Of the updated, those that change their stage."""
    differing: int
    """Clients who are here already and whom the file tells otherwise in any column, chosen or not."""
    by_column: dict[str, int]
    """How many of them differ in which column: what choosing it would overwrite."""
    stages: dict[str, int]
    """Where the new clients start."""
    unowned: int
    """New clients without an owner here."""
    new_fields: list[str]
    """Fields of the agency's own that will be made."""
    remarked: int
    """Rows that come in with a remark."""
    failures: list[FailureView]
    changes: list[ChangeView]
    remarks: list[FailureView]
    """The first hundred of each."""
