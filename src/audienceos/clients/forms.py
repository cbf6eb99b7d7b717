"""What may come in about a client, and the shapes given out."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from audienceos.platform.web.forms import Form

HealthStatus = Literal["green", "yellow", "red"]
CustomValue = str | Decimal | None

Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
Stage = Annotated[str, Meta(min_length=1, max_length=50)]
Email = Annotated[str, Meta(max_length=100, pattern=r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$")]
Line = Annotated[str, Meta(max_length=100)]
Domain = Annotated[str, Meta(max_length=253)]
Money = Decimal  # not negative, two places, judged by `words.checked_money`: msgspec bounds no Decimal
Tag = Annotated[str, Meta(min_length=1, max_length=50, pattern=r"\S")]
Tags = Annotated[list[Tag], Meta(max_length=20)]
Notes = Annotated[str, Meta(max_length=5000)]


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
