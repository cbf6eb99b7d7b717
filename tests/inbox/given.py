"""What tests of the inbox begin with: messages as carriers give them, taken in by the agency's own machinery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from audienceos.clients.models import Client, ClientSignal
from audienceos.inbox.actions.receiving import take_in
from audienceos.inbox.models import Communication, Conversation, InboxSource, TriageMessage
from audienceos.inbox.ports import Correspondent, Incoming, Taken
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db
from tests.cast import Player
from tests.clients.given import Row

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
MAYA = Correspondent(name="Maya Thornfield", address="maya@thornfield.example")
US = Correspondent(name="Ines Aalto", address="desk@northlight.example")


def mail(key: str, text: str = "Could you look at the form?", *, after: float = 0, **fields: Any) -> Incoming:
    """A mail that Maya wrote, so many hours after Monday at nine."""
    given: dict[str, Any] = {
        "message_id": f"{key}@thornfield.example",
        "sender": MAYA,
        "to": (US,),
        "subject": "The booking form",
        "text": text,
        "received_at": MONDAY + timedelta(hours=after),
    }
    return Incoming(**(given | fields))


def answer(key: str, to: Incoming, text: str = "Done, it works again.", *, after: float = 1) -> Incoming:
    """The agency's answer to it, written elsewhere."""
    return mail(
        key,
        text,
        after=after,
        message_id=f"{key}@northlight.example",
        sender=US,
        to=(to.sender,),
        references=(*to.references, to.message_id),
        is_ours=True,
    )


class Inbox:
    """One agency's inbox, as its own machinery fills it."""

    def __init__(self, database: Database, owner: Player) -> None:
        self.database = database
        self.owner = owner
        self.claims = Claims(system_of(owner.agency_id))

    async def source(self, db: Db, kind: str = "mailbox", platform: str = "gmail") -> InboxSource:
        """Where the messages come from, made the first time."""
        found = await db.scalar(select(InboxSource).where(InboxSource.agency_id == self.owner.agency_id))
        if found is None:
            found = InboxSource(kind=kind, platform=platform, external_id=US.address, name="Desk")
            db.add(found)
            await db.flush()
        return found

    async def take(self, *messages: Incoming, quietly: bool = False) -> Taken:
        """Take them in, in one transaction."""
        async with self.database.acting(self.claims) as db:
            return await take_in(db, await self.source(db), messages, quietly=quietly)

    async def conversations(self) -> list[Conversation]:
        """All of them, the oldest first."""
        async with self.database.acting(self.claims) as db:
            mine = Conversation.agency_id == self.owner.agency_id
            return list(
                await db.scalars(select(Conversation).where(mine).order_by(Conversation.last_message_at))
            )

    async def messages(self) -> list[Communication]:
        """Every message of a client, the oldest first."""
        return await self._all(Communication)

    async def triage(self) -> list[TriageMessage]:
        """Every message of nobody."""
        return await self._all(TriageMessage)

    async def age(self, *, hours: float) -> None:
        """As if everything had come so many hours earlier."""
        by = timedelta(hours=hours)
        async with self.database.acting(self.claims) as db:
            for table, columns in (
                (Communication, ("received_at",)),
                (Conversation, ("waiting_since", "look_at")),
            ):
                earlier = {name: getattr(table, name) - by for name in columns}
                await db.execute(update(table).where(table.agency_id == self.owner.agency_id).values(earlier))

    async def signals(self) -> dict[str, tuple[str, int]]:
        """What the inbox says of clients: level and count by key."""
        async with self.database.acting(self.claims) as db:
            mine = (ClientSignal.agency_id == self.owner.agency_id, ClientSignal.source == "inbox")
            return {
                row.key: (row.level, row.count) for row in await db.scalars(select(ClientSignal).where(*mine))
            }

    async def last_heard(self) -> datetime | None:
        """When something was last done or said about the agency's one client."""
        async with self.database.acting(self.claims) as db:
            mine = Client.agency_id == self.owner.agency_id
            return await db.scalar(select(Client.last_activity_at).where(mine))

    async def _all(self, table: Any) -> list[Any]:
        async with self.database.acting(self.claims) as db:
            mine = table.agency_id == self.owner.agency_id
            return list(await db.scalars(select(table).where(mine).order_by(table.received_at)))


async def known_to(player: Player, client: Row, *addresses: str) -> None:
    """These people are the client's contacts."""
    for address in addresses:
        said = await player.post(f"/v1/clients/{client['id']}/contacts", json={"email": address})
        assert said.status_code == 201, said.text
