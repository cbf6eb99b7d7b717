"""What a vendor sends by itself: by which secret it proves so, and to which agency it speaks.

An agency's own app speaks at an address of that agency and is proven by that app's secret alone; the installation's
app speaks at one address for all agencies that bring none of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from audienceos.connections.ports import ProviderName, provider_of
from audienceos.connections.vault import agency_of, app_for, installation_app
from audienceos.platform.db.database import Database
from audienceos.platform.sealing import Secret


async def signing_secret(
    database: Database, provider: ProviderName, own_of: UUID | None = None
) -> Secret | None:
    """What the vendor signs with: for the app of that agency's own, or for the installation's. None: nothing is set."""
    vendor = provider_of(provider).vendor
    if own_of is None:
        app = installation_app(vendor)
        return app.signing_secret if app else None
    app = await app_for(database, own_of, vendor)
    return app.signing_secret if app and app.is_own else None


async def agency_spoken_to(
    database: Database, provider: ProviderName, accounts: Iterable[str], own_of: UUID | None = None
) -> UUID | None:
    """The agency that has one of the accounts and is connected by the very app that speaks; None for nobody."""
    for account in accounts:
        agency_id = await agency_of(database, provider, account)
        if agency_id is None or own_of not in (None, agency_id):
            continue
        app = await app_for(database, agency_id, provider_of(provider).vendor)
        if app is not None and app.is_own == (own_of is not None):
            return agency_id
    return None
