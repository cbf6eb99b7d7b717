"""Files that came with mails, fetched from the mailbox that they lie in."""

from __future__ import annotations

import asyncio
import imaplib
from uuid import UUID

from audienceos.connections.access import mailbox_login
from audienceos.connections.actions.opening_mail import open_imap
from audienceos.connections.ports import Permanent, Transient
from audienceos.inbox.actions.fetching import Wanted, gone, not_connected, too_large
from audienceos.inbox.actions.mails import incoming_of
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.errors import NotFound, Unavailable
from audienceos.platform.mail.reading.letter import part_of, read_mail
from audienceos.providers.mailbox import imap

AWAY = "The mailbox's server doesn't answer just now. Try it again in a moment."


class MailboxFiles:
    """Fetches from mailboxes that are connected by IMAP (`inbox.actions.fetching.FileSource`)."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        """Whether mail servers of the installation's own network may be spoken with."""

    async def fetch(self, database: Database, agency_id: UUID, wanted: Wanted) -> bytes:
        """The file's bytes. Raises `Conflict` where it is gone or the mailbox isn't connected, `Unavailable`."""
        mailbox_id = UUID(str(wanted.origin["mailbox"]))
        try:
            login = await mailbox_login(database, system_of(agency_id), mailbox_id)
            server = await open_imap(login, private=self._private)
        except (Permanent, NotFound):
            raise not_connected() from None
        except Transient:
            raise Unavailable(AWAY) from None
        try:
            raw = await asyncio.to_thread(_mail, server, wanted)
        except (imaplib.IMAP4.error, OSError, EOFError):
            raise Unavailable(AWAY) from None
        finally:
            await asyncio.to_thread(_leave, server)
        return await asyncio.to_thread(file_of, raw, wanted)


def file_of(raw: bytes | None, wanted: Wanted) -> bytes:
    """The part of the mail. Raises `Conflict` where it isn't that mail any more, or has no such part."""
    if raw is None:
        raise gone()
    if len(raw) >= imap.MAIL_BYTES:
        raise too_large()
    if incoming_of(read_mail(raw), found_at=clock.now()).message_id != wanted.message_id:
        raise gone()  # the server has counted anew, and the number is another mail's
    try:
        return part_of(raw, wanted.ref)
    except LookupError:
        raise gone() from None


def _mail(server: imaplib.IMAP4, wanted: Wanted) -> bytes | None:
    try:
        imap.opened(server, imap.Folder(str(wanted.origin["folder"]), is_sent=False))
    except imaplib.IMAP4.error:
        return None
    return next((one.raw for one in imap.fetched(server, [int(wanted.origin["uid"])])), None)


def _leave(server: imaplib.IMAP4) -> None:
    """Sign out; a server that is gone already is no error."""
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError, EOFError):
        return
