"""What one open page has yet to be told."""

from __future__ import annotations

import asyncio

from audienceos.platform.realtime.wire import Message

HELD_MOST = 64  # messages; a page slower than that is replayed to, so it never costs memory


class Inbox:
    """Filled by the hub, emptied by one stream. It begins behind: first of all a stream replays."""

    def __init__(self) -> None:
        self.behind = True
        self.ended = False
        self._messages: list[Message] = []
        self._stirred = asyncio.Event()
        self._stirred.set()

    def put(self, message: Message) -> None:
        """One more message; one too many, and the stream replays instead."""
        if len(self._messages) >= HELD_MOST:
            self.fall_behind()
        else:
            self._messages.append(message)
            self._stirred.set()

    def fall_behind(self) -> None:
        """Something was or may have been missed."""
        self._messages.clear()
        self.behind = True
        self._stirred.set()

    def end(self) -> None:
        """The stream is to end now."""
        self.ended = True
        self._stirred.set()

    def take(self) -> tuple[bool, list[Message]]:
        """Whether to replay, and what came since."""
        behind, messages = self.behind, self._messages
        self.behind, self._messages = False, []
        self._stirred.clear()
        return behind, messages

    async def stirred(self, until: float) -> None:
        """Wait for anything to do, at most until that time of the loop's clock."""
        if self._stirred.is_set():
            return
        try:
            async with asyncio.timeout_at(until):
                await self._stirred.wait()
        except TimeoutError:
            pass
