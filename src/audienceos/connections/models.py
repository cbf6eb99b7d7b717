"""What an agency is connected with: services, mailboxes, ad accounts; and what became of reading them.

Whatever opens a door elsewhere is sealed (`platform/sealing.py`) and is the service login's alone: whoever works for
the agency has no attribute for it and no right to its column.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from audienceos.platform.db.base import (
    LATER,
    Base,
    Created,
    Json,
    Stamped,
    Versioned,
    Walled,
    hiding,
    of_agency,
    one_of,
    outside_the_wall,
    to,
    verbs,
)

PROVIDERS = ("slack", "gmail", "google_ads", "meta_ads")
SEALED = ("access_token", "refresh_token")
"""Columns that the service login alone may read; whoever works for the agency has no attribute for them."""
APP_SEALED = ("client_secret", "signing_secret", "developer_token")
MAILBOX_SEALED = ("password", "access_token", "refresh_token")
LEASE = "refreshing_until"
"""Until when one process has to itself the renewing of a grant."""


class Integration(Stamped, Walled, Base):
    """An agency's connection to a provider. Its encrypted tokens are in the table and not in this class."""

    __tablename__ = "integration"
    __table_args__: Any = (
        *(Column(name, Text) for name in SEALED),
        Column(LEASE, DateTime(timezone=True)),
        of_agency(),
        to("user", "connected_by"),
        one_of("provider", *PROVIDERS),
        UniqueConstraint("agency_id", "provider"),
        # The sweep asks all agencies at once whose grant ends soon: the exception to tenant first, as for health.
        Index("integration_expiry_ix", "token_expires_at", postgresql_where=text("is_connected")),
        hiding(*SEALED, LEASE),
    )
    __mapper_args__: Any = {"exclude_properties": (*SEALED, LEASE)}

    provider: Mapped[str]
    is_connected: Mapped[bool]
    token_expires_at: Mapped[datetime | None]
    last_sync_at: Mapped[datetime | None]
    config: Mapped[Json | None]
    account_id: Mapped[str | None] = mapped_column(String(200), sort_order=LATER)
    """The account there, in its own terms: a workspace, a mailbox, a person."""
    account_name: Mapped[str | None] = mapped_column(String(200), sort_order=LATER)
    scopes: Mapped[list[str]] = mapped_column(default=list, server_default="{}", sort_order=LATER)
    connected_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    connected_by: Mapped[UUID | None] = mapped_column(sort_order=LATER)
    tokens_refreshed_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    checked_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    failures: Mapped[int] = mapped_column(default=0, server_default="0", sort_order=LATER)
    """How often in a row it failed for now; a success makes it none."""
    last_error: Mapped[str | None] = mapped_column(sort_order=LATER)
    """In our words."""
    lost_at: Mapped[datetime | None] = mapped_column(sort_order=LATER)
    """When the provider took the grant back; null again once somebody connects anew or lets it be."""


class IntegrationApp(Stamped, Walled, Base):
    """The agency's own app at a vendor: in its name people are asked to grant access."""

    __tablename__ = "integration_app"
    __table_args__: Any = (
        *(Column(name, Text) for name in APP_SEALED),
        of_agency(),
        one_of("vendor", "slack", "google", "meta"),
        UniqueConstraint("agency_id", "vendor"),
        hiding(*APP_SEALED),
    )
    __mapper_args__: Any = {"exclude_properties": APP_SEALED}

    vendor: Mapped[str]
    app_id: Mapped[str] = mapped_column(String(300))
    """What the vendor calls it: a client id, an app id."""
    holds: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    """Which of its secrets are kept: their names alone."""


