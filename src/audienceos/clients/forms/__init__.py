"""What may come in about a client, and the shapes given out."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from audienceos.clients.words import TAG_LENGTH, TAGS_AT_MOST
from audienceos.platform.web.forms import Form

HealthStatus = Literal["green", "yellow", "red"]

Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
Stage = Annotated[str, Meta(min_length=1, max_length=50)]
Email = Annotated[str, Meta(max_length=100, pattern=r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$")]
Line = Annotated[str, Meta(max_length=100)]
Domain = Annotated[str, Meta(max_length=253)]
Money = Decimal  # not negative, two places, judged by `words.checked_money`: msgspec bounds no Decimal
Tag = Annotated[str, Meta(min_length=1, max_length=TAG_LENGTH, pattern=r"\S")]
Tags = Annotated[list[Tag], Meta(max_length=TAGS_AT_MOST)]
Notes = Annotated[str, Meta(max_length=5000)]
Repeats = Literal["daily", "weekly", "monthly"]
Moment = Annotated[datetime, Meta(tz=True)]
TaskName = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]


class ClientIn(Form):
    """A new client. Without a stage it starts where the pipeline starts; without an owner it is its creator's."""

    name: Name
    stage: Stage | None = None
    contact_name: Line | None = None
    contact_email: Email | None = None
    domain: Domain | None = None
    lifetime_value: Money | None = None
    total_spend: Money | None = None
    install_date: date | None = None
    notes: Notes | None = None
    tags: Tags = []
    custom: dict[str, Any] = {}
    default_owner_id: UUID | None = None


class ClientPatch(Form):
    """A change of a client: what is absent stays, null clears. Stage moves have a noun of their own."""

    name: Name | UnsetType = UNSET
    contact_name: Line | UnsetType | None = UNSET
    contact_email: Email | UnsetType | None = UNSET
    domain: Domain | UnsetType | None = UNSET
    lifetime_value: Money | UnsetType | None = UNSET
    total_spend: Money | UnsetType | None = UNSET
    install_date: date | UnsetType | None = UNSET
    notes: Notes | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    custom: dict[str, Any] | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class MoveIn(Form):
    """A move through the pipeline. `from_stage` is where the mover saw the client: another place is a 409."""

    to_stage: Stage
    from_stage: Stage
    notes: Annotated[str, Meta(max_length=2000)] | None = None
    override: bool = False
    """An admin insists on a move that the rules refuse."""


class ContactIn(Form):
    """Someone at the client: a name, an e-mail or a phone number at least. The first one is the primary one."""

    name: Line | None = None
    email: Email | None = None
    phone: Annotated[str, Meta(max_length=50)] | None = None
    title: Line | None = None
    is_primary: bool = False


class ContactPatch(Form):
    """A change of a contact: what is absent stays, null clears."""

    name: Line | UnsetType | None = UNSET
    email: Email | UnsetType | None = UNSET
    phone: Annotated[str, Meta(max_length=50)] | UnsetType | None = UNSET
    title: Line | UnsetType | None = UNSET
    is_primary: bool | UnsetType = UNSET


class NoteIn(Form):
    """An entry for the log."""

    content: Annotated[str, Meta(min_length=1, max_length=5000, pattern=r"\S")]


class AssignmentIn(Form):
    """Who is to look after a client. A new owner takes the old one's place."""

    user_id: UUID
    role: Literal["owner", "collaborator"] = "collaborator"


class TaskIn(Form):
    """A line for the checklist. Without a stage it is of no stage."""

    name: TaskName
    description: Notes | None = None
    stage: Stage | None = None
    assigned_to: UUID | None = None
    due_date: date | None = None
    repeats: Repeats | None = None
    """Its next one is made when it is done or its day has come."""
    remind_at: Moment | None = None


class TaskPatch(Form):
    """A change of a task: what is absent stays, null clears. Ticking has a noun of its own."""

    name: TaskName | UnsetType = UNSET
    description: Notes | UnsetType | None = UNSET
    stage: Stage | UnsetType | None = UNSET
    assigned_to: UUID | UnsetType | None = UNSET
    due_date: date | UnsetType | None = UNSET
    repeats: Repeats | UnsetType | None = UNSET
    remind_at: Moment | UnsetType | None = UNSET


class TaskOrder(Form):
    """All of a client's tasks, each once, in their order."""

    task_ids: Annotated[list[UUID], Meta(max_length=1000)]


class OverrideIn(Form):
    """Why a client is healthy after all, and for how many days that holds unless a new cause of risk appears."""

    reason: Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]
    days: Annotated[int, Meta(ge=1, le=365)] = 7


class FieldIn(Form):
    """A field of the agency's own. Its kind can't be changed later."""

    name: Name
    kind: Literal["text", "number", "date", "select"] = "text"
    options: list[str] = []
    """What a `select` offers; empty for other kinds."""


class FieldPatch(Form):
    """A change of such a field. `options` are all of them."""

    name: Name | UnsetType = UNSET
    options: list[str] | UnsetType = UNSET
    sort_order: Annotated[int, Meta(ge=0, le=100_000)] | UnsetType = UNSET


class Reason(msgspec.Struct, frozen=True):
    """One reason for a client's health."""

    key: str
    level: Literal["ok", "watch", "risk"]
    reason: str
    evidence: dict[str, Any] = {}


class ClientCard(msgspec.Struct, frozen=True):
    """A client as a board's card shows it."""

    id: UUID
    name: str
    stage: str
    health_status: HealthStatus
    health_reasons: list[Reason]
    days_in_stage: int
    tags: list[str]
    owner_id: UUID | None
    owner_name: str | None
    latest_note: str | None
    is_active: bool
    owner_avatar: str | None = None
    """The owner's `avatar_url`."""
    open_tickets: int = 0


class ClientRow(msgspec.Struct, frozen=True):
    """A client in a list."""

    id: UUID
    name: str
    contact_name: str | None
    contact_email: str | None
    domain: str | None
    stage: str
    days_in_stage: int
    health_status: HealthStatus
    owner_id: UUID | None
    owner_name: str | None
    tags: list[str]
    install_date: date | None
    total_spend: Decimal | None
    lifetime_value: Decimal | None
    is_active: bool
    custom: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    version: int


class ClientView(msgspec.Struct, frozen=True):
    """All of one client's own fields."""

    id: UUID
    name: str
    contact_name: str | None
    contact_email: str | None
    domain: str | None
    stage: str
    stage_entered_at: datetime
    days_in_stage: int
    health_status: HealthStatus
    health_reasons: list[Reason]
    health_override_until: datetime | None
    health_override_reason: str | None
    last_activity_at: datetime
    install_date: date | None
    total_spend: Decimal | None
    lifetime_value: Decimal | None
    notes: str | None
    tags: list[str]
    custom: dict[str, Any]
    is_active: bool
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime
    version: int


class Moved(msgspec.Struct, frozen=True):
    """Where a client is now, and whether this call moved it."""

    id: UUID
    stage: str
    moved: bool
    health_status: HealthStatus
