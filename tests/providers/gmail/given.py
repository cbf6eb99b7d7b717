"""What tests of Gmail begin with: mails as they lie there, an account that was connected, and readings of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from audienceos.inbox.ports import Taken
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.providers.gmail.reading import MOST
from audienceos.providers.gmail.sweeping import sweep
from audienceos.providers.gmail.wire import Service
from tests.cast import Player
from tests.connections.given import Vendors
from tests.fakes.gmail import Box
from tests.inbox.given import MAYA

Row = dict[str, Any]


def letter(
    key: str, text: str = "Could you look at the form?", *, days_ago: float = 0, **fields: str
) -> bytes:
    """A mail as its sender wrote it: Maya's, unless said otherwise."""
    mail = EmailMessage()
    said = {
        "From": f"{MAYA.name} <{MAYA.address}>",
        "To": "team@northlight.example",
        "Subject": "The booking form",
        "Message-ID": f"<{key}@thornfield.example>",
        "Date": format_datetime(datetime.now(UTC) - timedelta(days=days_ago)),
    }
    for name, value in (said | {name.replace("_", "-"): text for name, text in fields.items()}).items():
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


class Gmail:
    """One agency's account at the fake, and its own machinery reading it."""

    def __init__(self, database: Database, vendors: Vendors, owner: Player, account: Row) -> None:
        self.database = database
        self.vendors = vendors
        self.owner = owner
        self.account = account
        self.address = vendors.google.address
        self.topic = ""

    @property
    def box(self) -> Box:
        """What lies there."""
        return self.vendors.google.box(self.address)

    @property
    def claims(self) -> Claims:
        """The agency's own machinery."""
        return Claims(system_of(self.owner.agency_id))

    @property
    def service(self) -> Service:
        """Gmail as the installation knows it."""
        return Service(base=self.vendors.google.url, topic=self.topic, seconds=5)

    async def read(self, *, most: int = MOST) -> Taken:
        """One reading."""
        taken = await self.reading(most=most)
        assert taken is not None
        return taken

    async def reading(self, *, most: int = MOST) -> Taken | None:
        """One reading; None while another runs."""
        actor = system_of(self.owner.agency_id)
        return await sweep(self.database, actor, self.service, UUID(self.account["id"]), most=most)

    async def standing(self) -> Row:
        """How it stands."""
        return (await self.owner.get(f"/v1/integrations/{self.account['id']}")).json()
