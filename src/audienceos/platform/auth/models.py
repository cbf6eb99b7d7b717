"""A person and how they prove it. Global: a person may belong to several agencies."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import Base, Created, Stamped, one_of, outside_the_wall, uuid7


class Account(Stamped, Base):
    """A person. The e-mail is kept as typed and, beside it, normalised; only the latter is compared."""

    __tablename__ = "account"
    __table_args__: Any = (outside_the_wall("a person may belong to several agencies"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    email: Mapped[str] = mapped_column(String(100))
    email_key: Mapped[str] = mapped_column(String(100), unique=True)
    email_verified_at: Mapped[datetime | None]
    password_hash: Mapped[str]
    password_changed_at: Mapped[datetime]


class SignIn(Created, Base):
    """One signed-in browser. Only the hash of its cookie is kept."""

    __tablename__ = "session"
    __table_args__: Any = (
        Index(None, "account_id"),
        outside_the_wall("it is the person's, in whichever of their agencies; read by its own hash alone"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    last_seen_at: Mapped[datetime]
    idle_until: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(String(300), default="", server_default="")


class AccountToken(Created, Base):
    """A link once mailed, that works once: it verifies an address, resets a password, or proves a new address."""

    __tablename__ = "account_token"
    __table_args__: Any = (
        one_of("purpose", "verify", "reset", "email"),
        CheckConstraint("(new_email is not null) = (purpose = 'email')", name="new_email"),
        Index(None, "account_id"),
        outside_the_wall("it is the person's, not an agency's"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    purpose: Mapped[str]
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    email_key: Mapped[str] = mapped_column(String(100))
    """Of the account when the link was made: it dies with a change of it."""
    new_email: Mapped[str | None] = mapped_column(String(100), sort_order=100)
    """What the address shall be, as typed."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Throttle(Base):
    """How often something guessable was tried: exact, shared by all processes. The key is hashed."""

    __tablename__ = "throttle"
    __table_args__: Any = (outside_the_wall("tries are counted before anyone is known"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int]
    window_ends_at: Mapped[datetime] = mapped_column(index=True)


class SecurityLog(Created, Base):
    """Denials and sign-ins that belong to no agency. Holds no e-mail, only its hash."""

    __tablename__ = "security_log"
    __table_args__: Any = (outside_the_wall("what it tells of has no agency"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(String(100))
    account_id: Mapped[UUID | None]
    email_hash: Mapped[str | None] = mapped_column(String(64))
    request_id: Mapped[str | None] = mapped_column(String(64))
