"""What a stage brings with it: the agency's own checklist for it, and which clients have been given theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import (
    Base,
    Stamped,
    Versioned,
    Walled,
    of_agency,
    one_of,
    to,
    verbs,
)


class TaskTemplate(Stamped, Versioned, Walled, Base):
    """A line that every client gets on its checklist when it first enters a stage. Removing it keeps given tasks."""

    __tablename__ = "task_template"
    __table_args__: Any = (
        of_agency(),
        one_of("assign", "nobody", "owner"),
        Index(
            "task_template_stage_ix",
            "agency_id",
            "stage",
            "sort_order",
            postgresql_where=text("deleted_at is null"),
        ),
    )

    stage: Mapped[str] = mapped_column(String(50))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None]
    due_after_days: Mapped[int | None]
    """Due so many days after the client entered the stage; never due where it is null."""
    assign: Mapped[str] = mapped_column(default="nobody", server_default="nobody")
    sort_order: Mapped[int] = mapped_column(default=0, server_default="0")
    deleted_at: Mapped[datetime | None]


class StageChecklist(Walled, Base):
    """A client has been in this stage and was given its checklist then; it is given once, however often it returns."""

    __tablename__ = "stage_checklist"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        UniqueConstraint("agency_id", "client_id", "stage"),
        verbs("select", "insert", "update", "delete"),
    )

    client_id: Mapped[UUID]
    stage: Mapped[str] = mapped_column(String(50))
    given_at: Mapped[datetime]
