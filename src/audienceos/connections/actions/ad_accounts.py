"""Ad accounts: listed by the service that reaches them, and given to clients."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from sqlalchemy import Boolean, literal_column
from sqlalchemy.dialects.postgresql import insert

from audienceos.connections.access import ad_account_for, grant_of, integration_for
from audienceos.connections.forms import Listing
from audienceos.connections.models import AdAccount
from audienceos.connections.ports import AdProvider, ListedAccount, client_name, provider_of
from audienceos.platform import clock
from audienceos.platform.db.base import Json, uuid7
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db, Opening
from audienceos.platform.errors import Conflict
from audienceos.platform.events.recording import record
from audienceos.platform.web.etags import check_version

AD_PROVIDERS = ("google_ads", "meta_ads")


async def list_accounts(database: Database, opening: Opening, integration_id: UUID) -> Listing:
    """Read anew which accounts the grant reaches; those that it no longer lists stay, with the day they were seen.

    Raises `NotFound`, `Forbidden`, `Conflict` for a service without ad accounts, and `VendorError`.
    """
    async with database.acting(opening) as db:
        row = await integration_for(db, integration_id, to="change")
        agency_id, config = db.actor.agency_id, row.config or {}
        if row.provider not in AD_PROVIDERS:
            raise Conflict("This service has no ad accounts.", code="no_ad_accounts")
        service = cast("AdProvider", provider_of(row.provider))
    grant = await grant_of(database, agency_id, service.name)
    found = await service.accounts(grant.app, grant.tokens, config)
    async with database.acting(opening) as db:
        added = sum([await _kept(db, service.name, one) for one in found])
        said: Json = {"provider": service.name, "listed": len(found), "added": added}
        await record(db, "ad_account.listed", "integration", integration_id, **said)
    return Listing(len(found), added)


async def map_account(db: Db, account_id: UUID, client_id: UUID | None, version: int) -> AdAccount:
    """Say whose client's the account is, or nobody's. Raises `NotFound`, `Forbidden`, `Stale`."""
    row = await ad_account_for(db, account_id)
    check_version(row, version)
    name = await client_name(db, client_id) if client_id is not None else None
    if row.client_id == client_id:
        return row
    before: Json = {"client_id": str(row.client_id) if row.client_id else None}
    row.client_id, row.version = client_id, row.version + 1
    after: Json = {"client_id": str(client_id) if client_id else None}
    said: Json = {"account": row.name, "name": name}
    await record(
        db,
        "ad_account.mapped",
        "ad_account",
        row.id,
        client_id=client_id,
        before=before,
        after=after,
        **said,
    )
    return row


async def _kept(db: Db, provider: str, one: ListedAccount) -> bool:
    """Whether it is new."""
    moment = clock.now()
    said = {"name": one.name[:200], "currency": one.currency, "seen_at": moment, "updated_at": moment}
    given = {
        "agency_id": db.actor.agency_id,
        "id": uuid7(),
        "provider": provider,
        "account_id": one.id,
        "created_at": moment,
        **said,
    }
    upsert = (
        insert(AdAccount)
        .values(given)
        .on_conflict_do_update(index_elements=["agency_id", "provider", "account_id"], set_=said)
        .returning(literal_column("(xmax = 0)", Boolean))
    )
    return bool(await db.scalar(upsert))
