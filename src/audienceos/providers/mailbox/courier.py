"""Answers by mail, through a mailbox's own SMTP server; a copy goes into its folder of sent mail by IMAP."""

from __future__ import annotations

import asyncio
import imaplib
import smtplib
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from audienceos.connections.access import MailboxLogin, mailbox_login
from audienceos.connections.actions.opening_mail import open_imap, open_smtp
from audienceos.connections.ports import Permanent, Transient
from audienceos.inbox.ports import Correspondent, Leaving, Left, NotLeft, Unsure
from audienceos.platform import clock
from audienceos.platform.db.database import Database
from audienceos.platform.errors import Invalid, NotFound
from audienceos.platform.jobs.acting import acting_person
from audienceos.platform.mail.reading.shapes import Mailbox
from audienceos.platform.mail.writing.answer import Answered, reply_mail
from audienceos.platform.mail.writing.headers import ascii_domain, needs_smtputf8
from audienceos.providers.mailbox.delivering import Envelope, deliver
from audienceos.providers.mailbox.filing import FILES_ITSELF, file_in_sent, found_in_sent

GONE = "The mailbox is no longer connected"
NOBODY_KNOWS = "It isn't in the folder of sent mail, which doesn't say that it never left"
FILING = 30.0
"""Seconds that a copy may take; it has left, and whoever waits is to be told."""
Found = TypeVar("Found")


class MailboxCourier:
    """Sends from mailboxes that are connected by IMAP and SMTP."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        """Whether mail servers of the installation's own network may be spoken with."""

    async def send(self, database: Database, agency_id: UUID, leaving: Leaving) -> Left:
        """Hand it to the mailbox's server, to all of its recipients or to none, and file a copy.

        Raises `NotLeft` for what the server didn't take, `Unsure` where it may have taken it.
        """
        login = await self._login(database, agency_id, leaving)
        envelope = written(login, leaving)
        try:
            server = await open_smtp(login, private=self._private)
        except Permanent as refused:
            raise NotLeft(f"{refused}.", for_good=True) from None
        except Transient as away:
            raise NotLeft(f"{away}.", for_good=False, retry_after=away.retry_after) from None
        try:
            await asyncio.to_thread(deliver, server, envelope)
        except BaseException:
            server.close()  # no word more: where the thread is still at it, a QUIT would stand within the mail
            raise
        await asyncio.to_thread(_leave, server)
        left = Left(message_id=leaving.message_id, sent_at=clock.now(), origin={"mailbox": str(login.id)})
        if login.smtp[0] not in FILES_ITSELF:
            await self._file(login, envelope.raw, leaving.message_id)
        return left

    async def seek(self, database: Database, agency_id: UUID, leaving: Leaving) -> Left | None:
        """Look for it in the folder of sent mail. Never says that it surely hasn't left: not every server files what it
        sends. Raises `NotLeft` where the mailbox can't be asked, `Unsure` where it isn't there.
        """
        login = await self._login(database, agency_id, leaving)
        try:
            found = await self._at_imap(login, lambda server: found_in_sent(server, leaving.message_id))
        except Permanent as refused:
            raise NotLeft(f"{refused}.", for_good=True) from None
        except (Transient, imaplib.IMAP4.error, OSError, EOFError) as away:
            raise NotLeft(f"The mailbox's server broke off: {away}", for_good=False) from None
        if found is None:
            raise Unsure(NOBODY_KNOWS)
        return Left(message_id=leaving.message_id, sent_at=found, origin={"mailbox": str(login.id)})

    async def _login(self, database: Database, agency_id: UUID, leaving: Leaving) -> MailboxLogin:
        """In its author's name: it is one of theirs or the agency's. Raises `NotLeft`."""
        author = await acting_person(database, agency_id, leaving.author_id)
        if author is None:
            raise NotLeft("Whoever wrote this is no longer active here.", for_good=True)
        try:
            return await mailbox_login(database, author, leaving.account_id)
        except NotFound:
            raise NotLeft(f"{GONE}.", for_good=True) from None
        except Permanent as refused:
            raise NotLeft(f"{refused}.", for_good=True) from None

    async def _file(self, login: MailboxLogin, raw: bytes, message_id: str) -> None:
        """It has left, so whatever goes wrong here is no reason to send it again."""
        try:
            async with asyncio.timeout(FILING):
                await self._at_imap(login, lambda server: file_in_sent(server, raw, message_id))
        except (Permanent, Transient, imaplib.IMAP4.error, OSError, EOFError):
            return

    async def _at_imap(self, login: MailboxLogin, ask: Callable[[imaplib.IMAP4], Found]) -> Found:
        server = await open_imap(login, private=self._private)
        try:
            found = await asyncio.to_thread(ask, server)
        except BaseException:
            server.shutdown()
            raise
        await asyncio.to_thread(_sign_out, server)
        return found


def written(login: MailboxLogin, leaving: Leaving) -> Envelope:
    """The mail, from the mailbox in its author's name. Raises `NotLeft` for what can't be written as one."""
    sender = Mailbox(name=leaving.author_name, address=login.address)
    to, cc = _boxes(leaving.to), _boxes(leaving.cc)
    parent = leaving.parent
    try:
        raw = reply_mail(
            answered=Answered(
                message_id=parent.message_id,
                references=parent.references,
                subject=parent.subject,
                sender=Mailbox(name=parent.sender.name, address=parent.sender.address),
                date=parent.sent_at,
                text=parent.text,
            ),
            sender=sender,
            to=to,
            cc=cc,
            text=leaving.text,
            message_id=leaving.message_id,
            date=_whole(leaving.written_at),
            quotes=leaving.quotes,
        )
        recipients = dict.fromkeys(ascii_domain(box.address) for box in (*to, *cc))
        return Envelope(
            sender=ascii_domain(login.address, "from"),
            recipients=list(recipients),
            raw=raw,
            needs_utf8=needs_smtputf8([sender, *to, *cc]),
        )
    except Invalid as wrong:
        raise NotLeft(" ".join(fault.message for fault in wrong.faults), for_good=True) from None


def _boxes(people: tuple[Correspondent, ...]) -> list[Mailbox]:
    return [Mailbox(name=one.name, address=one.address) for one in people]


def _whole(moment: datetime) -> datetime:
    """In whole seconds, as a mail's date is."""
    return moment.replace(microsecond=0)


def _leave(server: smtplib.SMTP) -> None:
    """Sign out; a server that is gone already is no error."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _sign_out(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError, EOFError):
        return
