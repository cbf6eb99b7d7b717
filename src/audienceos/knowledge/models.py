"""Documents that answer questions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Stamped, Walled, of_agency, one_of, to


class Document(Stamped, Walled, Base):
    """One file and how far it is read. A client with documents is never hard-deleted under them."""

    __tablename__ = "document"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id", ondelete="RESTRICT"),
        to("user", "uploaded_by"),
        one_of("category", "installation", "tech", "support", "process", "client_specific"),
        one_of("index_status", "pending", "indexing", "indexed", "failed"),
        CheckConstraint("file_size > 0", name="file_size"),
    )

    title: Mapped[str] = mapped_column(String(200))
    file_name: Mapped[str] = mapped_column(String(200))
    file_size: Mapped[int]
    """Bytes, as stored."""
    mime_type: Mapped[str] = mapped_column(String(100))
    storage_path: Mapped[str] = mapped_column(String(500))
    category: Mapped[str]
    client_id: Mapped[UUID | None]
    page_count: Mapped[int | None]
    word_count: Mapped[int | None]
    index_status: Mapped[str]
    gemini_file_id: Mapped[str | None] = mapped_column(String(200))
    uploaded_by: Mapped[UUID]
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
