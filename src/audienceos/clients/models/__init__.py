"""A client of the agency and all that is known of them by hand: people, notes, tasks, stages, signals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.clients.models import checklists as checklists  # a task points at its template's table
from audienceos.platform.db.base import (
    APPEND_ONLY,
    LATER,
    Base,
    Created,
    Json,
    Stamped,
    Versioned,
    Walled,
    of_agency,
    one_of,
    to,
    verbs,
)

_THERE = text("deleted_at is null")


class Client(Stamped, Versioned, Walled, Base):
    """A company that the agency works for. `is_active` false is archived, `deleted_at` set is deleted.

    Days in stage are never stored: `stage_entered_at` is. Health is stored with its reasons and with
    `health_due_at`, the next moment at which time alone could change it.
    """

    __tablename__ = "client"
    __table_args__: Any = (
        of_agency(),
        to("user", "created_by"),
        to("user", "health_override_by"),
        to("client", "merged_into"),
        one_of("health_status", "green", "yellow", "red"),
        CheckConstraint("total_spend >= 0", name="total_spend"),
        CheckConstraint("lifetime_value >= 0", name="lifetime_value"),
        CheckConstraint("health_override is null or health_override = 'green'", name="health_override"),
        Index("client_stage_ix", "agency_id", "stage", postgresql_where=_THERE),
        Index("client_health_ix", "agency_id", "health_status", postgresql_where=_THERE),
        Index("client_name_ix", "agency_id", "name_key", "id", postgresql_where=_THERE),
        Index("client_domain_ix", "agency_id", "domain", postgresql_where=text("domain is not null")),
        Index("client_health_due_ix", "health_due_at", postgresql_where=text("health_due_at is not null")),
        Index(
            "client_merged_ix", "agency_id", "merged_into", postgresql_where=text("merged_into is not null")
        ),
    )

    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(100))
    """The name folded for comparison and for sorting; never shown."""
    contact_email: Mapped[str | None] = mapped_column(String(100))
    contact_name: Mapped[str | None] = mapped_column(String(100))
    domain: Mapped[str | None] = mapped_column(String(253))
    stage: Mapped[str] = mapped_column(String(50), default="Onboarding", server_default="Onboarding")
    stage_entered_at: Mapped[datetime]
    health_status: Mapped[str] = mapped_column(default="green", server_default="green")
    health_reasons: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    health_due_at: Mapped[datetime | None]
    health_override: Mapped[str | None]
    health_override_by: Mapped[UUID | None]
    health_override_reason: Mapped[str | None] = mapped_column(String(500))
    health_override_until: Mapped[datetime | None]
    last_activity_at: Mapped[datetime]
    install_date: Mapped[date | None]
    total_spend: Mapped[Decimal | None]
    lifetime_value: Mapped[Decimal | None]
    notes: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(String(50)), default=list, server_default=text("'{}'"))
    custom: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    """Values of the agency's own fields, by field id."""
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    created_by: Mapped[UUID | None]
    deleted_at: Mapped[datetime | None]
    merged_into: Mapped[UUID | None] = mapped_column(sort_order=LATER)
    """Of a deleted client: the one that it turned out to be, where all that hung from it is now."""


class ClientAssignment(Created, Walled, Base):
    """Who looks after a client: one owner, any collaborators, nobody twice."""

    __tablename__ = "client_assignment"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        to("user", "user_id"),
        one_of("role", "owner", "collaborator"),
        UniqueConstraint("agency_id", "client_id", "user_id"),
        UniqueConstraint("agency_id", "client_id", "user_id", "role"),
        Index(
            "client_assignment_owner_uq",
            "agency_id",
            "client_id",
            unique=True,
            postgresql_where=text("role = 'owner'"),
        ),
        Index("client_assignment_user_ix", "agency_id", "user_id", "client_id"),
    )

    client_id: Mapped[UUID]
    user_id: Mapped[UUID]
    role: Mapped[str]


class StageEvent(Walled, Base):
    """One move through the pipeline. Append-only; `moved_by` is always a person."""

    __tablename__ = "stage_event"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        to("user", "moved_by"),
        Index("stage_event_client_ix", "agency_id", "client_id", "moved_at"),
        verbs(*APPEND_ONLY),
    )

    client_id: Mapped[UUID]
    from_stage: Mapped[str | None] = mapped_column(String(50))
    to_stage: Mapped[str] = mapped_column(String(50))
    moved_by: Mapped[UUID]
    moved_at: Mapped[datetime]
    notes: Mapped[str | None]


