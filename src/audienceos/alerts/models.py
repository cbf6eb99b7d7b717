"""What the agency should know before its client complains."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform import clock
from audienceos.platform.db.base import (
    LATER,
    Base,
    Json,
    Stamped,
    Versioned,
    Walled,
    of_agency,
    one_of,
    to,
    verbs,
)


class Alert(Stamped, Walled, Base):
    """One finding that asks for attention. Without a client it is the whole agency's.

    `key` names the finding: while one with the same key is open, no second is opened.
    """

    __tablename__ = "alert"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        to("user", "resolved_by"),
        one_of("type", "risk_detected", "kpi_drop", "inactivity", "disconnect"),
        one_of("severity", "low", "medium", "high", "critical"),
        one_of("status", "active", "snoozed", "dismissed", "resolved"),
        one_of("section", "critical", "approvals", "signals"),
        one_of("verdict", "right", "wrong"),
        CheckConstraint("confidence between 0 and 1", name="confidence"),
        CheckConstraint(
            "(closed_at is null) = (status in ('active', 'snoozed'))",
            name="closed",
        ),
        Index("alert_active_ix", "agency_id", "status", postgresql_where=text("status = 'active'")),
        Index(
            "alert_open_uq",
            "agency_id",
            "key",
            unique=True,
            postgresql_where=text("status in ('active', 'snoozed')"),
        ),
        Index("alert_client_ix", "agency_id", "client_id", "created_at"),
        Index("alert_closed_ix", "agency_id", "closed_at", postgresql_where=text("closed_at is not null")),
    )

    client_id: Mapped[UUID | None]
    key: Mapped[str] = mapped_column(String(200))
    type: Mapped[str]
    severity: Mapped[str]
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str]
    suggested_action: Mapped[str | None]
    confidence: Mapped[Decimal] = mapped_column(Numeric(3, 2))
    status: Mapped[str]
    snoozed_until: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    resolved_at: Mapped[datetime | None]
    context: Mapped[Json | None] = mapped_column("metadata")
    rule: Mapped[str] = mapped_column(String(50), sort_order=LATER)
    section: Mapped[str] = mapped_column(sort_order=LATER)
    """Under which heading it stands (`rules.section_of`)."""
    seen_at: Mapped[datetime] = mapped_column(
        default=clock.now, server_default=text("now()"), sort_order=LATER
    )
    """When its cause was last found to be there."""
    acted_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    """When somebody first did what it suggested, or escalated it."""
    closed_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    verdict: Mapped[str | None] = mapped_column(sort_order=LATER)
    """Of a closed one: whether it was right (`rules.verdict`); null where nobody can tell."""


class AlertWatch(Base):
    """When the agency is to be looked at next, one row an agency; its lock lets one look at a time write."""

    __tablename__ = "alert_watch"
    __table_args__: Any = (
        of_agency(),
        Index("alert_watch_due_ix", "due_at"),
        verbs("select", "insert", "update"),
    )

    agency_id: Mapped[UUID] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    looked_at: Mapped[datetime | None]


class AlertDoubt(Walled, Base):
    """A finding that wasn't sure enough to be told: kept, so that its rule can be tuned."""

    __tablename__ = "alert_doubt"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        one_of("severity", "low", "medium", "high", "critical"),
        CheckConstraint("confidence between 0 and 1", name="confidence"),
        UniqueConstraint("agency_id", "key"),
        Index("alert_doubt_seen_ix", "agency_id", "seen_at"),
        verbs("select", "insert", "update"),
    )

    client_id: Mapped[UUID | None]
    key: Mapped[str] = mapped_column(String(200))
    rule: Mapped[str] = mapped_column(String(50))
    severity: Mapped[str]
    title: Mapped[str] = mapped_column(String(200))
    confidence: Mapped[Decimal] = mapped_column(Numeric(3, 2))
    numbers: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    times: Mapped[int] = mapped_column(default=1, server_default="1")
    """How often it was seen."""
    first_seen_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class AlertRule(Stamped, Versioned, Walled, Base):
    """Whether a rule speaks in this agency, where an admin has said so; every rule does otherwise."""

    __tablename__ = "alert_rule"
    __table_args__: Any = (
        of_agency(),
        to("user", "changed_by"),
        UniqueConstraint("agency_id", "rule"),
        verbs("select", "insert", "update"),
    )

    rule: Mapped[str] = mapped_column(String(50))
    is_on: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    changed_by: Mapped[UUID]
