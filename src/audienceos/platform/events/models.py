"""The append-only log: timeline, audit, outbox and live cursor in one table."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from audienceos.platform.db.base import APPEND_ONLY, Base, Json, Walled, of_agency, one_of, verbs


class Xid8(UserDefinedType[str]):
    """A transaction's 64-bit number; it travels as text."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


class Event(Walled, Base):
    """Something that happened, written in the transaction in which it happened.

    `data` is for everyone who sees the subject; `before` and `after` are the admin's, with secrets masked.
    `xid` orders what other transactions may already have shown; `seq` orders within one.
    """

    __tablename__ = "event"
    __table_args__: Any = (
        of_agency(),
        one_of("actor_kind", "person", "token", "system"),
        Index("event_cursor_ix", "agency_id", "xid", "seq"),
        Index(
            "event_client_ix", "agency_id", "client_id", "at", postgresql_where=text("client_id is not null")
        ),
        Index("event_audit_ix", "agency_id", "at"),
        Index("event_actor_ix", "agency_id", "actor_id", "at", postgresql_where=text("actor_id is not null")),
        Index("event_kind_ix", "agency_id", "subject_type", "at"),
        Index(
            "event_subject_ix",
            "agency_id",
            "subject_id",
            "at",
            postgresql_where=text("subject_id is not null"),
        ),
        Index("event_name_ix", "agency_id", "name", "at"),
        verbs(*APPEND_ONLY),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    xid: Mapped[str] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(100))
    topic: Mapped[str] = mapped_column(String(50))
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    subject_type: Mapped[str] = mapped_column(String(50))
    subject_id: Mapped[UUID | None]
    client_id: Mapped[UUID | None]
    data: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    before: Mapped[Json | None]
    after: Mapped[Json | None]
    request_id: Mapped[str | None] = mapped_column(String(64))
