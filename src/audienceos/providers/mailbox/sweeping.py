"""Reading a mailbox from where the last reading ended: some mails a transaction, the place with them.

A reading takes so much and no more, and leaves the rest to another job. One that is cut off goes on at its last commit;
mail that was read twice is kept once.
"""

from __future__ import annotations

import asyncio
import imaplib
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from audienceos.connections.access import MailboxLogin, mailbox_for, mailbox_login
from audienceos.connections.actions.opening_mail import open_imap
from audienceos.connections.actions.syncing import Outcome, Tally, begin_run, end_run, queue_sync
from audienceos.connections.ports import Permanent, Transient
from audienceos.inbox.actions.mails import incoming_of
from audienceos.inbox.actions.receiving import take_in
from audienceos.inbox.actions.sources import SourceKind, place_read, source_of
from audienceos.inbox.ports import Incoming, Platform, Taken
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.auth.emails import email_key
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.mail.reading.letter import read_mail
from audienceos.providers.mailbox import imap

READ = "imap.read"
"""The job that does it."""
FIRST = timedelta(days=30)
"""So far back the first reading looks."""
BATCH = 50
"""Mails of a transaction."""
MOST = 1000
"""Mails of one reading; what is left is the next job's."""
DEAD = timedelta(minutes=10)
"""After which a reading that never ended is taken for dead."""
AGAIN = timedelta(seconds=30)
OLD = "old"
"""In a folder's place: up to which mail it was there before the first reading, so that it is no news."""
BROKEN = "The reading broke off"


class Box(msgspec.Struct, frozen=True):
    """A mailbox that is being read."""

    id: UUID
    address: str
    user_id: UUID | None


async def sweep(
    database: Database, actor: Actor, mailbox_id: UUID, *, private: bool, most: int = MOST
) -> Taken | None:
    """Take in what came since; None while another reading of it runs, after which comes this one.

    A refused password or a server that is away ends the reading with words for its people. Raises `Unavailable` for
    what another try may not meet, `NotFound` for a mailbox that is gone.
    """
    async with database.acting(Claims(actor)) as db:
        row = await mailbox_for(db, mailbox_id)
        box = Box(row.id, row.address, row.user_id)
        run_id = await begin_run(db, mailbox_id=box.id, dead=DEAD)
        if run_id is None:
            queue_sync(db, "imap", {"mailbox_id": str(box.id)}, after=AGAIN)
            return None
    reading = _Reading(database, actor, box, left=most)
    outcome, words = "failed", BROKEN
    try:
        login = await mailbox_login(database, actor, box.id)
        await reading.run(login, private=private)
        outcome, words = "partial" if reading.taken.failed else "done", None
    except Permanent as refused:
        words = str(refused)
    except (Transient, imaplib.IMAP4.error, OSError, EOFError) as away:
        words = f"The mailbox's server broke off: {away}"
    finally:
        await reading.ended(run_id, outcome, words)
    return reading.taken


class _Reading:
    """One reading of one mailbox; `left` is how many mails it may still take."""

    def __init__(self, database: Database, actor: Actor, box: Box, left: int) -> None:
        self._database = database
        self._claims = Claims(actor)
        self._box = box
        self._left = left
        self._is_more = False
        self.taken = Taken()

    async def run(self, login: MailboxLogin, *, private: bool) -> None:
        """Read on. Raises what the server and `take_in` raise."""
        server = await open_imap(login, private=private)
        try:
            for folder in await asyncio.to_thread(imap.folders, server):
                await self._folder(server, folder)
        finally:
            await asyncio.to_thread(_leave, server)

    async def _folder(self, server: imaplib.IMAP4, folder: imap.Folder) -> None:
        async with self._database.acting(self._claims) as db:
            known = (await source_of(db, *_named(self._box))).watermark or {}
        place, old = imap.places(known).get(folder.name), int(known.get(folder.name, {}).get(OLD, 0))
        validity = await asyncio.to_thread(imap.opened, server, folder)
        if place is not None and place.validity != validity:
            place = None  # the server counts anew: all of it is read again, and known mail is kept once
        since = (clock.now() - FIRST).date()
        numbers = await asyncio.to_thread(imap.new_numbers, server, place, since)
        if place is None:
            old = max(numbers, default=0)
        self._is_more |= len(numbers) > self._left
        numbers = numbers[: self._left]
        self._left -= len(numbers)
        for at in range(0, len(numbers), BATCH):
            chunk = numbers[at : at + BATCH]
            messages = await asyncio.to_thread(_messages, server, self._box, folder, chunk)
            async with self._database.acting(self._claims) as db:
                source = await source_of(db, *_named(self._box))
                self.taken.add(await take_in(db, source, messages, quietly=chunk[0] <= old))
                now_at = {"validity": validity, "uid": chunk[-1], OLD: old}
                await place_read(db, source, folder.name, now_at)

    async def ended(self, run_id: UUID, outcome: Outcome, words: str | None) -> None:
        """Write down what it came to, and queue what is left with it."""
        names = ("fetched", "created", "updated", "skipped", "failed")
        tally = Tally(**{name: getattr(self.taken, name) for name in names})
        async with self._database.acting(self._claims) as db:
            await end_run(db, run_id, outcome, tally, words)
            if self._is_more and outcome != "failed":
                queue_sync(db, "imap", {"mailbox_id": str(self._box.id)})


def _named(box: Box) -> tuple[SourceKind, Platform, str, str, UUID | None]:
    """The mailbox's source, as `source_of` takes it."""
    return "mailbox", "gmail", email_key(box.address), box.address, box.user_id


def _messages(server: imaplib.IMAP4, box: Box, folder: imap.Folder, numbers: Sequence[int]) -> list[Incoming]:
    """Fetched and read. What was sent is ours, whatever address it was sent from."""
    read: list[Incoming] = []
    for mail in imap.fetched(server, numbers):
        origin = {"mailbox": str(box.id), "folder": folder.name, "uid": mail.uid}
        message = incoming_of(read_mail(mail.raw), found_at=clock.now(), origin=origin)
        read.append(msgspec.structs.replace(message, is_ours=True) if folder.is_sent else message)
    return read


def _leave(server: imaplib.IMAP4) -> None:
    """Sign out; a server that is gone already is no error."""
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError, EOFError):
        return
