"""What people keep beside the clients themselves: views of them under a name, and changes made to many at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import (
    Base,
    Created,
    Json,
    Stamped,
    Versioned,
    Walled,
    of_agency,
    one_of,
    to,
)


class SavedView(Stamped, Versioned, Walled, Base):
    """Filters, order and columns of a board or a list under a name: its author's, or shown to the agency.

    `parameters` are those of the address, as a reader would have typed them.
    """

    __tablename__ = "saved_view"
    __table_args__: Any = (
        of_agency(),
        to("user", "user_id"),
        one_of("screen", "board", "list", "ticket_board", "ticket_list"),
        UniqueConstraint("agency_id", "user_id", "screen", "name_key"),
        Index("saved_view_shared_ix", "agency_id", "screen", postgresql_where=text("is_shared")),
    )

    user_id: Mapped[UUID]
    """Its author."""
    screen: Mapped[str]
    """The clients' board or list, or one that a room above registers (`ports.keep_views`)."""
    name: Mapped[str] = mapped_column(String(50))
    name_key: Mapped[str] = mapped_column(String(50))
    parameters: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    is_shared: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class ClientChange(Stamped, Walled, Base):
    """One verb on many clients at once: `data` is what the verb needs, its rows tell what came of each client."""

    __tablename__ = "client_change"
    __table_args__: Any = (
        of_agency(),
        to("user", "created_by"),
        one_of("kind", "assign", "move", "tag", "untag", "mark_healthy"),
        one_of("status", "running", "done", "failed", "undoing", "undone"),
        CheckConstraint("total between 1 and 1000", name="total"),
        Index("client_change_recent_ix", "agency_id", "created_by", "created_at"),
    )

    kind: Mapped[str]
    data: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    status: Mapped[str] = mapped_column(default="running", server_default="running")
    total: Mapped[int] = mapped_column(default=1, server_default="1")
    error: Mapped[str | None]
    """Why it ended early, in a sentence for people."""
    created_by: Mapped[UUID]
    finished_at: Mapped[datetime | None]


class ClientChangeRow(Created, Walled, Base):
    """What came of one client, and what stood there before, so that a move can be taken back."""

    __tablename__ = "client_change_row"
    __table_args__: Any = (
        of_agency(),
        to("client_change", "change_id"),
        to("client", "client_id"),
        one_of("outcome", "waiting", "changed", "unchanged", "refused", "undone", "kept"),
        UniqueConstraint("agency_id", "change_id", "client_id"),
        UniqueConstraint("agency_id", "change_id", "place"),
    )

    change_id: Mapped[UUID]
    client_id: Mapped[UUID]
    place: Mapped[int]
    """Its place in the order in which they were chosen, from 0."""
    outcome: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    reason: Mapped[str | None] = mapped_column(String(500))
    before: Mapped[Json | None]
    """Of a move: the stage that it left, as `stage`."""
    entered_at: Mapped[datetime | None]
    """Of a move: when it entered the new stage; whoever finds another moment there finds another move."""
