"""What an import is spoken of in: the mapping that a person corrects, and what becomes of each row."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Literal

import msgspec

from audienceos.agency.pipeline import Pipeline
from audienceos.platform.errors import FieldFault

CustomType = Literal["text", "number", "date", "select"]
DateOrder = Literal["dmy", "mdy"]
"""Which of 03/04/2024 comes first, the day or the month."""
DecimalMark = Literal[".", ","]

CUSTOM, SKIP = "custom", "skip"
"""Targets that are no field of a client: a field of the agency's own, or nowhere at all."""

NAME_CHARS = 100
LINE_CHARS = 100
PHONE_CHARS = 50
EXTERNAL_ID_CHARS = 200
NOTES_CHARS = 5000
CUSTOM_CHARS = 1000
SOURCE_CHARS = 50


class ColumnChoice(msgspec.Struct, frozen=True, kw_only=True):
    """What one column of the file is taken for. A guess at first, then what a person makes of it."""

    header: str
    target: str
    """A field's name (`fields.FIELDS`), `custom` or `skip`."""
    custom_type: CustomType | None = None
    custom_name: str = ""
    """What the agency's own field is called; at most 100 characters."""
    options: list[str] = []
    """For a select: the values that the file has, the most frequent first."""
    confidence: float = 0.0
    """From 0 (nothing speaks for it) to 1. Below 0.7 a person should look."""
    samples: list[str] = []
    """A few different values, shortened."""
    date_order: DateOrder | None = None
    date_orders: list[DateOrder] = []
    """The orders in which all values are dates, the likelier first. Two of them and no `date_order`: ask."""
    decimal_mark: DecimalMark | None = None
    decimal_marks: list[DecimalMark] = []
    """As with the orders: two of them and no `decimal_mark` means that a person must say."""
    remark: str = ""
    """What the person should know before they agree, such as that the time of day is left out."""


class Mapping(msgspec.Struct, frozen=True):
    """What the file's columns are, in the file's order, and which stage each of its stage values means."""

    source: str
    """The tool that the file comes from, such as `hubspot`; `file` when unknown. Ids are unique within it."""
    columns: list[ColumnChoice]
    stages: dict[str, str] = {}
    """From a value in the file to a stage of the agency. A blank value is the key ''. Case doesn't count."""


class Lookups(msgspec.Struct, frozen=True):
    """What a row is judged against."""

    pipeline: Pipeline
    zone: tzinfo
    """The agency's: in it a time without a zone is meant, and a moment's date is told."""
    now: datetime
    currency: str = ""
    """The agency's, as three letters. An amount in another one fails. Empty: any is taken."""


class OwnerRef(msgspec.Struct, frozen=True):
    """Whom the file names as owner. One of `name` and `email` at least is not empty."""

    name: str
    email: str
    text: str
    """As it stands in the file: what is kept if nobody of the agency matches."""


class ImportedClient(msgspec.Struct, frozen=True, kw_only=True):
    """One client as the file tells it. None (or empty) is what the file doesn't tell: it never clears anything."""

    name: str
    external_id: str | None = None
    domain: str | None = None
    """Lower-case, without `www.`, ASCII (other letters as punycode)."""
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    stage: str | None = None
    """A stage of the agency; None when the file has none for this client: new ones then start at the beginning."""
    stage_since: datetime | None = None
    owner: OwnerRef | None = None
    tags: list[str] = []
    notes: str | None = None
    lifetime_value: Decimal | None = None
    total_spend: Decimal | None = None
    """Money in the agency's currency, rounded to cents."""
    install_date: date | None = None
    last_activity: datetime | None = None
    """Moments are aware; a date alone is its first moment in the agency's zone."""
    custom: dict[str, str | Decimal | date] = {}
    """Values of the agency's own fields, by the column's header."""
    kept: dict[str, str] = {}
    """Texts that a field couldn't take without being wrong (a website that many share), by header: to be kept
    in a text field of the agency's own, as an owner is who matches nobody."""


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """A row that can come in. `remarks` are by header: what was changed on the way."""

    line: int
    client: ImportedClient
    remarks: list[FieldFault] = []


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A row that can't come in, with every reason, by header (`row` for the row as a whole)."""

    line: int
    name: str
    reasons: list[FieldFault]


Judgement = Ready | Failed
