"""What colleagues say to one another beside a conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import LATER, Base, Created, Versioned, Walled, of_agency, to


class ConversationComment(Created, Versioned, Walled, Base):
    """One comment, for the team alone: no courier ever sees it, and it changes nothing about who waits."""

    __tablename__ = "conversation_comment"
    __table_args__: Any = (
        of_agency(),
        to("conversation", "conversation_id"),
        to("user", "added_by"),
        Index("conversation_comment_of_ix", "agency_id", "conversation_id", "created_at"),
    )

    conversation_id: Mapped[UUID]
    content: Mapped[str]
    added_by: Mapped[UUID]
    edited_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
