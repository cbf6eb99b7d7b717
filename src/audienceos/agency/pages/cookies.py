"""What a browser keeps: the session, and a mark by which a later sign-in from it is known."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from audienceos.platform.auth.accounts import Browser
from audienceos.platform.auth.sessions import Opened
from audienceos.platform.auth.visiting import cookie_name, visit_of
from audienceos.platform.web.requests import client_address, settings_of

MARK = "browser"
YEAR_SECONDS = 365 * 86_400

Asked = Request[Any, Any, Any]


def browser_of(request: Asked) -> Browser:
    """What a sign-in comes from."""
    return Browser(
        address=client_address(request),
        user_agent=request.headers.get("user-agent", "")[:300],
        mark=request.cookies.get(MARK),
    )


def signed_in(request: Asked, opened: Opened, to: str) -> Response[None]:
    """Hand the session to the browser and go on. Lax: Strict would break links in mails."""
    secure, days = settings_of(request).secure, settings_of(request).session_days
    session = _cookie(cookie_name(secure), opened.token, days * 86_400, secure=secure)
    mark = _cookie(MARK, opened.mark, YEAR_SECONDS, secure=secure)
    return Response(None, status_code=303, headers={"Location": to}, cookies=[session, mark])


def signed_out(request: Asked, to: str) -> Response[None]:
    """Take the session from the browser."""
    secure = settings_of(request).secure
    gone = _cookie(cookie_name(secure), "", 0, secure=secure)
    return Response(None, status_code=303, headers={"Location": to}, cookies=[gone])


def session_secret(request: Asked) -> str:
    """The session's secret, or nothing."""
    return visit_of(request).session or ""


def _cookie(name: str, value: str, seconds: int, *, secure: bool) -> Cookie:
    return Cookie(name, value=value, max_age=seconds, path="/", httponly=True, secure=secure, samesite="lax")
