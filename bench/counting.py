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
    "tickets": "/{slug}/tickets",
    "ticket list": "/{slug}/tickets/list",
    "ticket search": "/{slug}/tickets/list?q=broken+form",
    "ticket times": "/{slug}/tickets/times",
    "ticket": "/{slug}/tickets/4",
    "tickets' badge": "/{slug}/tickets/badge",
    "new ticket": "/{slug}/tickets/new",
    "ticket's summary": "/{slug}/tickets/5/summary",
    "tickets' limits": "/{slug}/settings/tickets",
    "deleted tickets": "/{slug}/deleted-tickets",
    "client's tickets": "/{slug}/clients/{client}/tickets",
    "alerts": "/{slug}/alerts",
    "alert": "/{slug}/alerts/{alert}",
    "alerts' badge": "/{slug}/alerts/badge",
    "alerts' rules": "/{slug}/alerts/rules",
    "client's alerts": "/{slug}/clients/{client}/alerts",
    "notifications": "/{slug}/notifications",
    "bell": "/{slug}/notifications/bell",
    "latest": "/{slug}/notifications/recent",
    "what I hear": "/{slug}/settings/notifications",
    "dashboard": "/{slug}/dashboard",
    "its figures": "/{slug}/dashboard/figures",
    "its attention": "/{slug}/dashboard/attention",
    "its installs": "/{slug}/dashboard/installs",
    "API: list": "/v1/clients",
    "API: client": "/v1/clients/{client}",
    "API: tickets": "/v1/tickets",
    "API: ticket counts": "/v1/ticket-counts",
    "API: ticket metrics": "/v1/ticket-metrics",
    "API: alerts": "/v1/alerts",
    "API: alert receipts": "/v1/alert-receipts",
    "API: alert replay": "/v1/alert-replay?rule=stuck",
    "API: notifications": "/v1/notifications",
    "API: watches": "/v1/watches",
    "API: figures": "/v1/kpis",
    "API: installs": "/v1/installs",
    "API: snapshots": "/v1/kpi-snapshots",
}
"""What is asked for, by its name in the tables."""


FRAGMENTS = {"latest"}
"""What pages alone ask for."""


def address(name: str, agency: int) -> str:
    """The address at one agency; the client is its first, the alert an open one."""
    client, alert = client_id(agency, 1), client_id(agency, 3)
    return ADDRESSES[name].format(slug=f"agency-{agency}", client=client, alert=alert)


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
        """Who asks (`app.enter`), and then each statement of the answer, in order, whatever transaction it was in."""
        asks = {"HX-Request": "true"} if name in FRAGMENTS else {}
        return await self.of(address(name, agency), shown(agency) | asks)

    async def of(self, path: str, headers: Mapping[str, str]) -> list[Asked]:
        """The same of any path."""
        await self.answer(path, headers)
        first, *others = self._database.readings
        return [*first, *(asked for reading in others for asked in reading[1:])]

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
