"""A person's conversations with the assistant; nobody else reads them, admins neither."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Created, Json, Walled, of_agency, one_of, to


class ChatSession(Created, Walled, Base):
    """One conversation. `is_active` false is archived by its owner."""

    __tablename__ = "chat_session"
    __table_args__: Any = (
        of_agency(),
        to("user", "user_id"),
        UniqueConstraint("agency_id", "user_id", "id"),
    )

    user_id: Mapped[UUID]
    title: Mapped[str | None] = mapped_column(String(200))
    context: Mapped[Json | None]
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    last_message_at: Mapped[datetime | None]


class ChatMessage(Created, Walled, Base):
    """One turn. It repeats its owner, and the key holds it to a conversation of the same owner."""

    __tablename__ = "chat_message"
    __table_args__: Any = (
        of_agency(),
        ForeignKeyConstraint(
            ["agency_id", "user_id", "session_id"],
            ["chat_session.agency_id", "chat_session.user_id", "chat_session.id"],
        ),
        one_of("role", "user", "assistant"),
        one_of("route_used", "rag", "web", "memory", "casual", "dashboard"),
        Index("chat_message_session_ix", "agency_id", "session_id", "created_at"),
    )

    session_id: Mapped[UUID]
    user_id: Mapped[UUID]
    role: Mapped[str]
    content: Mapped[str]
    route_used: Mapped[str | None]
    citations: Mapped[list[Any] | None]
    tokens_used: Mapped[int | None]
