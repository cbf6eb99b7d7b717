"""What tests of answers begin with: a courier that counts, mailboxes, and an agency that answers."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import select, update

from audienceos.connections.models import Integration, Mailbox
from audienceos.inbox.actions.answering import send
from audienceos.inbox.actions.receiving import take_in
from audienceos.inbox.actions.sources import source_of
from audienceos.inbox.answering.forms import Override, SendIn
from audienceos.inbox.answering.leaving import leave
from audienceos.inbox.models.answers import Draft, Outgoing
from audienceos.inbox.ports import Correspondent, Incoming, Leaving, Left
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row
from tests.inbox.given import MAYA, US, Inbox


class Killed(BaseException):
    """The worker died here."""


class FakeCourier:
    """Keeps what leaves, and fails as it is told to: before the platform has it, or after."""

    def __init__(self) -> None:
        self.left: list[Leaving] = []
        self.before: list[BaseException] = []
        """Raised before the platform takes one, one a time."""
        self.after: list[BaseException] = []
        """Raised after it took one."""
        self.seeking: list[BaseException] = []
        self.sought = 0
        self.spoils = 0
        """How often it tells of what left in a way that can't be recorded."""
        self.slow, self.go_on = asyncio.Event(), asyncio.Event()
        """It has one; it may tell of it, where somebody waits for the former."""
        self.go_on.set()

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self.before, self.after, self.seeking, self.spoils = [], [], [], 0

    async def send(self, database: Database, agency_id: UUID, leaving: Leaving) -> Left:
        if self.before:
            raise self.before.pop(0)
        self.left.append(leaving)
        self.slow.set()
        await self.go_on.wait()
        if self.after:
            raise self.after.pop(0)
        return self._left(leaving)

    async def seek(self, database: Database, agency_id: UUID, leaving: Leaving) -> Left | None:
        self.sought += 1
        if self.seeking:
            raise self.seeking.pop(0)
        here = any(one.message_id == leaving.message_id for one in self.left)
        return self._left(leaving) if here else None

    def _left(self, leaving: Leaving) -> Left:
        if self.spoils:
            self.spoils -= 1
            return Left(message_id=leaving.message_id, sent_at=cast("Any", None))
        return Left(message_id=leaving.message_id, sent_at=clock.now())


