"""What the agency should know before its client complains."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Json, Stamped, Walled, of_agency, one_of, to


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
        CheckConstraint("confidence between 0 and 1", name="confidence"),
        Index("alert_active_ix", "agency_id", "status", postgresql_where=text("status = 'active'")),
        Index(
            "alert_open_uq",
            "agency_id",
            "key",
            unique=True,
            postgresql_where=text("status in ('active', 'snoozed')"),
        ),
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
