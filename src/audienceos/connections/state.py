"""What somebody carries to a vendor and back: signed, for one person, agency and service, once, within ten minutes.

The verifier of the exchange (RFC 7636) is made of the nonce and the installation's key, so that it is kept nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from audienceos.connections.ports import ProviderName
from audienceos.platform import clock
from audienceos.platform.auth.keys import installation_key
from audienceos.platform.auth.secrets import same
from audienceos.platform.sealing import Secret
from audienceos.platform.settings import Settings

GOOD_FOR = timedelta(minutes=10)
LONGEST = 1000
"""Characters; what vendors hand back unharmed."""
SIGNING, PROVING = b"connect state:", b"connect verifier:"


class Carried(
    msgspec.Struct, frozen=True, rename={"agency_id": "a", "user_id": "u", "provider": "p", "is_own": "o"}
):
    """What is in it."""

    agency_id: UUID
    user_id: UUID
    provider: ProviderName
    nonce: str
    ends: datetime
    is_own: bool = False
    """Whether it is for a mailbox of the person's own rather than for the agency."""


class BadState(Exception):
    """It isn't ours, was altered, or its time is over."""


def carried(agency_id: UUID, user_id: UUID, provider: ProviderName, *, is_own: bool = False) -> Carried:
    """A fresh one."""
    ends = clock.now() + GOOD_FOR
    return Carried(agency_id, user_id, provider, secrets.token_urlsafe(24), ends, is_own)


def signed(settings: Settings, what: Carried) -> str:
    """It as it travels."""
    body = urlsafe_b64encode(msgspec.json.encode(what)).decode().rstrip("=")
    return f"{body}.{_mark(settings, body)}"


def read(settings: Settings, text: str) -> Carried:
    """What came back. Raises `BadState`."""
    body, _, mark = text.partition(".")
    if len(text) > LONGEST or not same(mark, _mark(settings, body)):
        raise BadState
    what = msgspec.json.decode(urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=Carried)
    if what.ends <= clock.now():
        raise BadState
    return what


def verifier(settings: Settings, nonce: str) -> Secret:
    """What the exchange shows, and nobody but we can make."""
    return Secret(_encoded(hmac.digest(installation_key(settings), PROVING + nonce.encode(), "sha256")))


def challenge(proof: Secret) -> str:
    """What goes along to the vendor first: a hash of it."""
    return _encoded(hashlib.sha256(proof.reveal().encode()).digest())


def _mark(settings: Settings, body: str) -> str:
    said = SIGNING + body.encode("utf-8", "surrogatepass")
    return hmac.digest(installation_key(settings), said, "sha256").hex()


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
