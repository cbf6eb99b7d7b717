"""What a client asked to have put right, and how it went."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Created, Stamped, Walled, of_agency, one_of, to, verbs


class TicketCounter(Base):
    """The last number given, one row an agency, locked while a ticket takes the next: no gaps, none twice."""

    __tablename__ = "ticket_counter"
    __table_args__: Any = (of_agency(), verbs("select", "insert", "update"))

    agency_id: Mapped[UUID] = mapped_column(primary_key=True)
    last_number: Mapped[int] = mapped_column(default=0, server_default="0")


class Ticket(Stamped, Walled, Base):
    """One request, numbered within its agency. `time_spent_minutes` is a running total."""

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


class TicketNote(Created, Walled, Base):
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
