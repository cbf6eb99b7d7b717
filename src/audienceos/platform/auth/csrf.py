"""Requests that another site's page made with this person's cookie are refused.

Two proofs are asked of every unsafe request that a cookie could carry: that the browser says it comes from
here (Sec-Fetch-Site, else Origin), and, once somebody is signed in, a token that only our own pages know. The
token is derived from the session's secret, so nothing has to be kept and it ends with the session.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256

from audienceos.platform.auth.secrets import same

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER = "x-csrf-token"
FIELD = "_csrf"


def token_for(session_secret: str) -> str:
    """The token that pages of this session carry (64 hexadecimal digits)."""
    return hmac.new(session_secret.encode(), b"audienceos csrf", sha256).hexdigest()


def matches(session_secret: str, shown: object) -> bool:
    """Whether the token shown is this session's; compared in constant time."""
    return isinstance(shown, str) and same(token_for(session_secret), shown)


def from_here(headers: Mapping[str, str], own_origins: frozenset[str]) -> bool:
    """Whether the browser says that one of our own pages asked. `Sec-Fetch-Site` wins over `Origin`."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    return headers.get("origin") in own_origins
