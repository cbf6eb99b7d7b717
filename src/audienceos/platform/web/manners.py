"""The manners of every request, in the order in which they apply: what `app.py` hangs on the whole application.

Each says no before the next one works: first what costs nothing to know, last what reads the body. They are one
middleware because Litestar copies a handler for each of its guards, which takes longer than all of them together.
"""

from __future__ import annotations

from typing import Any, cast

from litestar import Litestar, Request, Response
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, HTTPResponseBodyEvent, Message, Receive, Scope, Send

from audienceos.platform.settings import Settings
from audienceos.platform.web import patience
from audienceos.platform.web.bodies import body_guard
from audienceos.platform.web.idempotency import key_guard
from audienceos.platform.web.limits import Limits, limit_guard
from audienceos.platform.web.logs import AccessLog
from audienceos.platform.web.parameters import address_guard
from audienceos.platform.web.patience import PATIENCE
from audienceos.platform.web.scopes import people_guard
from audienceos.platform.web.security import Gate, same_site_guard

Asked = Request[Any, Any, Any]


class Manners:
    """What every known address is asked by. What a guard reads of the body is kept for the handler."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app = app
        self.guards = (
            limit_guard(limits),
            people_guard,
            address_guard,
            same_site_guard,
            body_guard,
            key_guard,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request: Asked = Request(scope, receive, send)
            handler = cast("BaseRouteHandler", scope["route_handler"])
            for guard in self.guards:
                await guard(request, handler)
            if scope["method"] == "OPTIONS":
                await _methods(request).to_asgi_response(None, request)(scope, receive, send)
                return
            seconds = handler.opt.get(PATIENCE, patience.SECONDS)
            await patience.patiently(self.app, scope, receive, send, seconds)
            return
        await self.app(scope, receive, send)


def _methods(request: Asked) -> Response[None]:
    """What an address can be asked. Litestar's own answer forgets all but the first of its handlers."""
    template = cast("dict[str, Any]", request.scope)["path_template"]
    allowed = {
        str(method)
        for route in request.app.routes
        if route.path_format == template
        for method in route.methods
    }
    allowed |= {"HEAD"} if "GET" in allowed else set()
    return Response(None, status_code=204, headers={"Allow": ", ".join(sorted(allowed))})


class Heads:
    """HEAD is GET without the body: watchers and link checkers ask by it. Routes name GET alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def headless(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = HTTPResponseBodyEvent(
                    type="http.response.body", body=b"", more_body=message["more_body"]
                )
            await send(message)

        await self.app(cast("Scope", {**scope, "method": "GET"}), receive, headless)


def enclose(app: Litestar, settings: Settings) -> Litestar:
    """Put the gate and the log around everything, addresses that no route has among it.

    Middleware would not do: Litestar runs it for known routes alone, so a 404 would pass by the gate.
    """
    app.asgi_handler = Gate(AccessLog(Heads(app.asgi_handler)), settings)
    return app
