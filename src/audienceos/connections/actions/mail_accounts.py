"""Mail that is reached by a grant at Gmail: the agency's own connection, or one person's mailbox. Whoever reads it or
sends from it asks here for both alike, by the id of the connection or of the mailbox.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import func, select, union

from audienceos.connections.access import mailboxes_seen, seen
from audienceos.connections.models import Integration, Mailbox, SyncRun
from audienceos.connections.ports import Permanent, ProviderName, Tokens, provider_of
from audienceos.connections.renewing import NEAR, Grantee, fresh_tokens, lose
from audienceos.connections.vault import Row, agency_of, app_for, integration_row, mailbox_row
from audienceos.platform.actor import system_of
from audienceos.platform.db.base import Base, Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims, Db

GMAIL: ProviderName = "gmail"
ANEW = timedelta(days=1)
"""Longer than any of Google's tokens lives: asked for so far ahead, it is renewed whatever it has left."""


class MailAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A mail account and how it is used."""

    id: UUID
    agency_id: UUID
    address: str
    is_shared: bool
    """Whether it is the agency's own connection rather than somebody's mailbox."""
    user_id: UUID | None
    """Whose own it is."""
    config: Json
    """How the agency uses Gmail; the same for its people's own mailboxes."""
    granted_at: datetime | None
    """When somebody granted access, or tried it, the last time."""
    failures: int
    read_at: datetime | None
    """When its last reading began."""

    @property
    def named(self) -> dict[str, UUID]:
        """It as `begin_run` and jobs name it."""
        return {"integration_id" if self.is_shared else "mailbox_id": self.id}

    @property
    def row(self) -> Row:
        """Where its grant is sealed."""
        return (integration_row if self.is_shared else mailbox_row)(self.agency_id, self.id)


async def agencies_with_mail(db: Db) -> list[UUID]:
    """Agencies that reach mail by a grant. The service login's."""
    shared = select(Integration.agency_id).where(Integration.provider == GMAIL, Integration.is_connected)
    own = select(Mailbox.agency_id).where(Mailbox.kind == GMAIL, Mailbox.token_expires_at.is_not(None))
    return list(await db.scalars(union(shared, own)))


async def mail_accounts(db: Db) -> list[MailAccount]:
    """All that the agency reaches so: its own connection first. Nobody's who isn't active any more. The system's."""
    begun = await _begun(db)
    agency_id = db.actor.agency_id
    shared = await db.scalar(
        seen(Integration).where(Integration.provider == GMAIL).params(agency_id=agency_id)
    )
    config = dict(shared.config or {}) if shared else {}
    own = mailboxes_seen(all_of_them=True).where(Mailbox.kind == GMAIL, Mailbox.token_expires_at.is_not(None))
    person = Base.metadata.tables["user"].c
    active = select(person.id).where(person.agency_id == agency_id, person.is_active)
    own = own.where(Mailbox.user_id.is_(None) | Mailbox.user_id.in_(active))
    boxes = await db.scalars(own.order_by(Mailbox.id).params(agency_id=agency_id))
    found = [
        MailAccount(
            id=box.id,
            agency_id=agency_id,
            address=box.address,
            is_shared=False,
            user_id=box.user_id,
            config=config,
            granted_at=box.checked_at,
            failures=box.failures,
            read_at=begun.get(box.id),
        )
        for box in boxes
    ]
    return ([_shared(shared, begun)] if shared and shared.is_connected else []) + found


async def mail_account(database: Database, agency_id: UUID, account_id: UUID) -> MailAccount:
    """One of them, by the id of the connection or the mailbox. Raises `Permanent` when it isn't connected any more."""
    async with database.acting(Claims(system_of(agency_id))) as db:
        for one in await mail_accounts(db):
            if one.id == account_id:
                return one
    raise Permanent("It isn't connected", "not_connected")


async def account_at(database: Database, address: str) -> MailAccount | None:
    """Whose mail comes to that address, for what Google sends, which names nothing else; None for nobody's."""
    agency_id = await agency_of(database, GMAIL, address.lower())
    if agency_id is None:
        return None
    async with database.acting(Claims(system_of(agency_id))) as db:
        return next((one for one in await mail_accounts(db) if one.address.lower() == address.lower()), None)


async def tokens_for(database: Database, account: MailAccount, *, anew: bool = False) -> Tokens:
    """What opens the account, renewed if its end is near, or in any case `anew`.

    Raises `Permanent` when the grant is lost, `Transient` when it can't be renewed just now.
    """
    service = provider_of(GMAIL)
    app = await app_for(database, account.agency_id, service.vendor)
    if app is None:
        raise Permanent("There is no app to connect with any more", "no_app")
    return await fresh_tokens(database, Grantee(account.row, service, app), ahead=ANEW if anew else NEAR)


async def lose_account(database: Database, account: MailAccount, words: str) -> None:
    """Google said that the grant isn't good any more: wipe it, and tell of it, once."""
    await lose(database, account.row, words)


def _shared(row: Integration, begun: dict[UUID, datetime]) -> MailAccount:
    return MailAccount(
        id=row.id,
        agency_id=row.agency_id,
        address=row.account_id or "",
        is_shared=True,
        user_id=None,
        config=dict(row.config or {}),
        granted_at=row.connected_at,
        failures=row.failures,
        read_at=begun.get(row.id),
    )


async def _begun(db: Db) -> dict[UUID, datetime]:
    """When each of the agency's connections and mailboxes was last read."""
    of = func.coalesce(SyncRun.integration_id, SyncRun.mailbox_id)
    query = select(of, func.max(SyncRun.started_at)).where(SyncRun.agency_id == db.actor.agency_id)
    return {row[0]: row[1] for row in await db.execute(query.group_by(of))}
