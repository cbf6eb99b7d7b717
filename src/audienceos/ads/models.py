"""What advertising cost and brought, by day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Created, Walled, of_agency, one_of, to


class AdPerformance(Created, Walled, Base):
    """One campaign's day, or without a campaign the whole account's; there is one row for each."""

    __tablename__ = "ad_performance"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        one_of("platform", "google_ads", "meta_ads"),
        UniqueConstraint(
            "agency_id",
            "client_id",
            "platform",
            "account_id",
            "campaign_id",
            "date",
            name="ad_performance_day_uq",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ad_performance_client_ix", "agency_id", "client_id", text("date desc")),
    )

    client_id: Mapped[UUID]
    platform: Mapped[str]
    account_id: Mapped[str] = mapped_column(String(100))
    campaign_id: Mapped[str | None] = mapped_column(String(100))
    date: Mapped[date]
    spend: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    impressions: Mapped[int]
    clicks: Mapped[int]
    conversions: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    revenue: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
