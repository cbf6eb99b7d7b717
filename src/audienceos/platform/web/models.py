"""Answers kept so that a repeated request is answered, not repeated."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Created, Json, Walled, of_agency, verbs


class IdempotencyKey(Created, Walled, Base):
    """One POST and its answer, for 24 hours. Answers that hold a secret are not kept."""

    __tablename__ = "idempotency_key"
    __table_args__: Any = (
        of_agency(),
        UniqueConstraint("agency_id", "user_id", "method", "route", "key"),
        Index(None, "agency_id", "created_at"),
        verbs("select", "insert", "update", "delete"),
    )

    user_id: Mapped[UUID]
    method: Mapped[str] = mapped_column(String(10))
    route: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(100))
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    content_type: Mapped[str | None] = mapped_column(String(100))
    headers: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
