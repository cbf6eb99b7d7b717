"""What was brought in from another tool: one row a file, one a line of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import (
    Base,
    Json,
    Stamped,
    Versioned,
    Walled,
    of_agency,
    one_of,
    to,
)


class ClientImport(Stamped, Versioned, Walled, Base):
    """One file brought in: its mapping, how far it got, and what came of it.

    `profile` is what was seen in its columns when it came, so that correcting the mapping reads no file.
    """

    __tablename__ = "client_import"
    __table_args__: Any = (
        of_agency(),
        to("user", "created_by"),
        one_of("status", "uploaded", "running", "done", "failed", "undoing", "undone"),
        Index("client_import_recent_ix", "agency_id", "created_at"),
    )

    status: Mapped[str] = mapped_column(default="uploaded", server_default="uploaded")
    file_name: Mapped[str] = mapped_column(String(200))
    file_size: Mapped[int]
    storage_key: Mapped[str | None] = mapped_column(String(500))
    source: Mapped[str] = mapped_column(String(50))
    profile: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    mapping: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    options: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    counts: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    error: Mapped[str | None]
    created_by: Mapped[UUID]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class ClientImportRow(Walled, Base):
    """What became of one line of the file, and what stood there before, so that it can be undone."""

    __tablename__ = "client_import_row"
    __table_args__: Any = (
        of_agency(),
        to("client_import", "import_id"),
        to("client", "client_id"),
        one_of("outcome", "created", "updated", "unchanged", "failed", "undone", "kept"),
        UniqueConstraint("agency_id", "import_id", "line"),
    )

    import_id: Mapped[UUID]
    line: Mapped[int]
    name: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))
    """What the line calls its client: what failed has no other."""
    outcome: Mapped[str]
    client_id: Mapped[UUID | None]
    reasons: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    before: Mapped[Json | None]
    version_after: Mapped[int | None]
