"""A grant comes in, is used up, or ends."""

from __future__ import annotations

import asyncio
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from audienceos.agency.access import require_admin
from audienceos.connections.access import integration_at, integration_for
from audienceos.connections.actions.syncing import queue_sync
from audienceos.connections.models import Integration, Mailbox
from audienceos.connections.ports import (
    Account,
    App,
    Permanent,
    Provider,
    Returned,
    Tokens,
    Transient,
    VendorError,
    provider_of,
)
from audienceos.connections.renewing import Grantee, fresh_tokens, lose
from audienceos.connections.vault import (
    Row,
    app_for,
    claim_account,
    integration_row,
    keep_tokens,
    release_account,
    tokens_of,
)
from audienceos.platform import clock
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db, Opening
from audienceos.platform.errors import AppError, Conflict
from audienceos.platform.events.recording import record

REVOKE_SECONDS = 5
ADVICE = {
    "not_connected": "Connect it.",
    "api_off": "Switch it on there, then try again.",
    "no_app": "Give the agency's own app again.",
    "no_developer_token": "Add the developer token to the agency's own app.",
    "missing_scope": "Connect it again and leave everything ticked.",
}
CONNECT_AGAIN = "Connect it again."
WAIT = "Nothing to do: it is tried again by itself."


class Ended(msgspec.Struct, frozen=True):
    """What came of ending a connection."""

    provider: str
    token_revoked: bool
    """Whether the service took its grant back, too; else it has to be taken out there."""


class Checked(msgspec.Struct, frozen=True):
    """What a test found."""

    works: bool
    milliseconds: int
    account_name: str | None
    error: str | None
    advice: str | None


async def connect(
    database: Database, opening: Opening, service: Provider, app: App, returned: Returned
) -> Account:
    """Exchange what came back for a grant, and keep it for the agency.

    Raises `VendorError` when the vendor gives none, and `Conflict` for an account that another agency has.
    """
    tokens = await service.exchange(app, returned)
    account = await service.identify(app, tokens)
    row = await _row_at(database, opening, service, account)
    if service.is_exclusive:
        before = row.account_id
        async with database.serving() as db:
            await claim_account(db, service.name, account.id, row.agency_id)
            if before is not None and before != account.id:
                await release_account(db, service.name, before, row.agency_id)
    await keep_tokens(database, integration_row(row.agency_id, row.id), tokens)
    async with database.acting(opening) as db:
        await _connected(db, service, account, tokens)
    return account


async def disconnect(database: Database, opening: Opening, integration_id: UUID) -> Ended:
    """End a connection: give the grant back, wipe it, keep what was read. Raises `NotFound` and `Forbidden`.

    A service that doesn't answer within seconds keeps nobody from it; `token_revoked` tells.
    """
    async with database.acting(opening) as db:
        found = await integration_for(db, integration_id, to="change")
        agency_id, service = db.actor.agency_id, provider_of(found.provider)
        account_id = found.account_id
        change = {"is_connected": False, "lost_at": None, "last_error": None, "failures": 0}
        change |= {"token_expires_at": None, "scopes": [], "account_id": None}
        was = found.is_connected
        here = (Integration.agency_id == agency_id, Integration.id == found.id)
        await db.execute(update(Integration).where(*here).values(change))
    row = integration_row(agency_id, integration_id)
    revoked = await given_back(database, row, service)
    await keep_tokens(database, row, None)
    if account_id is not None:
        async with database.serving() as db:
            await release_account(db, service.name, account_id, agency_id)
    async with database.acting(opening) as db:
        said: Json = {"provider": service.name, "token_revoked": revoked, "was_connected": was}
        await record(db, "integration.disconnected", "integration", integration_id, **said)
    return Ended(service.name, revoked)