class Mailbox(Stamped, Walled, Base):
    """A mailbox that is read and sent from: by IMAP and SMTP with a password of its own, or by a grant at Gmail.

    It is the agency's, shared by all who write to clients, or one person's.
    """

    __tablename__ = "mailbox"
    __table_args__: Any = (
        *(Column(name, Text) for name in MAILBOX_SEALED),
        Column(LEASE, DateTime(timezone=True)),
        of_agency(),
        to("user", "user_id"),
        one_of("kind", "gmail", "imap"),
        one_of("state", "working", "failing"),
        CheckConstraint("kind = 'gmail' or (imap_host is not null and smtp_host is not null)", name="hosts"),
        UniqueConstraint("agency_id", "address_key"),
        Index("mailbox_user_ix", "agency_id", "user_id"),
        hiding(*MAILBOX_SEALED, LEASE),
    )
    __mapper_args__: Any = {"exclude_properties": (*MAILBOX_SEALED, LEASE)}

    kind: Mapped[str]
    address: Mapped[str] = mapped_column(String(100))
    address_key: Mapped[str] = mapped_column(String(100))
    user_id: Mapped[UUID | None]
    """Whose it is; null for the agency's."""
    username: Mapped[str | None] = mapped_column(String(200))
    imap_host: Mapped[str | None] = mapped_column(String(253))
    imap_port: Mapped[int | None]
    smtp_host: Mapped[str | None] = mapped_column(String(253))
    smtp_port: Mapped[int | None]
    state: Mapped[str]
    token_expires_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    last_sync_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str | None]


class OAuthStart(Created, Walled, Base):
    """Somebody went to a provider to grant access, and may come back once, within ten minutes."""

    __tablename__ = "oauth_start"
    __table_args__: Any = (
        of_agency(),
        to("user", "user_id"),
        one_of("provider", *PROVIDERS),
        Index("oauth_start_nonce_ix", "agency_id", "nonce_hash"),
        Index("oauth_start_ends_ix", "expires_at"),
        verbs("select", "insert", "delete"),
    )

    user_id: Mapped[UUID]
    provider: Mapped[str]
    nonce_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]


class SyncRun(Walled, Base):
    """One reading of what a connection or a mailbox has to tell, and what became of it."""

    __tablename__ = "sync_run"
    __table_args__: Any = (
        of_agency(),
        to("integration", "integration_id"),
        to("mailbox", "mailbox_id", ondelete="CASCADE"),
        one_of("outcome", "running", "done", "partial", "failed"),
        CheckConstraint("integration_id is null or mailbox_id is null", name="of_one"),
        CheckConstraint("(outcome = 'running') = (ended_at is null)", name="ended"),
        Index("sync_run_integration_ix", "agency_id", "integration_id", "started_at"),
        Index("sync_run_mailbox_ix", "agency_id", "mailbox_id", "started_at"),
        verbs("select", "insert", "update", "delete"),
    )

    integration_id: Mapped[UUID | None]
    mailbox_id: Mapped[UUID | None]
    outcome: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    fetched: Mapped[int] = mapped_column(default=0, server_default="0")
    created: Mapped[int] = mapped_column(default=0, server_default="0")
    updated: Mapped[int] = mapped_column(default=0, server_default="0")
    skipped: Mapped[int] = mapped_column(default=0, server_default="0")
    failed: Mapped[int] = mapped_column(default=0, server_default="0")
    error: Mapped[str | None]


class AdAccount(Stamped, Versioned, Walled, Base):
    """An account at an ad platform that the agency's grant reaches, and whose client's it is."""

    __tablename__ = "ad_account"
    __table_args__: Any = (
        of_agency(),
        to("client", "client_id"),
        one_of("provider", "google_ads", "meta_ads"),
        UniqueConstraint("agency_id", "provider", "account_id"),
        Index("ad_account_client_ix", "agency_id", "client_id"),
        verbs("select", "insert", "update"),
    )

    provider: Mapped[str]
    account_id: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str | None] = mapped_column(String(3))
    client_id: Mapped[UUID | None]
    seen_at: Mapped[datetime]
    """When the provider last listed it."""


class OutsideAccount(Created, Base):
    """Which agency has an account elsewhere: a workspace tells of itself to one agency alone."""

    __tablename__ = "outside_account"
    __table_args__: Any = (
        Index(None, "agency_id"),
        outside_the_wall("what a vendor sends names its own account, before any agency is known"),
    )

    provider: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    agency_id: Mapped[UUID]