class Desk:
    """An agency that answers: by its owner unless somebody else is named."""

    def __init__(self, inbox: Inbox, courier: FakeCourier) -> None:
        self.inbox = inbox
        self.courier = courier
        self.database = inbox.database
        self.owner = inbox.owner

    async def mailbox(self, address: str = US.address, owner: Player | None = None) -> UUID:
        """Another mailbox: the agency's, or somebody's own."""
        row = Mailbox(
            id=uuid7(),
            kind="imap",
            address=address,
            address_key=address,
            user_id=owner.user_id if owner else None,
            imap_host="mail.example",
            smtp_host="mail.example",
            state="working",
        )
        async with self.database.acting(self.inbox.claims) as db:
            db.add(row)
        return row.id

    async def the_one(self) -> UUID:
        """Its only conversation."""
        (one,) = await self.inbox.conversations()
        return one.id

    async def send(self, by: Player | None = None, **fields: Any) -> Outgoing:
        """Press Send, once more with each call unless `click_id` is given."""
        given: dict[str, Any] = {"click_id": uuid7(), "text": "It works again."}
        conversation_id = fields.pop("conversation_id", None) or await self.the_one()
        async with self.database.acting((by or self.owner).claims) as db:
            return await send(db, conversation_id, msgspec.convert(given | fields, SendIn))

    async def due(self, answer_id: UUID) -> None:
        """As if its time had come, and whoever had it were gone."""
        past = clock.now() - timedelta(seconds=1)
        mine = (Outgoing.agency_id == self.owner.agency_id, Outgoing.id == answer_id)
        async with self.database.acting(self.inbox.claims) as db:
            await db.execute(
                update(Outgoing).where(*mine, Outgoing.status == "waiting").values(leaves_at=past)
            )
            await db.execute(
                update(Outgoing).where(*mine, Outgoing.status == "sending").values(lease_until=past)
            )

    async def leave(self, answer_id: UUID) -> Outgoing:
        """Its time comes: a worker lets it leave. What became of it."""
        await self.due(answer_id)
        await leave(self.database, self.owner.agency_id, answer_id)
        return await self.row(answer_id)

    async def die(self, answer_id: UUID, *, before: bool) -> None:
        """A worker dies with it, before the platform has it or after."""
        (self.courier.before if before else self.courier.after).append(Killed())
        with pytest.raises(Killed):
            await self.leave(answer_id)

    def copy_of(self, row: Outgoing) -> Incoming:
        """What left, as it is read where it was sent from."""
        return Incoming(
            message_id=row.message_id,
            references=(row.parent["message_id"],),
            sender=US,
            is_ours=True,
            to=(MAYA,),
            subject="Re: The booking form",
            text=row.text,
            received_at=clock.now(),
        )

    async def confirmed(self) -> list[Override]:
        """A word for writing to somebody at Rookhill whom nobody here has written with."""
        conversation_id = await self.the_one()
        asked = {"text": "It works again.", "to": [{"address": "ops@rookhill.example"}]}
        said = await self.owner.post(f"/v1/conversations/{conversation_id}/answer-checks", json=asked)
        return [Override(stop=stop["key"]) for stop in said.json()["stops"]]

    async def channel(self, client: Row, workspace: str | None = None) -> UUID:
        """A channel in which the client asked something; its workspace is connected where it is named."""
        body = {"place": "C1", "name": "thornfield"}
        linked = await self.owner.post(f"/v1/clients/{client['id']}/channels", json=body)
        assert linked.status_code == 201, linked.text
        said = Incoming(
            message_id="C1:1",
            sender=Correspondent(name="Maya", address="U9"),
            text="Could you look at the form?",
            received_at=clock.now() - timedelta(hours=1),
            place="C1",
            place_name="thornfield",
        )
        async with self.database.acting(self.inbox.claims) as db:
            source = await source_of(db, "workspace", "slack", "T1", "Northlight")
            await take_in(db, source, [said])
            if workspace is not None:
                db.add(Integration(provider="slack", is_connected=True, account_id=workspace, config={}))
        return (await self.inbox.conversations())[-1].id

    async def answers(self) -> list[Outgoing]:
        """All that was ever sent from here, or is to be."""
        async with self.database.acting(self.inbox.claims) as db:
            return list(await db.scalars(select(Outgoing).where(Outgoing.agency_id == self.owner.agency_id)))

    async def row(self, answer_id: UUID) -> Outgoing:
        """The answer as it is now."""
        async with self.database.acting(self.inbox.claims) as db:
            mine = (Outgoing.agency_id == self.owner.agency_id, Outgoing.id == answer_id)
            return (await db.scalars(select(Outgoing).where(*mine))).one()

    async def drafts(self) -> list[Draft]:
        """Everybody's, as the agency's machinery sees them."""
        async with self.database.acting(self.inbox.claims) as db:
            mine = Draft.agency_id == self.owner.agency_id
            return list(await db.scalars(select(Draft).where(mine).order_by(Draft.created_at)))


async def press(desk: Desk, by: Player | None = None, **fields: Any) -> httpx.Response:
    """Press Send by the API."""
    path = f"/v1/conversations/{await desk.the_one()}/answers"
    body = {"text": "It works again."} | fields
    return await (by or desk.owner).post(path, json=body, headers={"Idempotency-Key": str(uuid7())})


def stops_of(answer: httpx.Response) -> list[Any]:
    """Why it was refused."""
    return answer.json()["extra"]["stops"]
