"""The gate before any handler: known hosts, known origins, strict headers, and a request id on everything."""

from __future__ import annotations

import re
import secrets
from typing import Any, cast
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from audienceos.platform.auth.csrf import FIELD, HEADER, SAFE_METHODS, from_here, matches
from audienceos.platform.auth.visiting import visit_of
from audienceos.platform.errors import Forbidden
from audienceos.platform.events.recording import request_id
from audienceos.platform.settings import Settings
from audienceos.platform.web.forms import form_of
from audienceos.platform.web.webhooks import is_webhook

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
Asked = Request[Any, Any, Any]


def own_origins(settings: Settings) -> frozenset[str]:
    """The origins whose pages are ours."""
    address = urlsplit(settings.url)
    scheme = address.scheme
    local = {f"{scheme}://{host}" for host in own_hosts(settings)}
    return frozenset(local | {f"{scheme}://{address.netloc}"})


def own_hosts(settings: Settings) -> frozenset[str]:
    """The Host headers that are answered: the public address, the listed ones and, on loopback, its names."""
    hosts = {urlsplit(settings.url).netloc, *settings.allowed_hosts}
    if settings.is_loopback:
        hosts |= {f"{name}:{settings.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
    return frozenset(host.lower() for host in hosts)


SHARED = (
    "default-src 'none'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
KEPT = "; ".join((*SHARED, "script-src 'self'", "style-src 'self'"))
"""The Content-Security-Policy of a page that a browser keeps: nobody's words are in it, and no answer brings a nonce."""


def policy(nonce: str, *, secure: bool) -> str:
    """The Content-Security-Policy of one answer: our own files alone, scripts by nonce."""
    own = (f"script-src 'nonce-{nonce}' 'strict-dynamic'", f"style-src 'self' 'nonce-{nonce}'")
    return "; ".join((*SHARED, *own, *(("upgrade-insecure-requests",) if secure else ())))


DRESS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cache-control", b"no-store"),
)
"""What every answer carries unless it says otherwise itself."""
NONCE = "\0"  # stands for the nonce until there is one
STRICT = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Gate:
    """The outermost layer. A strange Host is refused before anything else looks at the request."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.hosts = own_hosts(settings)
        self.policy = policy(NONCE, secure=settings.secure)
        self.dress = (*DRESS, STRICT) if settings.secure else DRESS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or hosts[0].decode("latin-1").lower() not in self.hosts:
            await _refuse(send)
            return
        nonce = secrets.token_urlsafe(16)
        known = _request_id(scope)
        cast("dict[str, Any]", scope)["nonce"] = nonce
        mark = request_id.set(known)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._dressed(list(message["headers"]), nonce, known)
            await send(message)

        try:
            await self.app(scope, receive, dressed)
        finally:
            request_id.reset(mark)

    def _dressed(
        self, headers: list[tuple[bytes, bytes]], nonce: str, known: str
    ) -> list[tuple[bytes, bytes]]:
        # On the raw pairs: this runs for every answer, and the framework's own headers cost ten times as much.
        said = {name for name, _ in headers}
        scripts = (b"content-security-policy", self.policy.replace(NONCE, nonce).encode())
        added = [pair for pair in (*self.dress, scripts) if pair[0] not in said]
        return [*headers, *added, (b"x-request-id", known.encode())]


def _request_id(scope: Scope) -> str:
    """The caller's own name for this request if it can be one, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            named = value.decode("latin-1")
            return named if REQUEST_ID.match(named) else secrets.token_hex(8)
    return secrets.token_hex(8)


async def _refuse(send: Send) -> None:
    text = b"This address isn't served here. Set AUDIENCEOS_URL or AUDIENCEOS_ALLOWED_HOSTS to it."
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": text, "more_body": False})


async def same_site_guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse an unsafe request that another site's page made. Programs with a token carry no cookie.

    A handler with `csrf="streamed"` in its options reads a large body itself and checks the field itself.
    Raises `Forbidden`.
    """
    request = cast("Asked", connection)
    visit = visit_of(connection)
    if request.method in SAFE_METHODS or visit.token is not None or is_webhook(handler):
        return
    if not from_here(connection.headers, connection.app.state.origins):
        raise Forbidden("This request came from another site.", code="cross_site")
    if visit.session is None or handler.opt.get("csrf") == "streamed":
        return
    shown = connection.headers.get(HEADER)
    if shown is None and connection.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        shown = (await form_of(request)).get(FIELD)
    if not matches(visit.session, shown):
        raise Forbidden(
            "The form is from an earlier sign-in. Reload the page and send it again.", code="csrf"
        )
