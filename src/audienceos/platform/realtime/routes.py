"""The address of an agency's live stream."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from litestar.response import Stream

from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Opening
from audienceos.platform.errors import Unauthenticated, Unavailable
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.realtime.streams import stream
from audienceos.platform.streaming import UNPACKED, begun

Asked = Request[Any, Any, Any]
OpeningOf = Callable[[Asked], Awaitable[Opening]]
Refusing = Callable[[Asked], Awaitable[Exception]]

HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold small pieces back
}


async def unauthenticated(request: Asked) -> Exception:
    """The plain refusal."""
    return Unauthenticated()


def live_route(
    hub: Hub, database: Database, opening_of: OpeningOf, refusal_of: Refusing = unauthenticated
) -> HTTPRouteHandler:
    """`GET /{slug}/live?cursor=`: what happened since the cursor, then what happens, as server-sent events.

    `opening_of` says with which credential the request enters its agency, `refusal_of` what somebody is told whom
    the database does not let in. Either is answered as for any page, before the stream begins. A Last-Event-ID
    wins over the parameter.
    """

    @get("/{slug:str}/live", name="live", include_in_schema=False, opt=UNPACKED)
    async def live(request: Asked, cursor: FromQuery[str] = "") -> Stream:
        if not hub.listening:
            raise Unavailable("No news reaches this server for the moment.")
        pieces = stream(
            hub, database, await opening_of(request), request.headers.get("last-event-id", cursor)
        )
        try:
            told = await begun(pieces)
        except Unauthenticated:
            raise await refusal_of(request) from None
        return Stream(told, media_type="text/event-stream", headers=HEADERS)

    return live
