"""How long anybody waits for an answer. A database that stands still answers nothing and closes nothing, so
without an end of our own every request would wait as long as it stands, and hold its connection meanwhile.

Counted is the time without a sign of life: from the last piece of the body that came to the first of the answer.
An answer that has begun may take as long as it likes, as a stream does.
"""

from __future__ import annotations

import asyncio

from litestar.types import ASGIApp, HTTPReceiveMessage, Message, Receive, Scope, Send, WebSocketReceiveMessage

from audienceos.platform.errors import Unavailable

SECONDS = 8.0  # beyond the four that a slowed sign-in waits (`auth.throttle`) and its password's hash
PATIENCE = "patience"
"""opt={"patience": 60}: a handler that may honestly take longer to begin its answer."""
ALL_CLIENTS = {PATIENCE: 60}
"""Options of a handler that changes whatever clients the agency has, thousands of them perhaps."""


async def patiently(app: ASGIApp, scope: Scope, receive: Receive, send: Send, seconds: float) -> None:
    """Answer within `seconds`. Raises `Unavailable` when that fails; what was being done is rolled back, unless
    it was the commit itself that did not end.
    """
    clock = asyncio.get_running_loop().time
    limit = asyncio.timeout(seconds)

    async def heard() -> HTTPReceiveMessage | WebSocketReceiveMessage:
        message = await receive()
        if limit.when() is not None and not limit.expired():
            limit.reschedule(clock() + seconds)
        return message

    async def begun(message: Message) -> None:
        if limit.when() is not None and not limit.expired():
            limit.reschedule(None)
        await send(message)

    try:
        async with limit:
            await app(scope, heard, begun)
    except TimeoutError:
        if not limit.expired():
            raise
        raise Unavailable("The database doesn't answer. Look again before you repeat a change.") from None
