"""An open page: what it hears, as a browser would read it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec

from audienceos.app import Parts
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Credential
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.realtime.streams import stream
from tests.cast import Player
from tests.platform.realtime.agencies import Agency

PATIENCE = 30  # seconds after which a test that waits for news in vain fails


class Heard(msgspec.Struct, frozen=True):
    """One server-sent event."""

    name: str
    data: dict[str, Any]
    cursor: str | None

    @property
    def id(self) -> UUID | None:
        return UUID(self.data["id"]) if self.data.get("id") else None


class Page:
    """Reads a stream piece by piece, and keeps the place that a browser would keep."""

    def __init__(self, pieces: AsyncGenerator[bytes], cursor: str) -> None:
        self.pieces = pieces
        self.cursor = cursor
        self.alive = 0
        self._waiting: list[Heard] = []

    async def next(self) -> Heard:
        """The next event. Raises `StopAsyncIteration` when the stream has ended."""
        async with asyncio.timeout(PATIENCE):
            while not self._waiting:
                self._waiting = self._read(await anext(self.pieces))
        heard = self._waiting.pop(0)
        self.cursor = heard.cursor or self.cursor
        return heard

    async def until(self, name: str) -> list[Heard]:
        """Everything up to the first event of that name, and it."""
        heard = [await self.next()]
        while heard[-1].name != name:
            heard.append(await self.next())
        return heard

    async def ids(self, count: int) -> list[UUID]:
        """The ids of the next `count` events that aren't signs of the stream itself."""
        found: list[UUID] = []
        while len(found) < count:
            heard = await self.next()
            if heard.id is not None:
                found.append(heard.id)
        return found

    def _read(self, piece: bytes) -> list[Heard]:
        assert piece.endswith(b"\n\n")
        parts = piece.decode().removesuffix("\n\n").split("\n\n")
        self.alive += parts.count(": alive")
        return [_heard(part) for part in parts if part != ": alive"]


def _heard(part: str) -> Heard:
    fields = dict(line.split(": ", 1) for line in part.split("\n"))
    return Heard(fields["event"], msgspec.json.decode(fields["data"]), fields.get("id"))


@asynccontextmanager
async def opened(hub: Hub, database: Database, agency: Agency, cursor: str = "") -> AsyncGenerator[Page]:
    """A page of the agency's person, from that cursor on."""
    pieces = stream(hub, database, agency.opening, cursor)
    try:
        yield Page(pieces, cursor)
    finally:
        await pieces.aclose()


@asynccontextmanager
async def listening(parts: Parts, player: Player) -> AsyncGenerator[Page]:
    """Their page, open on the live stream."""
    secret = hash_of(player.browser.cookies["session"])
    pieces = stream(parts.hub, parts.database, Credential(player.agency_id, "session", secret), "")
    try:
        page = Page(pieces, "")
        await page.until("caught-up")
        yield page
    finally:
        await pieces.aclose()


async def until_listening(hub: Hub) -> None:
    """Wait until news reaches the hub."""
    async with asyncio.timeout(PATIENCE):
        while not hub.listening:
            await asyncio.sleep(0.005)