class Task(Stamped, Versioned, Walled, Base):
    """A line of a client's checklist. `sort_order` is within the client and stage."""

    __tablename__ = "task"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        to("user", "assigned_to"),
        to("user", "completed_by"),
        to("task_template", "template_id"),
        CheckConstraint("is_completed = (completed_at is not null)", name="completed"),
        one_of("repeats", "daily", "weekly", "monthly"),
        CheckConstraint("repeat_day between 1 and 31", name="repeat_day"),
        Index("task_client_ix", "agency_id", "client_id", "stage"),
        Index("task_assignee_ix", "agency_id", "assigned_to", postgresql_where=text("is_completed = false")),
        Index("task_due_ix", "agency_id", "due_date", postgresql_where=text("is_completed = false")),
        Index(
            "task_template_uq",
            "agency_id",
            "client_id",
            "template_id",
            unique=True,
            postgresql_where=text("template_id is not null"),
        ),
        Index(
            "task_remind_ix",
            "agency_id",
            "assigned_to",
            "remind_at",
            postgresql_where=text("remind_at is not null and is_completed = false"),
        ),
        Index("task_repeat_due_ix", "repeat_due_at", postgresql_where=text("repeat_due_at is not null")),
        Index("task_remind_due_ix", "remind_due_at", postgresql_where=text("remind_due_at is not null")),
    )

    client_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None]
    stage: Mapped[str | None] = mapped_column(String(50))
    assigned_to: Mapped[UUID | None]
    due_date: Mapped[date | None]
    is_completed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[UUID | None]
    sort_order: Mapped[int] = mapped_column(default=0, server_default="0")
    template_id: Mapped[UUID | None] = mapped_column(sort_order=LATER)
    """The line of a stage's checklist that it came from."""
    repeats: Mapped[str | None] = mapped_column(sort_order=LATER)
    repeat_day: Mapped[int | None] = mapped_column(SmallInteger, sort_order=LATER)
    """Of a monthly task: the day of the month that was meant, also after a shorter month."""
    repeat_due_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    """When its next one is to be made though it isn't done: the morning of its day. Null once that was made."""
    followed_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    """When its next one was made, which happens once."""
    remind_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    remind_due_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    """When its reminder is to be told. Null once that was."""


class ClientContact(Stamped, Versioned, Walled, Base):
    """A person at the client. The primary one is mirrored in the client's contact_name and contact_email."""

    __tablename__ = "client_contact"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        Index("client_contact_client_ix", "agency_id", "client_id"),
        Index(
            "client_contact_primary_uq",
            "agency_id",
            "client_id",
            unique=True,
            postgresql_where=text("is_primary"),
        ),
        Index("client_contact_email_ix", "agency_id", "email_key"),
    )

    client_id: Mapped[UUID]
    name: Mapped[str | None] = mapped_column(String(100))
    email: Mapped[str | None] = mapped_column(String(100))
    email_key: Mapped[str | None] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(50))
    title: Mapped[str | None] = mapped_column(String(100))
    is_primary: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class ClientNote(Created, Walled, Base):
    """One entry of the running log about a client. Its author removes it, or an admin."""

    __tablename__ = "client_note"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        to("user", "added_by"),
        Index("client_note_client_ix", "agency_id", "client_id", "created_at"),
        verbs("select", "insert", "delete"),
    )

    client_id: Mapped[UUID]
    content: Mapped[str]
    added_by: Mapped[UUID]


class ClientSignal(Walled, Base):
    """What another room knows that bears on a client's health: one row a source and key, while it lasts."""

    __tablename__ = "client_signal"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        one_of("level", "ok", "watch", "risk"),
        UniqueConstraint("agency_id", "client_id", "source", "key"),
    )

    client_id: Mapped[UUID]
    source: Mapped[str] = mapped_column(String(50))
    key: Mapped[str] = mapped_column(String(100))
    level: Mapped[str]
    count: Mapped[int] = mapped_column(default=1, server_default="1")
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))


class ClientExternalId(Created, Walled, Base):
    """The client's id in another tool: what an import recognises it by."""

    __tablename__ = "client_external_id"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        UniqueConstraint("agency_id", "source", "external_id"),
        Index("client_external_id_client_ix", "agency_id", "client_id"),
    )

    client_id: Mapped[UUID]
    source: Mapped[str] = mapped_column(String(50))
    external_id: Mapped[str] = mapped_column(String(200))


class CustomField(Stamped, Versioned, Walled, Base):
    """A field that the agency added to its clients. Removing it hides it; values stay until it comes back."""

    __tablename__ = "custom_field"
    __table_args__: Any = (
        of_agency(),
        one_of("kind", "text", "number", "date", "select"),
        Index("custom_field_name_uq", "agency_id", "name_key", unique=True, postgresql_where=_THERE),
    )

    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str]
    options: Mapped[list[str]] = mapped_column(default=list, server_default=text("'{}'"))
    sort_order: Mapped[int] = mapped_column(default=0, server_default="0")
    deleted_at: Mapped[datetime | None]
