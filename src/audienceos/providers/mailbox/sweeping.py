"""Reading a mailbox from where the last reading ended: some mails a transaction, the place with them.

A reading that is cut off goes on at its last commit; mail that was read twice is kept once.
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
from audienceos.connections.actions.syncing import Outcome, Tally, begin_run, end_run
from audienceos.connections.ports import Permanent, Transient
from audienceos.inbox.actions.mails import incoming_of
from audienceos.inbox.actions.receiving import take_in
from audienceos.inbox.actions.sources import place_read, source_of
from audienceos.inbox.ports import Incoming, Taken
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


class Box(msgspec.Struct, frozen=True):
    """A mailbox that is being read."""

    id: UUID
    address: str
    user_id: UUID | None


async def sweep(database: Database, actor: Actor, mailbox_id: UUID, *, private: bool) -> Taken | None:
    """Take in what came since; None while another reading of it runs.

    A refused password or a server that is away ends the reading with words for its people. Raises `Unavailable` for
    what another try may not meet, `NotFound` for a mailbox that is gone.
    """
    async with database.acting(Claims(actor)) as db:
        row = await mailbox_for(db, mailbox_id)
        box = Box(row.id, row.address, row.user_id)
        run_id = await begin_run(db, mailbox_id=box.id)
    if run_id is None:
        return None
    taken, outcome, words = Taken(), "failed", None
    try:
        login = await mailbox_login(database, actor, box.id)
        await _read(database, actor, box, login, taken, private=private)
        outcome = "partial" if taken.failed else "done"
    except Permanent as refused:
        words = str(refused)
    except (Transient, imaplib.IMAP4.error, OSError, EOFError) as away:
        words = f"The mailbox's server broke off: {away}"
    await _ended(database, actor, run_id, outcome, taken, words)
    return taken


async def _read(
    database: Database, actor: Actor, box: Box, login: MailboxLogin, taken: Taken, *, private: bool
) -> None:
    server = await open_imap(login, private=private)
    try:
        for folder in await asyncio.to_thread(imap.folders, server):
            await _read_folder(database, actor, box, server, folder, taken)
    finally:
        await asyncio.to_thread(_leave, server)


async def _read_folder(
    database: Database,
    actor: Actor,
    box: Box,
    server: imaplib.IMAP4,
    folder: imap.Folder,
    taken: Taken,
) -> None:
    async with database.acting(Claims(actor)) as db:
        source = await source_of(db, "mailbox", "gmail", email_key(box.address), box.address, box.user_id)
        place = imap.places(source.watermark).get(folder.name)
    validity = await asyncio.to_thread(imap.opened, server, folder)
    if place is not None and place.validity != validity:
        place = None  # the server counts anew: all of it is read again, and known mail is kept once
    since = (clock.now() - FIRST).date()
    numbers = await asyncio.to_thread(imap.new_numbers, server, place, since)
    for at in range(0, len(numbers), BATCH):
        chunk = numbers[at : at + BATCH]
        messages = await asyncio.to_thread(_messages, server, box, folder, chunk)
        async with database.acting(Claims(actor)) as db:
            source = await source_of(db, "mailbox", "gmail", email_key(box.address), box.address, box.user_id)
            taken.add(await take_in(db, source, messages, quietly=place is None))
            await place_read(db, source, folder.name, {"validity": validity, "uid": chunk[-1]})


def _messages(server: imaplib.IMAP4, box: Box, folder: imap.Folder, numbers: Sequence[int]) -> list[Incoming]:
    """Fetched and read. What was sent is ours, whatever address it was sent from."""
    read: list[Incoming] = []
    for mail in imap.fetched(server, numbers):
        origin = {"mailbox": str(box.id), "folder": folder.name, "uid": mail.uid}
        message = incoming_of(read_mail(mail.raw), found_at=clock.now(), origin=origin)
        read.append(msgspec.structs.replace(message, is_ours=True) if folder.is_sent else message)
    return read


async def _ended(
    database: Database, actor: Actor, run_id: UUID, outcome: Outcome, taken: Taken, words: str | None
) -> None:
    tally = Tally(
        fetched=taken.fetched,
        created=taken.created,
        updated=taken.updated,
        skipped=taken.skipped,
        failed=taken.failed,
    )
    async with database.acting(Claims(actor)) as db:
        await end_run(db, run_id, outcome, tally, words)


def _leave(server: imaplib.IMAP4) -> None:
    """Sign out; a server that is gone already is no error."""
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError, EOFError):
        return
