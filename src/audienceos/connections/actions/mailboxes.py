"""Mailboxes by IMAP and SMTP: connected, tried and taken out."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from audienceos.agency.access import require_admin
from audienceos.connections.access import mailbox_for, mailbox_login
from audienceos.connections.actions.connecting import CONNECT_AGAIN, Checked
from audienceos.connections.actions.mail_accounts import GMAIL, MailAccount, mail_account, tokens_for
from audienceos.connections.actions.syncing import queue_sync
from audienceos.connections.forms import MailboxIn
from audienceos.connections.mailing import IMAPS, SMTPS, Refused, Servers, Tried, servers_for, try_mailbox
from audienceos.connections.models import Mailbox
from audienceos.connections.ports import Permanent, Transient, provider_of
from audienceos.connections.vault import app_for, keep, mailbox_row
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.auth.throttle import Limit, take
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db, Opening
from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.sealing import Secret, box
from audienceos.platform.settings import Settings

TRIES = Limit("mailboxes tried", tries=20, seconds=3600)
"""Of one person: enough to find the right password, too few to guess another's."""
FORGET = "Remove it and add it again."


async def add_mailbox(
    database: Database, settings: Settings, opening: Opening, actor: Actor, data: MailboxIn
) -> UUID:
    """Try the mailbox and, if it lets us in, keep it. Gives its id.

    Raises `Invalid` with what its servers said, `Conflict` for one that is here, `Forbidden`, `TooMany`, and
    `Unavailable` when its password couldn't be sealed.
    """
    if data.is_shared:
        require_admin(actor, "connect a mailbox of the agency")
    servers = _servers(data)
    async with database.acting(opening) as db:
        await _must_be_new(db, data.address)
    async with database.serving() as db:
        await take(db, TRIES, str(actor.person))
    _ = box().newest
    tried = Tried(servers, data.username or data.address, Secret(data.password))
    try:
        await try_mailbox(tried, private=settings.private_mail_hosts)
    except Refused as refused:
        raise refused.invalid from None
    row = _row(data, servers, None if data.is_shared else actor.person)
    async with database.acting(opening) as db:
        await _must_be_new(db, data.address)
        db.add(row)
        await record(db, "mailbox.added", "mailbox", row.id, address=row.address, is_shared=data.is_shared)
        queue_sync(db, "imap", {"mailbox_id": str(row.id)})
    await keep(database, mailbox_row(actor.agency_id, row.id), {"password": tried.password})
    return row.id


async def check_mailbox(
    database: Database, settings: Settings, opening: Opening, actor: Actor, mailbox_id: UUID
) -> Checked:
    """Try a mailbox that is kept. Raises `NotFound`, `Forbidden`, `TooMany`."""
    async with database.acting(opening) as db:
        kind = (await mailbox_for(db, mailbox_id, to="change")).kind
    async with database.serving() as db:
        await take(db, TRIES, str(actor.person))
    began, error = clock.now(), None
    try:
        if kind == GMAIL:
            await _ask_google(database, await mail_account(database, actor.agency_id, mailbox_id))
        else:
            login = await mailbox_login(database, actor, mailbox_id)
            tried = Tried(Servers(login.imap, login.smtp), login.username, login.password)
            await try_mailbox(tried, private=settings.private_mail_hosts)
    except (Refused, Permanent, Transient) as problem:
        error = str(problem)
    took = round((clock.now() - began).total_seconds() * 1000)
    async with database.acting(opening) as db:
        row = await mailbox_for(db, mailbox_id, to="change")
        row.checked_at, row.last_error = clock.now(), error
        row.state = "failing" if error else "working"
        row.failures = row.failures + 1 if error else 0
        await record(db, "mailbox.checked", "mailbox", row.id, works=error is None)
    advice = (CONNECT_AGAIN if kind == GMAIL else FORGET) if error else None
    return Checked(error is None, took, row.address, error, advice)


async def _ask_google(database: Database, account: MailAccount) -> None:
    """Ask whose mailbox it is. Raises `Permanent` where the grant is lost, `Transient` where it can't be asked."""
    service = provider_of(GMAIL)
    app = await app_for(database, account.agency_id, service.vendor)
    if app is not None:
        await service.identify(app, await tokens_for(database, account))


async def remove_mailbox(db: Db, mailbox_id: UUID) -> None:
    """Take the mailbox out, its password with it; what was read of it stays. Raises `NotFound` and `Forbidden`."""
    row = await mailbox_for(db, mailbox_id, to="change")
    await db.delete(row)
    await record(db, "mailbox.removed", "mailbox", mailbox_id, address=row.address)


def _servers(data: MailboxIn) -> Servers:
    known = servers_for(data.address)
    imap, smtp = data.imap_host, data.smtp_host
    if known is None and not (imap and smtp):
        missing = "imap_host" if not imap else "smtp_host"
        raise Invalid.at(missing, "We don't know this address's provider: name its server")
    return Servers(
        (imap, data.imap_port or IMAPS) if imap else known.imap,  # pyright: ignore[reportOptionalMemberAccess]
        (smtp, data.smtp_port or SMTPS) if smtp else known.smtp,  # pyright: ignore[reportOptionalMemberAccess]
    )


def _row(data: MailboxIn, servers: Servers, user_id: UUID | None) -> Mailbox:
    return Mailbox(
        id=uuid7(),
        kind="imap",
        address=data.address,
        address_key=data.address.lower(),
        user_id=user_id,
        username=data.username,
        imap_host=servers.imap[0],
        imap_port=servers.imap[1],
        smtp_host=servers.smtp[0],
        smtp_port=servers.smtp[1],
        state="working",
        checked_at=clock.now(),
    )


async def _must_be_new(db: Db, address: str) -> None:
    here = (Mailbox.agency_id == db.actor.agency_id, Mailbox.address_key == address.lower())
    if await db.scalar(select(Mailbox.id).where(*here)):
        raise Conflict("This mailbox is connected already.", code="mailbox_taken")
