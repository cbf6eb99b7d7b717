"""The only door to connections, mailboxes and ad accounts, and to the grants behind them.

Everybody of the agency sees how its connections stand; admins act on them. A mailbox of one's own is one's own to
act on, too. What is sealed is in no row that comes through here: jobs ask for it by `grant_of` and `mailbox_login`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Select, or_, select

from audienceos.agency.access import require_admin
from audienceos.connections.models import (
    AdAccount,
    Integration,
    IntegrationApp,
    Mailbox,
    SyncRun,
)
from audienceos.connections.ports import (
    App,
    Permanent,
    ProviderName,
    Tokens,
    Transient,
    provider_of,
    providers,
)
from audienceos.connections.renewing import AHEAD, NEAR, Grantee, fresh_tokens, lose
from audienceos.connections.vault import app_for, integration_row, mailbox_row, opened
from audienceos.platform.actor import Actor, Sight, system_of
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.read import AGENCY, PERSON
from audienceos.platform.db.sessions import Claims, Db
from audienceos.platform.errors import Forbidden, NotFound, Unavailable
from audienceos.platform.sealing import Secret

Row = TypeVar("Row", Integration, IntegrationApp, AdAccount, SyncRun)
Intent = Literal["read", "change"]


class Grant(msgspec.Struct, frozen=True):
    """What a job needs to speak with a service for an agency. Nothing secret in it shows itself."""

    integration_id: UUID
    account_id: str
    account_name: str
    config: Json
    app: App
    tokens: Tokens


class MailboxLogin(msgspec.Struct, frozen=True):
    """What a job needs to read a mailbox and to send from it."""

    id: UUID
    address: str
    username: str
    password: Secret
    imap: tuple[str, int]
    smtp: tuple[str, int]


def seen(row: type[Row], sight: Sight = "all") -> Select[Row]:
    """Every row of the agency. Binds :agency_id."""
    return select(row).where(row.agency_id == AGENCY)


def mailboxes_seen(sight: Sight = "all", *, all_of_them: bool = False) -> Select[Mailbox]:
    """The agency's shared mailboxes and the reader's own; for admins everybody's. Binds :agency_id, :user_id."""
    query = select(Mailbox).where(Mailbox.agency_id == AGENCY)
    return query if all_of_them else query.where(or_(Mailbox.user_id.is_(None), Mailbox.user_id == PERSON))


async def integration_for(db: Db, integration_id: UUID, *, to: Intent = "read") -> Integration:
    """One connection; to be changed, locked. Raises `NotFound`, and `Forbidden` for who is no admin."""
    found = await _one(db, seen(Integration).where(Integration.id == integration_id), to)
    if found is None:
        raise NotFound("integration")
    if to == "change":
        require_admin(db.actor, "change how the agency is connected")
    return found


async def integration_at(db: Db, provider: ProviderName) -> Integration | None:
    """The agency's connection to that service, locked, if it ever had one."""
    return await _one(db, seen(Integration).where(Integration.provider == provider), "change")


async def connection_to(db: Db, provider: ProviderName) -> UUID | None:
    """The agency's connection to that service as long as it is good, for who only asks whether there is one."""
    mine = seen(Integration).where(Integration.provider == provider, Integration.is_connected)
    found = mine.with_only_columns(Integration.id).params(agency_id=db.actor.agency_id)
    return await db.scalar(found)


async def app_at(db: Db, vendor: str) -> IntegrationApp | None:
    """The agency's own app at that vendor, locked."""
    return await _one(db, seen(IntegrationApp).where(IntegrationApp.vendor == vendor), "change")


async def integration_app_for(db: Db, app_id: UUID) -> IntegrationApp:
    """One of the agency's own apps, to be changed. Raises `NotFound`, and `Forbidden` for who is no admin."""
    found = await _one(db, seen(IntegrationApp).where(IntegrationApp.id == app_id), "change")
    if found is None:
        raise NotFound("app")
    require_admin(db.actor, "change the agency's own apps")
    return found


