"""Files that came with mails, fetched from Gmail."""

from __future__ import annotations

import asyncio
from uuid import UUID

from audienceos.connections.actions.mail_accounts import mail_account
from audienceos.connections.ports import Permanent, Transient
from audienceos.inbox.actions.fetching import Wanted, gone, not_connected
from audienceos.platform.db.database import Database
from audienceos.platform.errors import NotFound, Unavailable
from audienceos.platform.mail.reading.letter import part_of
from audienceos.providers.gmail.wire import Service, line_to


class GmailFiles:
    """Fetches from Gmail (`inbox.actions.fetching.FileSource`)."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def fetch(self, database: Database, agency_id: UUID, wanted: Wanted) -> bytes:
        """The file's bytes. Raises `Conflict` where it is gone or Gmail isn't connected, `Unavailable`."""
        origin = wanted.origin
        account_id = UUID(str(origin.get("integration_id") or origin.get("mailbox_id")))
        try:
            account = await mail_account(database, agency_id, account_id)
            async with line_to(self._service, database, account) as line:
                found = await line.mail(str(origin["gmail_id"]))
        except (Permanent, NotFound):
            raise not_connected() from None
        except Transient:
            raise Unavailable("Gmail doesn't answer just now. Try it again in a moment.") from None
        if found is None or not found.raw:
            raise gone()
        try:
            return await asyncio.to_thread(part_of, found.raw, wanted.ref)
        except LookupError:
            raise gone() from None
