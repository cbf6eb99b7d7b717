"""What tests of Slack as it lives begin with: an agency connected to the fake's workspace, and a worker that works."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import httpx
import msgspec

from audienceos.connections.actions.syncing import queue_sync
from audienceos.platform.actor import system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.providers.slack.hearing import HEAR, hear
from audienceos.providers.slack.sweeping import LEG, SWEEP, begin_sweep, go_on
from tests.cast import HOST, Player, Stage
from tests.clients.given import Row
from tests.connections.given import Vendors, connected, standing
from tests.fakes.slack import SIGNING, signed
from tests.fakes.slack_team import Channel, Team
from tests.inbox.given import Inbox

_TAKEN = """
delete from jobs.pgqueuer where entrypoint = $1 and (headers ->> 'agency_id')::uuid = $2
   and ($3 or execute_after <= now())
returning id, payload, execute_after - created as wait"""
TO_US = "/webhooks/slack"


class House(Inbox):
    """An agency whose Slack is connected, and its workspace."""

    def __init__(self, stage: Stage, owner: Player, vendors: Vendors, team: Team) -> None:
        super().__init__(stage.parts.database, owner)
        self.stage = stage
        self.slack = vendors.slack
        self.team = team
        self.ana = team.person("Ana Ruiz", email="ana@northlight.example")
        self.maya = team.person("Maya Thornfield", is_guest=True)

    async def linked(self, client: Row, name: str = "oxbow") -> Channel:
        """A channel that is the client's."""
        channel = self.team.channel(name)
        body = {"place": channel.id, "name": name}
        answer = await self.owner.post(f"/v1/clients/{client['id']}/channels", json=body)
        assert answer.status_code == 201, answer.text
        return channel

    async def send(
        self,
        body: bytes | None = None,
        *,
        to: str = TO_US,
        secret: str = SIGNING,
        at: float | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Slack sends a body, the workspace's latest event unless another is given."""
        said = self.team.latest if body is None else body
        async with httpx.AsyncClient(transport=self.stage.transport, base_url=HOST) as vendor:
            told = signed(said, secret, at=at) | (headers or {})
            return await vendor.post(to, content=said, headers=told)

    async def heard(self, *, late: bool = False) -> int:
        """The worker does what waits of events, what is for later only once that has come; gives how many."""
        found = await waiting(self.database, self.owner, HEAR, late=late)
        for payload, _ in found:
            await hear(self.database, system_of(self.owner.agency_id), payload)
        return len(found)

    async def swept(self, *, legs: int = 100) -> list[float]:
        """The worker reads the channels of clients, at most so many legs; gives how long each leg waited, in seconds."""
        actor = system_of(self.owner.agency_id)
        for payload in await taken(self.database, self.owner, SWEEP):
            await begin_sweep(self.database, actor, UUID(payload["integration_id"]))
        waits: list[float] = []
        while len(waits) < legs and (found := await waiting(self.database, self.owner, LEG)):
            for payload, wait in found:
                waits.append(wait)
                await go_on(self.database, actor, payload)
        return waits

    async def sweep(self, *, legs: int = 100) -> list[float]:
        """Somebody asks for a reading, and the worker does it."""
        stands = await standing(self.owner)
        async with self.database.acting(self.claims) as db:
            queue_sync(db, "slack", {"integration_id": stands["id"]})
        return await self.swept(legs=legs)

    async def runs(self) -> list[Row]:
        """The last readings, the newest first."""
        stands = await standing(self.owner)
        return (await self.owner.get(f"/v1/integrations/{stands['id']}/syncs")).json()["items"]

    async def told(self, body: bytes | None = None) -> None:
        """An event comes and is read."""
        answer = await self.send(body)
        assert answer.status_code == 200, answer.text
        await self.heard()

    async def contents(self) -> list[str]:
        """What is kept of the clients' messages, the oldest first."""
        return [row.content for row in await self.messages()]


async def house(stage: Stage, owner: Player, vendors: Vendors, name: str = "Northlight") -> House:
    """The agency, connected to a workspace of its own."""
    team = vendors.slack.workspace = Team(name)
    await connected(owner)
    return House(stage, owner, vendors, team)


async def waiting(
    database: Database, owner: Player, job: str, *, late: bool = True
) -> list[tuple[Json, float]]:
    """The agency's waiting jobs of that name, taken from the queue, in order, each with how long it was to wait."""
    async with database.serving() as db:
        rows = await (await db.raw()).fetch(_TAKEN, job, owner.agency_id, late)
    found = sorted(rows, key=lambda row: row[0])
    return [(msgspec.json.decode(row[1]), row[2].total_seconds()) for row in found]


async def taken(database: Database, owner: Player, job: str) -> list[Json]:
    """The same, without the waits."""
    return [payload for payload, _ in await waiting(database, owner, job)]


def altered(body: bytes, **fields: Any) -> bytes:
    """An event with other words around it."""
    return json.dumps({**json.loads(body), **fields}).encode()
