"""What may come in about connections, and the shapes that go out. No secret ever goes out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from audienceos.connections.ports import ProviderName, Vendor
from audienceos.platform.web.forms import Form

State = Literal["connected", "disconnected", "error", "syncing"]
SecretText = Annotated[str, Meta(min_length=1, max_length=500)]
Host = Annotated[str, Meta(min_length=1, max_length=253)]
Port = Annotated[int, Meta(ge=1, le=65_535)]
MANAGER = r"^\d{3}-?\d{3}-?\d{4}$"

SETTINGS: Mapping[ProviderName, tuple[str, ...]] = MappingProxyType(
    {
        "slack": ("history_days",),
        "gmail": ("history_days", "ignored_senders", "ignored_labels"),
        "google_ads": ("login_customer_id",),
        "meta_ads": (),
    }
)
"""What can be set of each service."""


class AuthorisationIn(Form):
    """Which service the agency wants to be connected with."""

    provider: ProviderName
    is_own: bool = False
    """A mailbox of one's own at Gmail rather than the agency's."""


class Authorisation(msgspec.Struct, frozen=True):
    """Where to go to grant access; good once, until then."""

    address: str
    expires_at: datetime


class AppIn(Form):
    """The agency's own app at a vendor. A secret that is left out stays as it was."""

    vendor: Vendor
    app_id: Annotated[str, Meta(min_length=1, max_length=300)]
    """What the vendor calls it: a client id, an app id."""
    client_secret: SecretText | None = None
    signing_secret: SecretText | None = None
    developer_token: SecretText | None = None


class AppView(msgspec.Struct, frozen=True):
    """The agency's own app; which of its secrets are kept, by name."""

    id: UUID
    vendor: Vendor
    app_id: str
    holds: list[str]
    updated_at: datetime


class Configuration(Form):
    """How a service is used. What a service doesn't have is refused."""

    history_days: Annotated[int, Meta(ge=1, le=30)] | None = None
    """So many days back are read when it is connected; 30 unless said."""
    ignored_senders: Annotated[str, Meta(max_length=2000)] | None = None
    """Addresses, and domains with all that is under them, parted by commas: their mail isn't read."""
    ignored_labels: Annotated[str, Meta(max_length=2000)] | None = None
    """Labels by their names, parted by commas: mail that bears one isn't read."""
    login_customer_id: Annotated[str, Meta(pattern=MANAGER)] | None = None
    """The manager's account under which the ad accounts are, such as 123-456-7890."""


class IntegrationView(msgspec.Struct, frozen=True, kw_only=True):
    """How the agency stands with a service."""

    id: UUID | None
    """None for one that was never connected."""
    provider: ProviderName
    name: str
    state: State
    account_name: str | None
    has_token: bool
    scopes: list[str]
    config: dict[str, str | int]
    expires_at: datetime | None
    """Of a grant that nothing renews once it is over."""
    connected_at: datetime | None
    checked_at: datetime | None
    last_sync_at: datetime | None
    health_score: int | None
    health_reasons: list[str]
    last_error: str | None
    can_connect: bool
    """Whether there is an app to ask in the name of."""
    can_sync: bool
    """Whether what it has to tell is read here."""


class RunView(msgspec.Struct, frozen=True):
    """One reading, and what it came to."""

    id: UUID
    outcome: str
    started_at: datetime
    ended_at: datetime | None
    fetched: int
    created: int
    updated: int
    skipped: int
    failed: int
    error: str | None


class MailboxIn(Form):
    """A mailbox by IMAP and SMTP. Hosts may be left out for an address of a provider that we know."""

    address: Annotated[str, Meta(max_length=100, pattern=r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$")]
    password: SecretText
    username: Annotated[str, Meta(max_length=200)] | None = None
    """The address unless said."""
    imap_host: Host | None = None
    imap_port: Port | None = None
    smtp_host: Host | None = None
    smtp_port: Port | None = None
    is_shared: bool = False
    """The agency's rather than one's own; for admins."""


class MailboxView(msgspec.Struct, frozen=True):
    """A mailbox and how it stands."""

    id: UUID
    kind: str
    address: str
    user_id: UUID | None
    owner: str | None
    imap_host: str | None
    imap_port: int | None
    smtp_host: str | None
    smtp_port: int | None
    state: str
    checked_at: datetime | None
    last_sync_at: datetime | None
    last_error: str | None


class AdAccountView(msgspec.Struct, frozen=True):
    """An account at an ad platform, and whose it is."""

    id: UUID
    provider: ProviderName
    account_id: str
    name: str
    currency: str | None
    client_id: UUID | None
    seen_at: datetime
    version: int


class AdAccountPatch(Form):
    """Whose it is; null for nobody's."""

    client_id: UUID | msgspec.UnsetType | None = msgspec.UNSET


class Listing(msgspec.Struct, frozen=True):
    """How many accounts the service listed, and how many of them were new."""

    listed: int
    added: int
