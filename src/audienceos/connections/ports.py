"""What connections need from others: from each vendor's room a way to be granted access, and from the rooms beside and
above what a grant is good for. `app.py`, `worker.py` and `between.py` register who answers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.sealing import Secret

ProviderName = Literal["slack", "gmail", "google_ads", "meta_ads"]
Vendor = Literal["slack", "google", "meta"]
NAMES: tuple[ProviderName, ...] = ("slack", "gmail", "google_ads", "meta_ads")


class VendorError(Exception):
    """A vendor didn't do what was asked. Its text is ours, for people, and holds no secret."""


class Transient(VendorError):
    """For now; another try may succeed. `retry_after` is the pause that the vendor asks for, in seconds."""

    def __init__(self, words: str, retry_after: int | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class Permanent(VendorError):
    """For good: the grant was taken back or never was; only granting anew helps. `code` is the vendor's."""

    def __init__(self, words: str, code: str = "") -> None:
        super().__init__(words)
        self.code = code


class MissingScopes(Permanent):
    """Access was granted to less than is needed."""

    def __init__(self, scopes: Sequence[str]) -> None:
        super().__init__(f"It wasn't granted: {', '.join(scopes)}", "missing_scope")
        self.scopes = tuple(scopes)


class App(msgspec.Struct, frozen=True):
    """In whose name access is asked for at a vendor."""

    client_id: str
    client_secret: Secret
    signing_secret: Secret | None = None
    developer_token: Secret | None = None
    is_own: bool = False
    """Whether it is the agency's own, and not the installation's."""


class Asking(msgspec.Struct, frozen=True):
    """What goes along to the page where somebody grants access."""

    redirect: str
    state: str
    challenge: str
    """Of the verifier that the exchange will show (RFC 7636, S256); a vendor that has no use for it gets none."""


class Returned(msgspec.Struct, frozen=True):
    """What came back from there."""

    code: Secret
    redirect: str
    verifier: Secret


class Tokens(msgspec.Struct, frozen=True):
    """What opens the account. Never leaves the process but sealed."""

    access: Secret
    refresh: Secret | None = None
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()


class Account(msgspec.Struct, frozen=True):
    """The account that somebody granted access to, in the vendor's terms and in words."""

    id: str
    name: str


class ListedAccount(msgspec.Struct, frozen=True):
    """An ad account that a grant reaches."""

    id: str
    name: str
    currency: str | None


class Provider(Protocol):
    """A vendor's service. All of it may raise `Transient` and `Permanent`."""

    name: ProviderName
    words: str
    vendor: Vendor
    is_exclusive: bool
    """Whether one account belongs to one agency, because what the vendor sends names the account alone."""
    ends_quietly: bool
    """Whether its grant ends in weeks and is renewed ahead, since nothing renews it afterwards."""

    def address(self, app: App, asking: Asking) -> str:
        """Where somebody is sent to grant access."""
        ...

    async def exchange(self, app: App, returned: Returned) -> Tokens:
        """Tokens for the code that came back. Raises `MissingScopes` where less was granted than is needed."""
        ...

    async def refresh(self, app: App, tokens: Tokens) -> Tokens:
        """Fresh tokens. Where the vendor gives no new refresh token, the old one goes on."""
        ...

    async def revoke(self, app: App, tokens: Tokens) -> None:
        """Give the grant back."""
        ...

    async def identify(self, app: App, tokens: Tokens) -> Account:
        """Whose account it is: the cheapest call that proves that the grant works."""
        ...


class AdProvider(Provider, Protocol):
    """A service with ad accounts."""

    async def accounts(self, app: App, tokens: Tokens, config: dict[str, Any]) -> list[ListedAccount]:
        """The ad accounts that the grant reaches."""
        ...


class ClientName(msgspec.Struct, frozen=True):
    """A client as a picker shows it."""

    id: UUID
    name: str


FindClient = Callable[[Db, UUID], Awaitable[str]]
"""A client's name, as whoever acts sees it. Raises `NotFound`."""
ListClients = Callable[[Lane], Awaitable[list[ClientName]]]

_providers: dict[ProviderName, Provider] = {}
_syncs: dict[str, str] = {}
_clients: list[tuple[FindClient, ListClients]] = []


def answer_provider(provider: Provider) -> None:
    """Register a vendor's service; a later registration replaces an earlier one."""
    _providers[provider.name] = provider


def provider_of(name: str) -> Provider:
    """The vendor's service. Raises `LookupError` where its room isn't there."""
    return _providers[name]  # pyright: ignore[reportArgumentType]


def providers() -> list[Provider]:
    """Every service there is, in the order in which they are shown."""
    return [_providers[name] for name in NAMES if name in _providers]


def answer_sync(kind: str, job: str) -> None:
    """Register the job that reads what a provider (or `imap`) has to tell. Its payload says `integration_id` or
    `mailbox_id`. Where none is registered, nothing offers to read it.
    """
    _syncs[kind] = job


def sync_of(kind: str) -> str | None:
    """The job that reads it; None where nobody does."""
    return _syncs.get(kind)


def answer_clients(find: FindClient, listing: ListClients) -> None:
    """Register who knows the agency's clients; a later registration replaces an earlier one."""
    _clients[:] = [(find, listing)]


async def client_name(db: Db, client_id: UUID) -> str:
    """A client's name. Raises `NotFound`."""
    return await _clients[0][0](db, client_id)


async def client_names(lane: Lane) -> list[ClientName]:
    """The clients that the reader sees."""
    return await _clients[0][1](lane)
