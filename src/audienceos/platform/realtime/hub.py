"""One LISTEN connection a process, and the open pages of each agency that it tells.

    async with Hub(database.addresses.listen).running() as hub:
        ...
    hub.close()        # from a signal handler: every stream ends, so the server can stop

While the connection is away nothing is heard; when it is back, every page asks for what it missed.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol, cast
from uuid import UUID

import asyncpg
import msgspec
import structlog

from audienceos.platform.db.connect import Connection, connected
from audienceos.platform.db.urls import Address
from audienceos.platform.events.recording import CHANNEL
from audienceos.platform.realtime.cursor import epoch_of
from audienceos.platform.realtime.inbox import Inbox
from audienceos.platform.realtime.wire import Notice, message

CONNECT_SECONDS = 5
PING_SECONDS = 15  # a peer that died without a word is found out by asking
PAUSE_SECONDS, PAUSE_MOST_SECONDS = 0.1, 5.0
PATIENCE_SECONDS = 5.0  # deaf for longer, streams end, so that pages can say that they are no longer live
ASKING_AT_ONCE = 4  # streams that use the pool at the same time; the rest of it stays free for requests

AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)

Hearer = Callable[[UUID | None, Sequence[str]], None]
"""Told of each commit's agency and topics; of no agency where news of any may have been missed."""

log = structlog.get_logger()
_notice = msgspec.json.Decoder(Notice)


class Listening(Connection, Protocol):
    """A connection that hears."""

    async def add_listener(self, channel: str, callback: Callable[..., None]) -> None: ...
    def add_termination_listener(self, callback: Callable[..., None]) -> None: ...


class Hub:
    """Hears for all open pages of this process."""

    def __init__(self, address: Address) -> None:
        self.listening = False
        """Whether news reaches this process now."""
        self.asking = asyncio.Semaphore(ASKING_AT_ONCE)
        self._address = address
        self._epoch = ""
        self._inboxes: dict[UUID, set[Inbox]] = {}
        self._hearers: list[Hearer] = []
        self._closing = False
        self._lost = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Hub]:
        """Listen for the length of the block. It begins at once, whether or not the database is there."""
        task = asyncio.create_task(self.run(), name="live pages")
        try:
            yield self
        finally:
            self._close()
            await task

    def close(self) -> None:
        """End every stream and stop listening. Callable from a signal handler and from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._close)

    def join(self, agency_id: UUID, inbox: Inbox) -> None:
        """Fill the inbox with the agency's news until it leaves."""
        self._inboxes.setdefault(agency_id, set()).add(inbox)
        if self._closing:
            inbox.end()

    def heed(self, hearer: Hearer) -> None:
        """Have something of this process told of all news, as long as the process lasts."""
        self._hearers.append(hearer)

    def leave(self, agency_id: UUID, inbox: Inbox) -> None:
        """No more news for this one."""
        others = self._inboxes.get(agency_id, set())
        others.discard(inbox)
        if not others:
            self._inboxes.pop(agency_id, None)

    @property
    def streams(self) -> int:
        """Pages open in this process."""
        return sum(map(len, self._inboxes.values()))

    async def run(self) -> None:
        """Listen, and when the connection goes, listen again, until closed."""
        self._loop = asyncio.get_running_loop()
        heard_at, pause = self._loop.time(), PAUSE_SECONDS
        while not self._closing:
            began = self._loop.time()
            why = await self._listen()
            now = self._loop.time()
            if self.listening:
                self.listening, heard_at = False, now
            if self._closing:
                return
            log.warning("live pages hear nothing", why=why)
            if now - heard_at > PATIENCE_SECONDS:
                self._end_streams()
            pause = PAUSE_SECONDS if now - began > PING_SECONDS else min(pause * 2, PAUSE_MOST_SECONDS)
            self._lost.clear()
            await self._rest(pause * random.uniform(0.5, 1))  # noqa: S311 (spreads processes, no secret)

    async def _listen(self) -> str:
        """Listen as long as it lasts; gives why it ended."""
        try:
            async with connected(self._address, seconds=CONNECT_SECONDS) as connection:
                await self._attend(cast("Listening", connection))
        except AWAY as problem:
            return str(problem) or type(problem).__name__
        return "the connection was lost"

    async def _attend(self, connection: Listening) -> None:
        """Hear until the connection is lost or we close. What was missed before: everyone replays."""
        connection.add_termination_listener(lambda *_: self._lost.set())
        self._epoch = await epoch_of(connection)
        await connection.add_listener(CHANNEL, self._heard)
        self.listening = True
        self._tell(None, ())
        for inbox in self._all():
            inbox.fall_behind()
        while not (self._closing or self._lost.is_set()):
            await self._rest(PING_SECONDS)
            if not (self._closing or self._lost.is_set()):
                await connection.fetchval("select 1", timeout=CONNECT_SECONDS)

    async def _rest(self, seconds: float) -> None:
        """Wait, but not once the connection is lost or we close."""
        try:
            async with asyncio.timeout(seconds):
                await self._lost.wait()
        except TimeoutError:
            pass

    def _heard(self, connection: Any, pid: int, channel: str, payload: str) -> None:
        try:
            notice = _notice.decode(payload)
        except msgspec.DecodeError:
            log.warning("a notice that isn't ours", channel=channel)
            return
        self._tell(notice.a, notice.t)
        inboxes = self._inboxes.get(notice.a)
        if inboxes:
            news = message(notice, self._epoch)
            for inbox in inboxes:
                inbox.put(news)

    def _tell(self, agency_id: UUID | None, topics: Sequence[str]) -> None:
        for hearer in self._hearers:
            hearer(agency_id, topics)

    def _close(self) -> None:
        self._closing = True
        self._lost.set()
        self._end_streams()

    def _end_streams(self) -> None:
        for inbox in self._all():
            inbox.end()

    def _all(self) -> list[Inbox]:
        return [inbox for inboxes in self._inboxes.values() for inbox in inboxes]
