"""What a client asked to have put right, and how it went."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform import clock
from audienceos.platform.db.base import (
    APPEND_ONLY,
    LATER,
    Base,
    Created,
    Stamped,
    Versioned,
    Walled,
    of_agency,
    one_of,
    to,
    verbs,
)

_THERE = text("deleted_at is null")
_OPEN = text("deleted_at is null and status <> 'resolved'")


class TicketCounter(Base):
    """The last number given, one row an agency, locked while a ticket takes the next: no gaps, none twice."""

    __tablename__ = "ticket_counter"
    __table_args__: Any = (of_agency(), verbs("select", "insert", "update"))

    agency_id: Mapped[UUID] = mapped_column(primary_key=True)
    last_number: Mapped[int] = mapped_column(default=0, server_default="0")


class Ticket(Stamped, Versioned, Walled, Base):
    """One request, numbered within its agency. `time_spent_minutes` is the sum of its `TicketTime`.

    `look_at` is the next moment at which time alone changes something: it is overdue, or has waited too long.
    """

    __tablename__ = "ticket"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        to("user", "assignee_id"),
        to("user", "created_by"),
        to("user", "resolved_by"),
        one_of("category", "technical", "billing", "campaign", "general", "escalation"),
        one_of("priority", "low", "medium", "high", "critical"),
        one_of("status", "new", "in_progress", "waiting_client", "resolved"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("time_spent_minutes >= 0", name="time_spent_minutes"),
        UniqueConstraint("agency_id", "number"),
        Index("ticket_client_ix", "agency_id", "client_id"),
        Index("ticket_board_ix", "agency_id", "status", "number", postgresql_where=_THERE),
        Index("ticket_open_ix", "agency_id", "client_id", postgresql_where=_OPEN),
        Index("ticket_assignee_ix", "agency_id", "assignee_id", postgresql_where=_THERE),
        Index("ticket_due_ix", "agency_id", "due_date", postgresql_where=_OPEN),
        Index("ticket_resolved_ix", "agency_id", "resolved_at", postgresql_where=_THERE),
        Index("ticket_look_ix", "look_at", postgresql_where=text("look_at is not null")),
    )

    client_id: Mapped[UUID]
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str]
    category: Mapped[str]
    priority: Mapped[str]
    status: Mapped[str]
    assignee_id: Mapped[UUID | None]
    resolution_notes: Mapped[str | None]
    time_spent_minutes: Mapped[int | None]
    due_date: Mapped[date | None]
    created_by: Mapped[UUID]
    resolved_by: Mapped[UUID | None]
    resolved_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    status_since: Mapped[datetime] = mapped_column(
        default=clock.now, server_default=text("now()"), sort_order=LATER
    )
    """Since when it has its present status."""
    responded_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    """When somebody first took it up: it left New, or was first written about where the client can see it."""
    response_minutes: Mapped[int | None] = mapped_column(sort_order=LATER)
    """From its creation until then, in the agency's business hours as they were."""
    resolution_minutes: Mapped[int | None] = mapped_column(sort_order=LATER)
    """From its creation until it was last resolved, likewise. Null while it is open."""
    reopened_count: Mapped[int] = mapped_column(default=0, server_default="0", sort_order=LATER)
    look_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    escalated_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    """When it had waited too long in its present status."""


class TicketNote(Created, Versioned, Walled, Base):
    """One entry in a ticket's log, for the team alone unless said otherwise."""

    __tablename__ = "ticket_note"
    __table_args__: Any = (
        of_agency(),
        to("ticket", "ticket_id"),
        to("user", "added_by"),
        Index("ticket_note_ticket_ix", "agency_id", "ticket_id", "created_at"),
    )

    ticket_id: Mapped[UUID]
    content: Mapped[str]
    is_internal: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    added_by: Mapped[UUID]
    edited_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)


class TicketTime(Created, Walled, Base):
    """Time that somebody spent on a ticket on one of the agency's days. A wrong entry is removed and made anew."""

    __tablename__ = "ticket_time"
    __table_args__: Any = (
        of_agency(),
        to("ticket", "ticket_id"),
        to("user", "user_id"),
        CheckConstraint("minutes between 1 and 99999", name="minutes"),
        Index("ticket_time_ticket_ix", "agency_id", "ticket_id", "day"),
        Index("ticket_time_day_ix", "agency_id", "day"),
        verbs("select", "insert", "delete"),
    )

    ticket_id: Mapped[UUID]
    user_id: Mapped[UUID]
    day: Mapped[date]
    minutes: Mapped[int]
    note: Mapped[str | None]


class TicketTerm(Base):
    """A word that stands in a ticket's title, description or notes: what it is found by."""

    __tablename__ = "ticket_term"
    __table_args__: Any = (
        of_agency(),
        to("ticket", "ticket_id"),
        Index("ticket_term_ticket_ix", "agency_id", "ticket_id"),
        verbs("select", "insert", "delete"),
    )

    agency_id: Mapped[UUID] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(String(50, collation="C"), primary_key=True)
    ticket_id: Mapped[UUID] = mapped_column(primary_key=True)


class TicketLimit(Stamped, Versioned, Base):
    """How many business hours a ticket may wait for the agency before it is escalated, by its priority."""

    __tablename__ = "ticket_limit"
    __table_args__: Any = (
        of_agency(),
        CheckConstraint("critical between 1 and 1000", name="critical"),
        CheckConstraint("high between 1 and 1000", name="high"),
        CheckConstraint("medium between 1 and 1000", name="medium"),
        CheckConstraint("low between 1 and 1000", name="low"),
        verbs("select", "insert", "update"),
    )

    agency_id: Mapped[UUID] = mapped_column(primary_key=True)
    critical: Mapped[int]
    high: Mapped[int]
    medium: Mapped[int]
    low: Mapped[int]


class TicketSummary(Created, Walled, Base):
    """A summary that was sent to the client; what it says, and whether it left, stands in its mail."""

    __tablename__ = "ticket_summary"
    __table_args__: Any = (
        of_agency(),
        to("ticket", "ticket_id"),
        to("mail_out", "mail_id"),
        to("user", "sent_by"),
        Index("ticket_summary_ticket_ix", "agency_id", "ticket_id", "created_at"),
        verbs(*APPEND_ONLY),
    )

    ticket_id: Mapped[UUID]
    mail_id: Mapped[UUID]
    to_email: Mapped[str] = mapped_column(String(100))
    sent_by: Mapped[UUID]
