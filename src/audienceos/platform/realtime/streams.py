"""One open page's stream: what it missed, then what happens, as long as its person may hear it.

A stream holds no transaction. It enters anew, with the credential it came with, to replay, after every event
that decides who may, and at each beat; so a person who was signed out or deactivated hears nothing more.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Iterable, Sequence
from uuid import UUID

import asyncpg
import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from audienceos.platform.actor import Actor
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.sessions import Opening
from audienceos.platform.errors import Unauthenticated
from audienceos.platform.realtime import wire
from audienceos.platform.realtime.cursor import Cursor, Missed, Told, missed_since, parse
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.realtime.inbox import Inbox
from audienceos.platform.realtime.ports import visible_of
from audienceos.platform.realtime.wire import Message

BEAT_SECONDS = 20.0  # proxies close a stream that is silent for 30 to 60
REMEMBERED = 1_000  # event ids; a repeat beyond them costs the browser one more fetch, nothing else
TRY_AGAIN_SECONDS = (
    0.1,
    0.5,
    2.0,
)  # a pool's connections all die with the server, and are found out one by one

TROUBLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError)

log = structlog.get_logger()


async def stream(hub: Hub, database: Database, opening: Opening, cursor: str) -> AsyncGenerator[bytes]:
    """Server-sent events from `cursor` on, until the person may no more or the hub closes.

    The first piece comes once the database let them in; before it, this raises what `database.reading`
    raises, such as `Unauthenticated`. Later the same ends the stream with `signed-out`.
    """
    page = _Page(hub, database, opening, parse(cursor))
    try:
        yield await page.first()
        while not page.inbox.ended:
            try:
                news = await page.next()
            except Unauthenticated:
                yield wire.SIGNED_OUT
                return
            except TROUBLE as problem:
                log.warning("a live page ends", why=type(problem).__name__)
                return
            if news:
                yield news
    finally:
        page.leave()


class _Findings(msgspec.Struct, frozen=True):
    """What one look into the database showed."""

    actor: Actor
    missed: Missed | None
    seen: set[UUID] | None
    """Clients that the actor may be told of; None for all."""


class _Page:
    def __init__(self, hub: Hub, database: Database, opening: Opening, since: Cursor | None) -> None:
        self.hub = hub
        self.database = database
        self.opening = opening
        self.at = since
        self.inbox = Inbox()
        self.agency_id: UUID | None = None
        self.actor: Actor
        self.told: dict[UUID, None] = {}
        self.beat_due = False
        self.timer: asyncio.TimerHandle | None = None

    async def first(self) -> bytes:
        """Enter, listen, and only then, in a picture of its own, ask what was missed."""
        async with self.hub.asking, self.database.reading(self.opening) as lane:
            self.agency_id = lane.actor.agency_id
        self.hub.join(self.agency_id, self.inbox)
        self.inbox.take()
        found = await self._look(True, [])
        self._next_beat()
        return self._news(found, [])

    async def next(self) -> bytes:
        """What to say after a wait: news, a sign of life, or nothing yet."""
        await self.inbox.stirred()
        if self.inbox.ended:
            return b""
        behind, messages = self.inbox.take()
        beat = self.beat_due
        if beat:
            self._next_beat()
        if beat or behind or self._must_look(messages):
            return self._news(await self._look(behind, messages), messages) or (wire.ALIVE if beat else b"")
        return self._news(None, messages)

    def leave(self) -> None:
        """No more news for this page."""
        if self.timer is not None:
            self.timer.cancel()
        if self.agency_id is not None:
            self.hub.leave(self.agency_id, self.inbox)

    def _must_look(self, messages: list[Message]) -> bool:
        if self.actor.sight != "all":
            return bool(messages)
        return any(message.decides for message in messages)

    async def _look(self, behind: bool, messages: list[Message]) -> _Findings:
        """Enter anew. The trouble of a server that just came back is waited out."""
        for pause in TRY_AGAIN_SECONDS:
            try:
                return await self._look_once(behind, messages)
            except TROUBLE:
                await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 (spreads, no secret)
        return await self._look_once(behind, messages)

    async def _look_once(self, behind: bool, messages: list[Message]) -> _Findings:
        async with self.hub.asking, self.database.reading(self.opening) as lane:
            return await self._found(lane, behind, messages)

    async def _found(self, lane: Lane, behind: bool, messages: list[Message]) -> _Findings:
        scoped = lane.actor.sight != "all"
        many = scoped and any(message.events is None for message in messages)
        missed = await missed_since(lane, self.at) if behind or many else None
        if not scoped:
            return _Findings(lane.actor, missed, None)
        events = [event for message in messages for event in message.events or ()]
        events += (missed and missed.events) or ()
        clients = {event.client_id for event in events if event.client_id is not None}
        return _Findings(lane.actor, missed, await visible_of(lane, clients))

    def _news(self, found: _Findings | None, messages: list[Message]) -> bytes:
        """Note what is being told, and tell it. Nothing is noted before the look has ended well."""
        if found is None:
            return b"".join(self._message(message, None) for message in messages)
        self.actor = found.actor
        news = b""
        if found.missed is not None:
            self.at = found.missed.at
            news = self._replay(found.missed, found.seen)
        return news + b"".join(self._message(message, found.seen) for message in messages)

    def _replay(self, missed: Missed, seen: set[UUID] | None) -> bytes:
        """The reader's place moves at the very end: a replay cut in the middle is replayed again."""
        if missed.events is None:
            return wire.reload(missed.at) + wire.caught_up(missed.at)
        return wire.told(self._fresh(missed.events, seen), None) + wire.caught_up(missed.at)

    def _message(self, message: Message, seen: set[UUID] | None) -> bytes:
        if self.at is None or message.at.epoch != self.at.epoch or message.at.edge > self.at.edge:
            self.at = message.at
        if message.key in self.told:
            return b""
        if seen is None:
            self._note(message.events or ())
            return message.wire
        return wire.told(self._fresh(message.events or (), seen), message.at)

    def _fresh(self, events: Sequence[Told], seen: set[UUID] | None) -> list[Told]:
        """Those not told before that the actor may be told of. What has no client is for everyone."""
        fresh = [event for event in events if event.id not in self.told]
        self._note(fresh)
        if seen is None:
            return fresh
        return [event for event in fresh if event.client_id is None or event.client_id in seen]

    def _note(self, events: Iterable[Told]) -> None:
        for event in events:
            self.told[event.id] = None
        while len(self.told) > REMEMBERED:
            del self.told[next(iter(self.told))]

    def _next_beat(self) -> None:
        # Not all at the same moment, even if all entered at the same moment.
        seconds = BEAT_SECONDS * random.uniform(0.75, 1)  # noqa: S311 (no secret)
        self.beat_due = False
        self.timer = asyncio.get_running_loop().call_later(seconds, self._beat)

    def _beat(self) -> None:
        self.beat_due = True
        self.inbox.stir()
