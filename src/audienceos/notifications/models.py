"""What a person was told, and what they watch."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Created, Walled, of_agency, one_of, to, verbs


class Notification(Created, Walled, Base):
    """One thing that one person was told, once. Nobody reads another's.

    `key` tells what it is about: the same one twice is one. While its mail is `waiting`, `due_at` is when it leaves,
    alone or in a digest; then `mail_id` is the mail that it stands in.
    """

    __tablename__ = "notification"
    __table_args__: Any = (
        of_agency(),
        to("user", "user_id"),
        to("client", "client_id"),
        to("mail_out", "mail_id"),
        one_of("kind", "work", "clients", "tickets", "alerts", "mentions", "agency", "test", "messages"),
        one_of("urgency", "normal", "critical"),
        one_of("mail", "none", "waiting", "posted"),
        CheckConstraint("(mail = 'waiting') = (due_at is not null)", name="due_at"),
        UniqueConstraint("agency_id", "user_id", "key"),
        Index("notification_inbox_ix", "agency_id", "user_id", "created_at"),
        Index("notification_unread_ix", "agency_id", "user_id", postgresql_where=text("read_at is null")),
        Index(
            "notification_unread_first_ix",
            "agency_id",
            "user_id",
            text("(read_at is null) desc"),
            text("created_at desc"),
            text("id desc"),
        ),
        Index(
            "notification_waiting_ix",
            "agency_id",
            "user_id",
            "due_at",
            postgresql_where=text("due_at is not null"),
        ),
        Index("notification_due_ix", "due_at", postgresql_where=text("due_at is not null")),
        Index(
            "notification_client_ix",
            "agency_id",
            "client_id",
            postgresql_where=text("client_id is not null"),
        ),
        verbs("select", "insert", "update"),
    )

    user_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str]
    urgency: Mapped[str]
    words: Mapped[str]
    subject_type: Mapped[str] = mapped_column(String(50))
    subject_id: Mapped[UUID | None]
    number: Mapped[int | None]
    client_id: Mapped[UUID | None]
    read_at: Mapped[datetime | None]
    mail: Mapped[str] = mapped_column(default="none", server_default="none")
    due_at: Mapped[datetime | None]
    mail_id: Mapped[UUID | None]


class Watch(Created, Walled, Base):
    """A person wants to hear of a client, or of one ticket of it, though it isn't theirs."""

    __tablename__ = "watch"
    __table_args__: Any = (
        of_agency(),
        to("user", "user_id"),
        to("client", "client_id"),
        to("ticket", "ticket_id"),
        UniqueConstraint(
            "agency_id", "user_id", "client_id", "ticket_id", postgresql_nulls_not_distinct=True
        ),
        Index("watch_client_ix", "agency_id", "client_id"),
        verbs("select", "insert", "update", "delete"),
    )

    user_id: Mapped[UUID]
    client_id: Mapped[UUID]
    ticket_id: Mapped[UUID | None]
