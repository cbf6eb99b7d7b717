"""Archives of messages that somebody brought: a mailbox's file, a workspace's export."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, text
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


class ArchiveImport(Stamped, Versioned, Walled, Base):
    """One archive brought in: what was found in it, how far it got, and what came of it."""

    __tablename__ = "archive_import"
    __table_args__: Any = (
        of_agency(),
        to("user", "created_by"),
        one_of("kind", "mbox", "slack_export"),
        one_of("status", "uploaded", "looking", "looked", "running", "done", "failed"),
        Index("archive_import_recent_ix", "agency_id", "created_at"),
    )

    kind: Mapped[str]
    status: Mapped[str] = mapped_column(default="uploaded", server_default="uploaded")
    file_name: Mapped[str] = mapped_column(String(200))
    file_size: Mapped[int] = mapped_column(BigInteger)
    storage_key: Mapped[str | None] = mapped_column(String(500))
    own_address: Mapped[str | None] = mapped_column(String(200))
    """Whose mailbox it is: what is written from there is the agency's."""
    channels: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    """A client's id by the channel that somebody said is theirs."""
    found: Mapped[Json | None]
    """What a look through the whole archive told, before anything was taken in."""
    taken: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    """What became of its messages, counted."""
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many of its items are done: whoever goes on begins there."""
    error: Mapped[str | None]
    created_by: Mapped[UUID]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
