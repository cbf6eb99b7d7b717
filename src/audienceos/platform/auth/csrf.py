"""Requests that another site's page made with this person's cookie are refused.

Two proofs are asked of every unsafe request that a cookie could carry: that the browser says it comes from
here (Sec-Fetch-Site, else Origin), and, once somebody is signed in, a token that only our own pages know. The
token is derived from the session's secret, so nothing has to be kept and it ends with the session. Each page shows
another one: pages travel compressed, and what is the same in each could be guessed from their sizes (BREACH, 2013).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from hashlib import sha256

from audienceos.platform.auth.secrets import same

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER = "x-csrf-token"
FIELD = "_csrf"
HALF = 32  # hexadecimal digits: 128 bits of each


def token_for(session_secret: str) -> str:
    """A token for one page of this session: 32 random hexadecimal digits, and 32 that seal them."""
    salt = secrets.token_hex(HALF // 2)
    return salt + _seal(session_secret, salt)


def matches(session_secret: str, shown: object) -> bool:
    """Whether the token shown is one of this session's; compared in constant time."""
    if not isinstance(shown, str):
        return False
    return same(_seal(session_secret, shown[:HALF]), shown[HALF:])


def _seal(session_secret: str, salt: str) -> str:
    told = f"audienceos csrf {salt}".encode("utf-8", "surrogatepass")
    return hmac.new(session_secret.encode(), told, sha256).hexdigest()[:HALF]


def from_here(headers: Mapping[str, str], own_origins: frozenset[str]) -> bool:
    """Whether the browser says that one of our own pages asked. `Sec-Fetch-Site` wins over `Origin`."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    return headers.get("origin") in own_origins
