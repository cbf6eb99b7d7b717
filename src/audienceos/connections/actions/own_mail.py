"""A person's own mailbox at Gmail, under the agency's app: granted by its owner, ended by them or by an admin."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from audienceos.connections.access import mailbox_for, seen
from audienceos.connections.actions.connecting import given_back
from audienceos.connections.actions.mail_accounts import GMAIL
from audienceos.connections.actions.mailboxes import remove_mailbox
from audienceos.connections.actions.syncing import queue_sync
from audienceos.connections.models import Integration, Mailbox
from audienceos.connections.ports import Account, App, Provider, Returned, provider_of
from audienceos.connections.vault import claim_account, keep_tokens, mailbox_row, release_account
from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db, Opening
from audienceos.platform.errors import Conflict
from audienceos.platform.events.recording import record

LONGEST = 100
TAKEN = "mailbox_taken"


async def connect_own(
    database: Database, opening: Opening, service: Provider, app: App, returned: Returned
) -> Account:
    """Exchange what came back for a grant, and keep it for the person who brought it; one of theirs that was lost is
    good again by it.

    Raises `VendorError` when Google gives none, and `Conflict` for a mailbox that is connected otherwise or elsewhere.
    """
    tokens = await service.exchange(app, returned)
    account = await service.identify(app, tokens)
    async with database.acting(opening) as db:
        await _theirs(db, account)
        agency_id = db.actor.agency_id
    async with database.serving() as db:
        await claim_account(db, GMAIL, account.id, agency_id)
    async with database.acting(opening) as db:
        row = await _theirs(db, account) or await _made(db, account)
        row_id = row.id
    await keep_tokens(database, mailbox_row(agency_id, row_id), tokens)
    async with database.acting(opening) as db:
        row = await mailbox_for(db, row_id, to="change")
        row.state, row.failures, row.last_error = "working", 0, None
        row.checked_at = clock.now()
        await record(db, "mailbox.added", "mailbox", row.id, address=row.address, is_shared=False)
        queue_sync(db, GMAIL, {"mailbox_id": str(row.id)})
    return account


async def end_mailbox(database: Database, opening: Opening, mailbox_id: UUID) -> bool:
    """Take a mailbox out, with its password or its grant, which is given back; what was read of it stays. Whether
    Google confirmed it; True where there was nothing to give back. Raises `NotFound` and `Forbidden`.
    """
    async with database.acting(opening) as db:
        found = await mailbox_for(db, mailbox_id, to="change")
        agency_id, address, is_granted = db.actor.agency_id, found.address_key, found.kind == GMAIL
    returned = True
    if is_granted:
        returned = await given_back(database, mailbox_row(agency_id, mailbox_id), provider_of(GMAIL))
        async with database.serving() as db:
            await release_account(db, GMAIL, address, agency_id)
    async with database.acting(opening) as db:
        await remove_mailbox(db, mailbox_id)
    return returned


async def _theirs(db: Db, account: Account) -> Mailbox | None:
    """The person's own mailbox of that address, if they have it here. Raises `Conflict` for anybody else's."""
    agency_id = db.actor.agency_id
    shared = (Integration.provider == GMAIL, Integration.account_id == account.id, Integration.is_connected)
    if await db.scalar(seen(Integration).where(*shared).params(agency_id=agency_id)):
        raise Conflict("This is the agency's own mailbox; it is read already.", code=TAKEN)
    here = (Mailbox.agency_id == agency_id, Mailbox.address_key == account.id)
    found = await db.scalar(select(Mailbox).where(*here).with_for_update())
    if found is None:
        return None
    if found.kind != GMAIL or found.user_id != db.actor.person:
        raise Conflict("This mailbox is connected already.", code=TAKEN)
    return found


async def _made(db: Db, account: Account) -> Mailbox:
    if len(account.id) > LONGEST:
        raise Conflict("This address is longer than any that is kept here.", code="address_too_long")
    row = Mailbox(
        id=uuid7(),
        kind=GMAIL,
        address=account.name,
        address_key=account.id,
        user_id=db.actor.person,
        state="working",
    )
    db.add(row)
    await db.flush()
    return row
