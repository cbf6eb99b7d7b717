"""What one open page has yet to be told."""

from __future__ import annotations

import asyncio

from audienceos.platform.realtime.wire import Message

HELD_MOST = 64  # messages; a page slower than that is replayed to, so it never costs memory


class Inbox:
    """Filled by the hub, emptied by one stream. It begins behind: first of all a stream replays.

    A plain future and one timer a beat, since this runs for each stream at each message.
    """

    def __init__(self) -> None:
        self.behind = True
        self.ended = False
        self._messages: list[Message] = []
        self._stirred = True
        self._waiting: asyncio.Future[None] | None = None

    def put(self, message: Message) -> None:
        """One more message; one too many, and the stream replays instead."""
        if len(self._messages) >= HELD_MOST:
            self.fall_behind()
        else:
            self._messages.append(message)
            self.stir()

    def fall_behind(self) -> None:
        """Something was or may have been missed."""
        self._messages.clear()
        self.behind = True
        self.stir()

    def end(self) -> None:
        """The stream is to end now."""
        self.ended = True
        self.stir()

    def stir(self) -> None:
        """Have the stream look, whatever for."""
        self._stirred = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def take(self) -> tuple[bool, list[Message]]:
        """Whether to replay, and what came since."""
        behind, messages = self.behind, self._messages
        self.behind, self._messages, self._stirred = False, [], False
        return behind, messages

    async def stirred(self) -> None:
        """Wait until there is anything to do. For one at a time."""
        if not self._stirred:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
