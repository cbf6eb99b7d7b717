"""Figures of the whole agency, as they stood on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Created, Json, Walled, of_agency


class KpiSnapshot(Created, Walled, Base):
    """One figure on one day, beside the one it was compared with. Its unique key is read backwards for trends."""

    __tablename__ = "kpi_snapshot"
    __table_args__: Any = (of_agency(), UniqueConstraint("agency_id", "metric_name", "snapshot_date"))

    metric_name: Mapped[str] = mapped_column(String(100))
    value: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    previous_value: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    details: Mapped[Json | None] = mapped_column("metadata")
    snapshot_date: Mapped[date]
