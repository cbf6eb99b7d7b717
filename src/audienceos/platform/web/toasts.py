"""What a page says at its edge about something that was done, and the way to undo it.

    return told(request, go(request, "client", ...), Toast("Oxbow is archived", act=Act("Undo", address, fields)))

`told` (in `templating`) hands it on by itself: beside a fragment as an HX-Trigger that <toast-rack> hears, after a
redirect in a cookie that the next page takes and draws, without scripts too. The cookie is good for one session and
one minute; nobody else can make one.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from secrets import token_hex
from typing import Any, Literal

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from msgspec.structs import replace

from audienceos.platform.auth.secrets import same
from audienceos.platform.auth.visiting import visit_of

Asked = Request[Any, Any, Any]
COOKIE = "toast"
KEPT_SECONDS = 60
KEY_BYTES = 6
LONGEST = 3500  # characters; browsers drop cookies beyond 4096


class Act(msgspec.Struct, frozen=True):
    """What can be done about it: a form's words, its address, and the fields that it posts."""

    words: str
    path: str
    fields: dict[str, str] = {}


class Toast(msgspec.Struct, frozen=True):
    """Words, in the past tense, and what to do about it. An error stays until it is dismissed."""

    text: str
    kind: Literal["ok", "info", "risk"] = "ok"
    detail: str = ""
    act: Act | None = None
    key: str = ""
    """Of one that a cookie carries: two pages that were asked for at once both bring it, and it is said once."""


def beside(toast: Toast) -> str:
    """The header's value that makes <toast-rack> say it. Headers hold ASCII alone."""
    return json.dumps({"toast": msgspec.to_builtins(toast) | {"target": "toast-rack"}})


def carry(request: Asked, answer: Response[Any], toast: Toast) -> None:
    """Let the session's next page say it. One that is too long for a cookie goes without its act."""
    secret = visit_of(request).session
    if not secret:
        return
    key = token_hex(KEY_BYTES)
    value = _sealed(replace(toast, key=key), secret)
    if len(value) > LONGEST:
        value = _sealed(Toast(toast.text[:500], toast.kind, key=key), secret)
    answer.cookies.append(_cookie(request, value, KEPT_SECONDS))


def taken(request: Asked) -> Toast | None:
    """What the page is to say, if it was sealed for this very session."""
    secret, kept = visit_of(request).session, request.cookies.get(COOKIE, "")
    text, _, mark = kept.partition(".")
    if not secret or not same(_mark(text, secret), mark):
        return None
    return msgspec.json.decode(urlsafe_b64decode(text), type=Toast)


def let_go(request: Asked, answer: Response[Any]) -> None:
    """It was said: take it from the browser."""
    if COOKIE in request.cookies:
        answer.cookies.append(_cookie(request, "", 0))


def _sealed(toast: Toast, secret: str) -> str:
    text = urlsafe_b64encode(msgspec.json.encode(toast)).decode()
    return f"{text}.{_mark(text, secret)}"


def _mark(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), b"audienceos toast " + text.encode(), sha256).hexdigest()


def _cookie(request: Asked, value: str, seconds: int) -> Cookie:
    secure = request.app.state.settings.secure
    return Cookie(
        COOKIE, value=value, max_age=seconds, path="/", httponly=True, secure=secure, samesite="lax"
    )
