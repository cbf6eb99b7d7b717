"""What another service sends by itself: no person, no session and no token of ours, but a proof of its own.

    @post("/webhooks/...", opt=WEBHOOK, request_max_body_size=MOST_BYTES)

The manners that ask a person who they are let such a request pass; its handler refuses whatever proves nothing, before
it looks at what was sent.
"""

from __future__ import annotations

from typing import Any

from litestar.handlers import BaseRouteHandler

OPTION = "webhook"
MOST_BYTES = 256_000
"""Of what a service sends; what it tells of is fetched from it."""
WEBHOOK: dict[str, Any] = {OPTION: True, "public": True, "unlimited": True}
"""Options of such a handler. A vendor's token is one for all that it sends, so requests aren't counted by it."""


def is_webhook(handler: BaseRouteHandler) -> bool:
    """Whether another service calls it."""
    return bool(handler.opt.get(OPTION))
