"""What each page asks of the database: taken down while the application, in this process, answers it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import msgspec

from audienceos.app import build_app, parts_of
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.sessions import Opening
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.settings import Settings
from bench.filling import client_id, session_token
from bench.ground import Town
from bench.recording import Asked, Recorder

ADDRESSES = {
    "list": "/{slug}/clients",
    "board": "/{slug}/pipeline",
    "client": "/{slug}/clients/{client}",
    "card": "/{slug}/clients/{client}/card",
    "API: list": "/v1/clients",
    "API: client": "/v1/clients/{client}",
}
"""What is asked for, by its name in the tables."""


def address(name: str, agency: int) -> str:
    """The address at one agency; the client is its first."""
    return ADDRESSES[name].format(slug=f"agency-{agency}", client=client_id(agency, 1))


def shown(agency: int, person: int = 1) -> dict[str, str]:
    """What a signed-in browser sends; pages don't look at the agency's header, the API needs it."""
    return {
        "Cookie": f"session={session_token(agency, person)}",
        "AudienceOS-Agency": f"agency-{agency}",
    }


class Taking(Database):
    """The product's doors, with a recorder behind the one for reading."""

    readings: list[list[Asked]]
    """Of the answer that is being given: the statements of each of its transactions."""

    @asynccontextmanager
    async def reading(self, opening: Opening) -> AsyncGenerator[Lane]:
        async with super().reading(opening) as lane:
            recorder = Recorder(lane.raw)
            yield Lane(recorder, lane.actor)
            self.readings.append([Asked(opening.statement, opening.arguments), *recorder.asked])


class Counter:
    """The application, to be asked for pages."""

    def __init__(self, database: Taking, browser: httpx.AsyncClient) -> None:
        self._database = database
        self._browser = browser

    async def statements(self, name: str, agency: int) -> list[Asked]:
        """Who asks (`app.enter`), and then each statement of the answer, in order."""
        await self.answer(address(name, agency), shown(agency))
        return self._database.readings[-1]

    async def answer(self, path: str, headers: Mapping[str, str]) -> tuple[bytes, int]:
        """A page's or file's body, and how many statements it took to read it, who asks among them."""
        self._database.readings = []
        answer = await self._browser.get(path, headers=dict(headers))
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer.content, sum(len(reading) for reading in self._database.readings)


@asynccontextmanager
async def counter(place: Town, settings: Settings) -> AsyncGenerator[Counter]:
    """The application in this process, over that database."""
    settings = msgspec.structs.replace(settings, url="http://bench.local")
    database = Taking(place.ways, pool_size=2)
    app = build_app(parts_of(settings, database, Hub(place.ways.listen)))
    transport = httpx.ASGITransport(cast("Any", app))
    try:
        async with httpx.AsyncClient(transport=transport, base_url=settings.url) as browser:
            yield Counter(database, browser)
    finally:
        await database.close()