async def check(database: Database, opening: Opening, integration_id: UUID) -> Checked:
    """Try a connection: ask the service whose account it is. Raises `NotFound` and `Forbidden`."""
    async with database.acting(opening) as db:
        found = await integration_for(db, integration_id, to="change")
        agency_id, service = db.actor.agency_id, provider_of(found.provider)
    row = integration_row(agency_id, integration_id)
    began, name = clock.now(), None
    problem: VendorError | AppError | None = None
    try:
        app = await _app_of(database, agency_id, service)
        tokens = await fresh_tokens(database, Grantee(row, service, app, tuple(found.scopes)))
        name = (await service.identify(app, tokens)).name
    except (VendorError, AppError) as trouble:
        problem = trouble
    if isinstance(problem, Permanent) and problem.code not in ADVICE:
        await lose(database, row, str(problem))
    took = round((clock.now() - began).total_seconds() * 1000)
    async with database.acting(opening) as db:
        await _noted(db, integration_id, name, problem)
    advice = None if problem is None else advice_for(problem)
    return Checked(problem is None, took, name, None if problem is None else str(problem), advice)


def advice_for(problem: VendorError | AppError) -> str:
    """What somebody can do about it."""
    if isinstance(problem, Permanent):
        return ADVICE.get(problem.code, CONNECT_AGAIN)
    return WAIT if isinstance(problem, Transient) else CONNECT_AGAIN


async def _row_at(database: Database, opening: Opening, service: Provider, account: Account) -> Integration:
    """The agency's row of that service, made if it had none: what is sealed is bound to it."""
    async with database.acting(opening) as db:
        require_admin(db.actor, "connect the agency with a service")
        own = (Mailbox.kind == service.name, Mailbox.address_key == account.id)
        if await db.scalar(select(Mailbox.id).where(Mailbox.agency_id == db.actor.agency_id, *own)):
            raise Conflict(
                "One of the agency's people connected this mailbox as their own.", code="mailbox_taken"
            )
        found = await integration_at(db, service.name)
        if found is None:
            found = Integration(provider=service.name, is_connected=False, config={})
            db.add(found)
            await db.flush()
        return found


async def _connected(db: Db, service: Provider, account: Account, tokens: Tokens) -> None:
    found = await integration_at(db, service.name)
    if found is None:
        raise Conflict("The connection was taken out at the same moment. Try again.")
    found.is_connected = True
    found.account_id, found.account_name = account.id, account.name
    found.scopes = list(tokens.scopes)
    found.connected_at = found.checked_at = clock.now()
    found.connected_by = db.actor.user_id
    found.failures, found.last_error, found.lost_at = 0, None, None
    said: Json = {"provider": service.name, "account": account.name}
    await record(db, "integration.connected", "integration", found.id, **said)
    queue_sync(db, service.name, {"integration_id": str(found.id)})


async def _noted(
    db: Db, integration_id: UUID, name: str | None, problem: VendorError | AppError | None
) -> None:
    found = await integration_for(db, integration_id, to="change")
    found.checked_at = clock.now()
    found.account_name = name or found.account_name
    if found.is_connected:
        found.failures = found.failures + 1 if problem else 0
        found.last_error = str(problem) if problem else None
    said: Json = {"provider": found.provider, "works": problem is None}
    await record(db, "integration.checked", "integration", found.id, **said)


async def given_back(database: Database, row: Row, service: Provider) -> bool:
    """Give a grant back, if its service takes it within seconds; whether it did."""
    try:
        async with asyncio.timeout(REVOKE_SECONDS):
            held = await tokens_of(database, row)
            app = await app_for(database, row.agency_id, service.vendor)
            if held.tokens is None or app is None:
                return False
            await service.revoke(app, held.tokens)
            return True
    except (VendorError, AppError, TimeoutError):
        return False


async def _app_of(database: Database, agency_id: UUID, service: Provider) -> App:
    app = await app_for(database, agency_id, service.vendor)
    if app is None:
        raise Permanent("There is no app to connect with any more", "no_app")
    return app
