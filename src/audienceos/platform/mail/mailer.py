"""The port through which mail leaves, and the stand-in that keeps it."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import msgspec


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One mail on its way. The same mail sent again has the same `id`, so the reader's side sees it once."""

    id: UUID
    to_email: str
    subject: str
    body: str


class MailError(Exception):
    """It could not be handed over; the text says why. Permanent: trying again won't help."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Mailer(Protocol):
    """Something that mail can be handed to."""

    @property
    def delivers(self) -> bool:
        """Whether mail leaves by it at all."""
        ...

    async def send(self, mail: Outgoing) -> None:
        """Hand the mail over. Raises `MailError`."""
        ...


class Kept:
    """No mail server is set: mails stay in their tables, where an admin or the operator reads them."""

    delivers = False

    async def send(self, mail: Outgoing) -> None:
        """Refuses: a kept mail must never be taken for a sent one."""
        raise MailError("no mail server is set (AUDIENCEOS_SMTP_URL)")
