"""What a token may reach, whatever its owner may.

A token with the scope `read` uses safe methods alone. And no token, whatever its scope, reaches a handler
with `people_only=True` in its options: credentials, sessions, tokens, second factors, invitations, roles,
members and full exports are for somebody who signed in. Nor does a token change anything by a page: what
programs may do, they do under /v1, and a page's forms reach all of the above.
"""

from __future__ import annotations

from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from audienceos.platform.actor import Actor
from audienceos.platform.auth.csrf import SAFE_METHODS
from audienceos.platform.auth.visiting import visit_of
from audienceos.platform.errors import Forbidden
from audienceos.platform.web.webhooks import is_webhook

PEOPLE_ONLY = "people_only"
PROGRAMS = "/v1/"

Asked = Request[Any, Any, Any]


async def people_guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse tokens where only a person who signed in may act. Raises `Forbidden`."""
    if is_webhook(handler):
        return
    request = cast("Asked", connection)
    acts_by_page = request.method not in SAFE_METHODS and not request.scope["path"].startswith(PROGRAMS)
    if (acts_by_page or handler.opt.get(PEOPLE_ONLY)) and visit_of(connection).token is not None:
        raise Forbidden("No token reaches this: sign in.", code=PEOPLE_ONLY)


def check_scope(actor: Actor, method: str) -> None:
    """Raise `Forbidden` for a token that may only read, at a method that writes."""
    if method not in SAFE_METHODS and "write" not in actor.scopes:
        raise Forbidden("This token may only read.", code="read_only_token")
