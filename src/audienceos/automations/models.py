"""What the agency has done by itself, and each time it did."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Json, Stamped, Walled, of_agency, one_of, to


class Workflow(Stamped, Walled, Base):
    """Triggers and the actions that follow. Admins write it; the counters are the system's to raise."""

    __tablename__ = "workflow"
    __table_args__: Any = (of_agency(), to("user", "created_by"))

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None]
    triggers: Mapped[list[Any]]
    actions: Mapped[list[Any]]
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    created_by: Mapped[UUID]
    last_run_at: Mapped[datetime | None]
    run_count: Mapped[int] = mapped_column(default=0, server_default="0")
    success_count: Mapped[int] = mapped_column(default=0, server_default="0")


class WorkflowRun(Walled, Base):
    """One run and what it did."""

    __tablename__ = "workflow_run"
    __table_args__: Any = (
        of_agency(),
        to("workflow", "workflow_id"),
        one_of("status", "running", "completed", "failed"),
        Index("workflow_run_workflow_ix", "agency_id", "workflow_id", "started_at"),
    )

    workflow_id: Mapped[UUID]
    trigger_data: Mapped[Json]
    status: Mapped[str]
    executed_actions: Mapped[list[Any] | None]
    error_message: Mapped[str | None]
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
