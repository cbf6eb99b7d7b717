"""An agency, the people in it, and what they set. The agency is the tenant: its id is the wall's."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
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
    outside_the_wall,
    to,
    uuid7,
    verbs,
)

STAGES = ("Onboarding", "Installation", "Audit", "Live", "Needs Support", "Off-Boarding")
STAGE_ROLES = {
    "Onboarding": "initial",
    "Live": "live",
    "Needs Support": "support",
    "Off-Boarding": "terminal",
}
HEALTH_THRESHOLDS = {"yellow": 7, "red": 14}


class Agency(Stamped, Versioned, Base):
    """The tenant. Days, hours and stages of all its rooms are said here."""

    __tablename__ = "agency"
    __table_args__: Any = (
        one_of("client_visibility", "all", "assigned"),
        verbs("select", "update"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(50))
    """A copy of its current row in `slug`, where uniqueness is held."""
    logo_url: Mapped[str | None] = mapped_column(String(500))
    domain: Mapped[str | None] = mapped_column(String(100))
    timezone: Mapped[str] = mapped_column(String(50), default="UTC", server_default="UTC")
    business_hours: Mapped[Json | None]
    pipeline_stages: Mapped[list[str]] = mapped_column(
        ARRAY(String(50)),
        default=lambda: list(STAGES),
        server_default=text("'{Onboarding,Installation,Audit,Live,\"Needs Support\",Off-Boarding}'"),
    )
    stage_roles: Mapped[Json] = mapped_column(
        default=lambda: dict(STAGE_ROLES),
        server_default=text(
            '\'{"Onboarding": "initial", "Live": "live", "Needs Support": "support", "Off-Boarding": "terminal"}\''
        ),
    )
    health_thresholds: Mapped[Json] = mapped_column(
        default=lambda: dict(HEALTH_THRESHOLDS), server_default=text('\'{"yellow": 7, "red": 14}\'')
    )
    stuck_after_days: Mapped[int] = mapped_column(default=4, server_default="4")
    client_visibility: Mapped[str] = mapped_column(default="all", server_default="all")
    currency: Mapped[str] = mapped_column(String(3), default="USD", server_default="USD")


class Slug(Created, Base):
    """Every address an agency ever had. A past one redirects and is never given to another."""

    __tablename__ = "slug"
    __table_args__: Any = (
        Index(None, "agency_id"),
        outside_the_wall("an address is looked up before the agency is known"),
    )

    slug: Mapped[str] = mapped_column(String(50), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    is_current: Mapped[bool] = mapped_column(default=True, server_default=text("true"))


class User(Stamped, Versioned, Walled, Base):
    """A person in one agency. Never hard-deleted: history names them."""

    __tablename__ = "user"
    __table_args__: Any = (
        of_agency(),
        one_of("role", "admin", "user"),
        Index(
            "user_email_uq",
            "agency_id",
            "email_key",
            unique=True,
            postgresql_where=text("deleted_at is null"),
        ),
        Index(
            "user_account_uq",
            "agency_id",
            "account_id",
            unique=True,
            postgresql_where=text("deleted_at is null"),
        ),
        Index("user_seats_ix", "account_id"),
        verbs("select", "update"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    email: Mapped[str] = mapped_column(String(100))
    email_key: Mapped[str] = mapped_column(String(100))
    email_verified_at: Mapped[datetime | None]
    first_name: Mapped[str] = mapped_column(String(50))
    last_name: Mapped[str] = mapped_column(String(50))
    nickname: Mapped[str | None] = mapped_column(String(50))
    role: Mapped[str] = mapped_column(default="user", server_default="user")
    avatar_url: Mapped[str | None] = mapped_column(String(500))
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    last_active_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class UserPreference(Stamped, Walled, Base):
    """One setting of one person; its owner alone reads and writes it."""

    __tablename__ = "user_preference"
    __table_args__: Any = (
        of_agency(),
        to("user", "user_id"),
        one_of("category", "notifications", "ai", "display"),
        UniqueConstraint("agency_id", "user_id", "category", "key"),
    )

    user_id: Mapped[UUID]
    category: Mapped[str]
    key: Mapped[str] = mapped_column(String(100))
    value: Mapped[Any] = mapped_column(JSONB)


class Invitation(Created, Walled, Base):
    """A way in for one address, once, for seven days. Only the hash of its link is kept."""

    __tablename__ = "invitation"
    __table_args__: Any = (
        of_agency(),
        to("user", "invited_by"),
        to("user", "accepted_by"),
        one_of("role", "admin", "user"),
        CheckConstraint("accepted_at is null or cancelled_at is null", name="one_end"),
        Index(
            "invitation_pending_uq",
            "agency_id",
            "email_key",
            unique=True,
            postgresql_where=text("accepted_at is null and cancelled_at is null"),
        ),
        UniqueConstraint("agency_id", "hash"),
        verbs("select", "insert", "update"),
    )

    email: Mapped[str] = mapped_column(String(100))
    email_key: Mapped[str] = mapped_column(String(100))
    role: Mapped[str]
    message: Mapped[str | None] = mapped_column(String(1000))
    hash: Mapped[str] = mapped_column(String(64))
    invited_by: Mapped[UUID]
    accepted_by: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class ApiToken(Created, Walled, Base):
    """A key for a program, acting within its scopes and its owner's present rights."""

    __tablename__ = "api_token"
    __table_args__: Any = (
        of_agency(),
        to("user", "user_id"),
        UniqueConstraint("agency_id", "hash"),
        verbs("select", "insert", "update"),
    )

    user_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(100))
    hash: Mapped[str] = mapped_column(String(64))
    hint: Mapped[str] = mapped_column(String(8))
    scopes: Mapped[list[str]]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
