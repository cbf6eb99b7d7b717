"""What a question sends to the database, taken down as it does so: the floor then sends exactly the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.raw import Raw, Row
from audienceos.platform.db.sessions import Opening

Question = Callable[[Lane], Awaitable[object]]


class Asked(msgspec.Struct, frozen=True):
    """One statement and its values."""

    text: str
    values: tuple[Any, ...]


class Recorder:
    """A connection that takes down what is asked of it before it asks."""

    def __init__(self, raw: Raw) -> None:
        self.asked: list[Asked] = []
        self._raw = raw

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:
        self.asked.append(Asked(query, args))
        return await self._raw.execute(query, *args, timeout=timeout)

    async def fetch(self, query: str, *args: Any, timeout: float | None = None) -> Sequence[Row]:
        self.asked.append(Asked(query, args))
        return await self._raw.fetch(query, *args, timeout=timeout)

    async def fetchrow(self, query: str, *args: Any, timeout: float | None = None) -> Row | None:
        self.asked.append(Asked(query, args))
        return await self._raw.fetchrow(query, *args, timeout=timeout)

    async def fetchval(self, query: str, *args: Any, column: int = 0, timeout: float | None = None) -> Any:
        self.asked.append(Asked(query, args))
        return await self._raw.fetchval(query, *args, column=column, timeout=timeout)


async def asked_by(database: Database, opening: Opening, question: Question) -> list[Asked]:
    """The statements of a question, in order, without those that begin and end the transaction."""
    async with database.reading(opening) as lane:
        recorder = Recorder(lane.raw)
        await question(Lane(recorder, lane.actor))
    return recorder.asked
