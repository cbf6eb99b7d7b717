"""Mails waiting to leave: an agency's own, and a person's."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Created, Walled, of_agency, outside_the_wall, uuid7, verbs


class _Letter(Created):
    kind: Mapped[str] = mapped_column(String(50))
    to_email: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class AgencyMail(_Letter, Walled, Base):
    """A mail that the agency sends: an invitation, a notification. Its admins may read it while it waits."""

    __tablename__ = "mail_out"
    __table_args__: Any = (
        of_agency(),
        Index(None, "agency_id", "created_at"),
        Index("mail_out_unsent_ix", "created_at", postgresql_where=text("sent_at is null")),
        verbs("select", "insert"),
    )

    about_id: Mapped[UUID | None]


class AccountMail(_Letter, Base):
    """A mail to a person about their account. It may open the account, so no agency ever sees it."""

    __tablename__ = "account_mail"
    __table_args__: Any = (
        Index("account_mail_unsent_ix", "created_at", postgresql_where=text("sent_at is null")),
        outside_the_wall("a reset link opens a person in every agency they belong to"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
