"""One grant of an agency to one outside service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Text, UniqueConstraint
from sqlalchemy.orm import Mapped

from audienceos.platform.db.base import Base, Json, Stamped, Walled, hiding, of_agency, one_of

SEALED = ("access_token", "refresh_token")
"""Columns that the service login alone may read; whoever works for the agency has no attribute for them."""


class Integration(Stamped, Walled, Base):
    """An agency's connection to a provider. Its encrypted tokens are in the table and not in this class."""

    __tablename__ = "integration"
    __table_args__: Any = (
        *(Column(name, Text) for name in SEALED),
        of_agency(),
        one_of("provider", "slack", "gmail", "google_ads", "meta_ads"),
        UniqueConstraint("agency_id", "provider"),
        hiding(*SEALED),
    )
    __mapper_args__: Any = {"exclude_properties": SEALED}

    provider: Mapped[str]
    is_connected: Mapped[bool]
    token_expires_at: Mapped[datetime | None]
    last_sync_at: Mapped[datetime | None]
    config: Mapped[Json | None]
