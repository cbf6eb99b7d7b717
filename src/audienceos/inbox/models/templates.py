"""Answers that an agency gives often, written once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Stamped, Versioned, Walled, of_agency, one_of, to


class AnswerTemplate(Stamped, Versioned, Walled, Base):
    """A text with variables, put into an answer and changed there. Admins write it, everybody uses it."""

    __tablename__ = "answer_template"
    __table_args__: Any = (
        of_agency(),
        to("user", "created_by"),
        one_of("used_for", "slack", "mail", "both"),
        CheckConstraint("char_length(content) between 1 and 10000", name="content"),
        UniqueConstraint("agency_id", "name_key"),
    )

    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(100))
    used_for: Mapped[str]
    content: Mapped[str]
    """Plain text; what stands in double braces is one of `filling.VARIABLES`."""
    created_by: Mapped[UUID]
