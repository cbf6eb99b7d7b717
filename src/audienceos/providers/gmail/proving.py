"""Whether Google's Pub/Sub signed what came, for us: an OpenID Connect token
(https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions), checked by Google's own library against
Google's certificates, which are kept for a while.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

import httpx
from google.auth import transport
from google.auth.exceptions import GoogleAuthError, TransportError
from google.oauth2 import id_token

from audienceos.platform import clock

ISSUERS = frozenset(("accounts.google.com", "https://accounts.google.com"))
KEPT, ASKED_AGAIN = timedelta(hours=1), timedelta(minutes=1)
"""How long certificates are kept; how soon they are asked for again for a key that isn't among them."""
SKEW_SECONDS = 60
LONGEST_TOKEN = 4000
SECONDS = 5.0
BAD = (GoogleAuthError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What a token that is none makes of the library."""


class Pusher(NamedTuple):
    """Who may push, and for whom it must be signed."""

    account: str
    audience: str
    certs_url: str


class _Held(NamedTuple):
    status: int
    headers: Mapping[str, str]
    data: bytes


class Certificates(transport.Request):
    """Google's certificates as its library asks for them, fetched once in a while. Blocking; threads may share it."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[datetime, _Held]] = {}
        self._lock = threading.Lock()

    def __call__(self, url: str, *args: Any, **given: Any) -> Any:
        """The certificates there. Raises `TransportError` where nobody gives them."""
        with self._lock:
            found = self._held.get(url)
            if found is not None and found[0] > clock.now() - KEPT:
                return found[1]
            held = _fetched(url)
            self._held[url] = clock.now(), held
            return held

    def forget(self, url: str) -> bool:
        """Have them fetched anew, unless they were just now; whether they will be."""
        with self._lock:
            found = self._held.get(url)
            if found is None or found[0] > clock.now() - ASKED_AGAIN:
                return False
            del self._held[url]
            return True


def is_proven(token: str, pusher: Pusher, certificates: Certificates) -> bool:
    """Whether it is a token of Google's, for us, in that account's name and good now. Blocking.

    Raises `TransportError` where Google's certificates can't be had.
    """
    if not token or len(token) > LONGEST_TOKEN:
        return False
    claims = _claims(token, pusher, certificates)
    if claims is None and certificates.forget(pusher.certs_url):  # Google may sign with a new key by now
        claims = _claims(token, pusher, certificates)
    return (
        claims is not None
        and claims.get("iss") in ISSUERS
        and claims.get("email") == pusher.account
        and claims.get("email_verified") is True
    )


def _claims(token: str, pusher: Pusher, certificates: Certificates) -> dict[str, Any] | None:
    try:
        said = id_token.verify_token(  # pyright: ignore[reportUnknownMemberType]
            token, certificates, pusher.audience, pusher.certs_url, SKEW_SECONDS
        )
    except TransportError:
        raise
    except BAD:
        return None
    return cast("dict[str, Any]", said)


def _fetched(url: str) -> _Held:
    try:
        answer = httpx.get(url, timeout=SECONDS, follow_redirects=False, trust_env=False)
    except httpx.HTTPError as problem:
        raise TransportError(type(problem).__name__) from None
    if answer.status_code != 200:
        raise TransportError(f"certificates: {answer.status_code}")
    return _Held(answer.status_code, dict(answer.headers), answer.content)
