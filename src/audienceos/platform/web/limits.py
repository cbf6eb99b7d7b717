"""Limits that somebody working fast never meets: of requests in a minute, of a body's size.

Requests are counted by each process for itself, which is exact enough to keep one program from crowding out
the others. What must be exact (guesses, invitations, mail, exports) is counted in the database.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from math import ceil
from typing import Any, cast

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from audienceos.platform.auth.visiting import visit_of
from audienceos.platform.errors import TooMany
from audienceos.platform.web.requests import client_address

BODY_BYTES = 1_000_000  # of a request's body; uploads say their own limit (`request_max_body_size`)
BROWSER_A_MINUTE = 1200
TOKEN_A_MINUTE = 300
CALLERS_KEPT = 50_000  # about 10 MB; whoever was silent longest is forgotten, which only forgives them

UNLIMITED = "unlimited"  # opt={"unlimited": True}: health, asked by balancers from one address

Asked = Request[Any, Any, Any]
Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Any]


class Bucket(msgspec.Struct):
    """What a caller may still ask for, and when that was reckoned."""

    tokens: float
    at: float


class Limits:
    """A bucket for each caller: full it lasts for a minute's requests, and it refills as the minute passes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, kept: int = CALLERS_KEPT) -> None:
        self._clock = clock
        self._most = kept
        self._buckets: OrderedDict[bytes, Bucket] = OrderedDict()

    def take(self, caller: bytes, a_minute: int) -> int:
        """Count one request. Gives 0 when it is within the limit, else the seconds to wait."""
        now, rate = self._clock(), a_minute / 60
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = Bucket(a_minute, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(caller)
        bucket.tokens = min(a_minute, bucket.tokens + (now - bucket.at) * rate)
        bucket.at = now
        if bucket.tokens < 1:
            return ceil((1 - bucket.tokens) / rate)
        bucket.tokens -= 1
        return 0

    @property
    def known(self) -> int:
        """How many callers are remembered."""
        return len(self._buckets)


def limit_guard(limits: Limits) -> Guard:
    """Count every request by its token, its session or, with neither, its network address.

    Raises `TooMany`, which tells the seconds to wait.
    """

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        if handler.opt.get(UNLIMITED):
            return
        visit = visit_of(connection)
        shown = visit.token or visit.session or client_address(cast("Asked", connection))
        if not shown:  # a socket without addresses, and nobody said who they are: all would share one bucket
            return
        caller = sha256(shown.encode("utf-8", "surrogatepass")).digest()
        wait = limits.take(caller, TOKEN_A_MINUTE if visit.token else BROWSER_A_MINUTE)
        if wait:
            raise TooMany(wait)

    return guard
