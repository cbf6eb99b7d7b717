"""Slack's Web API by Slack's own client: bounded in time and size, never asked twice by itself, and what went wrong told
apart: for now, for good, of this one thing alone, or nobody knows whether it was done.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import msgspec
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from audienceos.connections.ports import Permanent, Transient, VendorError
from audienceos.platform.http.client import pause_of
from audienceos.platform.sealing import Secret
from audienceos.platform.settings import Settings
from audienceos.providers.slack.values import as_object, as_text

SECONDS = 8.0
LONGEST_BYTES = 10_000_000
GONE = frozenset(
    [
        *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"),
        *("invalid_refresh_token", "invalid_code", "code_already_used", "bad_client_secret"),
        *("invalid_client_id", "bad_redirect_uri", "org_login_required", "team_access_not_granted"),
        "access_denied",
    ]
)
"""What Slack says of a grant, a code or an app that no other try makes good."""
BUSY = frozenset(["ratelimited", "rate_limited", "message_limit_exceeded", "request_timeout"])
BROKEN = frozenset(["internal_error", "fatal_error", "service_unavailable"])
"""Slack's own trouble, of which it says that part of what was asked may have been done."""
NEVER_LEFT = (ConnectionRefusedError, socket.gaierror, ssl.SSLError, TimeoutError)
"""Met while connecting: Slack has heard nothing."""
AWAY = (URLError, TimeoutError, ConnectionError, HTTPException, SlackClientError, UnicodeDecodeError)


class Lost(Transient):
    """Nobody knows whether Slack did it: it was told, and its answer never came or couldn't be read."""


class Refused(VendorError):
    """Slack doesn't do this one thing; the grant is good. `code` is Slack's."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack refused it ({code})" if code else "Slack refused it")
        self.code = code


class There(msgspec.Struct, frozen=True):
    """Where Slack is, and what it takes our app for."""

    base: str
    is_marketplace: bool = False
    """Whether the installation's own app is listed there: others may read a page of a channel a minute."""
    seconds: float = SECONDS


_there = [There("https://slack.com")]


def be_at(settings: Settings, *, seconds: float = SECONDS) -> None:
    """Say where Slack is, once a process."""
    _there[:] = [There(settings.slack_url.rstrip("/"), settings.slack_is_marketplace, seconds)]


def there() -> There:
    """Where Slack is."""
    return _there[0]


async def called(base: str, call: Callable[[Any], Any], token: Secret | None = None) -> dict[str, Any]:
    """One call, in a thread: Slack's client that doesn't block needs a second HTTP library.

    Raises `Permanent` for a grant that is gone, `Refused`, `Transient`; `Lost` where it may have been done.
    """
    seconds = there().seconds
    slack = _Bounded(
        token=token.reveal() if token else None,
        base_url=f"{base}/api/",
        timeout=seconds,  # pyright: ignore[reportArgumentType]  urllib takes fractions
        retry_handlers=[],
        logger=_QUIET,
    )
    try:
        async with asyncio.timeout(seconds * 2):
            answer = await asyncio.to_thread(call, slack)
    except SlackApiError as problem:
        raise told(problem.response) from None
    except URLError as problem:
        kind = Transient if isinstance(problem.reason, NEVER_LEFT) else Lost
        raise kind("Slack doesn't answer") from None
    except AWAY:
        raise Lost("Slack doesn't answer") from None
    return answer.data


def told(answer: Any) -> VendorError:
    """What an answer that says no means."""
    code, status = as_text(as_object(answer.data).get("error"), 200), int(answer.status_code)
    if status == 429 or code in BUSY:
        headers = {str(name).lower(): str(value) for name, value in answer.headers.items()}
        return Transient("Slack asks for a pause", pause_of(headers.get("retry-after", "")))
    if code in GONE:
        return Permanent("Slack doesn't accept the grant any more", code)
    if code in BROKEN or status >= 500 or not code.replace("_", "").isalnum():
        return Lost("Slack has trouble")
    return Refused(code)


class _Bounded(WebClient):
    """Slack's client, which reads no more than it should and follows nobody elsewhere with our token."""

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        with build_opener(ProxyHandler({}), _Nowhere()).open(req, timeout=self.timeout) as answer:
            body = answer.read(LONGEST_BYTES + 1)
            if len(body) > LONGEST_BYTES:
                raise SlackClientError("an answer that is too long")
            return {"status": answer.status, "headers": answer.headers, "body": body.decode()}


class _Nowhere(HTTPRedirectHandler):
    """Redirects are answers."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_QUIET = logging.getLogger("audienceos.slack")
"""What Slack's client would log holds what people wrote."""
_QUIET.setLevel(logging.CRITICAL)