async def ad_account_for(db: Db, account_id: UUID) -> AdAccount:
    """One ad account, to be changed. Raises `NotFound`, and `Forbidden` for who is no admin."""
    require_admin(db.actor, "say whose an ad account is")
    found = await _one(db, seen(AdAccount).where(AdAccount.id == account_id), "change")
    if found is None:
        raise NotFound("ad account")
    return found


async def mailbox_for(db: Db, mailbox_id: UUID, *, to: Intent = "read") -> Mailbox:
    """One mailbox; to be changed, locked. Raises `NotFound`, and `Forbidden` for a shared one and who is no admin."""
    asked = mailboxes_seen(all_of_them=db.actor.is_admin).where(Mailbox.id == mailbox_id)
    query = asked.params(agency_id=db.actor.agency_id, user_id=db.actor.user_id)
    found = await db.scalar(query)
    if found is not None and to == "change":
        if not db.actor.is_admin and found.user_id != db.actor.user_id:
            raise Forbidden("Only an admin may change a mailbox of the agency.")
        found = await db.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound("mailbox")
    return found


async def grant_of(
    database: Database, agency_id: UUID, provider: ProviderName, *, ahead: timedelta = NEAR
) -> Grant:
    """What a job needs to speak with that service for the agency, renewed if its end is near.

    Raises `Permanent` when it isn't connected or was lost, `Transient` when it can't be renewed just now.
    """
    async with database.acting(Claims(system_of(agency_id))) as db:
        query = seen(Integration).where(Integration.provider == provider).params(agency_id=agency_id)
        row = await db.scalar(query)
    if row is None or not row.is_connected:
        raise Permanent("It isn't connected", "not_connected")
    service = provider_of(provider)
    app = await app_for(database, agency_id, service.vendor)
    if app is None:
        raise Permanent("There is no app to connect with any more", "no_app")
    at = Grantee(integration_row(agency_id, row.id), service, app, tuple(row.scopes))
    return Grant(
        integration_id=row.id,
        account_id=row.account_id or "",
        account_name=row.account_name or "",
        config=dict(row.config or {}),
        app=app,
        tokens=await fresh_tokens(database, at, ahead=ahead),
    )


async def renew_ahead(database: Database, agency_id: UUID) -> None:
    """Renew what ends within a week and nothing renews afterwards. What is lost is told of; raises `Unavailable` when a
    vendor is away, so that it is tried again.
    """
    away = 0
    for service in [one for one in providers() if one.ends_quietly]:
        try:
            await grant_of(database, agency_id, service.name, ahead=AHEAD)
        except Transient:
            away += 1
        except Permanent:
            continue
    if away:
        raise Unavailable("A service doesn't renew its grant just now.")


async def mailbox_login(database: Database, actor: Actor, mailbox_id: UUID) -> MailboxLogin:
    """What opens a mailbox, for who may use it. Raises `NotFound`, and `Permanent` where its password is gone."""
    async with database.acting(Claims(actor)) as db:
        box = await mailbox_for(db, mailbox_id)
    secrets = await opened(database, mailbox_row(actor.agency_id, box.id), ("password",))
    if "password" not in secrets or box.imap_host is None or box.smtp_host is None:
        raise Permanent("The mailbox has no password here", "no_password")
    return MailboxLogin(
        id=box.id,
        address=box.address,
        username=box.username or box.address,
        password=secrets["password"],
        imap=(box.imap_host, box.imap_port or 993),
        smtp=(box.smtp_host, box.smtp_port or 465),
    )


async def all_of(db: Db, row: type[Row]) -> Sequence[Row]:
    """Every row of the agency."""
    return (await db.scalars(seen(row).params(agency_id=db.actor.agency_id))).all()


async def _one(db: Db, query: Select[Row], to: Intent) -> Row | None:
    asked = query.params(agency_id=db.actor.agency_id).execution_options(populate_existing=True)
    return await db.scalar(asked.with_for_update() if to == "change" and db.actor.is_admin else asked)


async def lose_grant(database: Database, agency_id: UUID, integration_id: UUID, words: str) -> None:
    """A service said that the grant isn't good any more: wipe it, and have an alert tell of it, once."""
    await lose(database, integration_row(agency_id, integration_id), words)
