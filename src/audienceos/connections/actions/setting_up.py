"""The agency's own apps, and how a connected service is used."""

from __future__ import annotations

from uuid import UUID

import msgspec

from audienceos.agency.access import require_admin
from audienceos.connections.access import app_at, integration_app_for, integration_for
from audienceos.connections.forms import SETTINGS, AppIn, Configuration
from audienceos.connections.models import APP_SEALED, IntegrationApp
from audienceos.connections.ports import provider_of
from audienceos.connections.vault import Row, keep
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db, Opening
from audienceos.platform.errors import Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.sealing import Secret, box


async def save_app(database: Database, opening: Opening, data: AppIn) -> UUID:
    """Keep the agency's own app at a vendor; what is left out of an existing one stays. Gives its row's id.

    Raises `Forbidden`, `Invalid` for a new one without its secret, and `Unavailable` when nothing can be sealed.
    """
    given = {name: text for name in APP_SEALED if (text := getattr(data, name)) is not None}
    _ = box().newest  # before anything is written: what can't be sealed isn't kept by half
    async with database.acting(opening) as db:
        require_admin(db.actor, "change the agency's own apps")
        found = await app_at(db, data.vendor)
        if "client_secret" not in given and (found is None or "client_secret" not in found.holds):
            raise Invalid.at("client_secret", "Fill this in")
        if found is None:
            found = IntegrationApp(vendor=data.vendor, app_id=data.app_id, holds=[])
            db.add(found)
        found.app_id = data.app_id
        await db.flush()
        row = Row(IntegrationApp.__tablename__, db.actor.agency_id, found.id)
    await keep(database, row, {name: Secret(text) for name, text in given.items()})
    async with database.acting(opening) as db:
        kept = await integration_app_for(db, row.id)
        kept.holds = [name for name in APP_SEALED if name in given or name in kept.holds]
        await record(db, "integration_app.saved", "integration_app", kept.id, vendor=data.vendor)
    return row.id


async def remove_app(db: Db, app_id: UUID) -> None:
    """Take the agency's own app out, with its secrets. Grants that were made in its name end by themselves.

    Raises `NotFound` and `Forbidden`.
    """
    app = await integration_app_for(db, app_id)
    await db.delete(app)
    await record(db, "integration_app.removed", "integration_app", app_id, vendor=app.vendor)


async def configure(db: Db, integration_id: UUID, data: Configuration) -> None:
    """Set how the service is used. Raises `NotFound`, `Forbidden`, and `Invalid` for what it doesn't have."""
    row = await integration_for(db, integration_id, to="change")
    service = provider_of(row.provider)
    known = SETTINGS[service.name]
    given = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not None}
    for name in given:
        if name not in known:
            raise Invalid.at(name, f"{service.words} has no such setting")
    before: Json = row.config or {}
    if before == given:
        return
    row.config = given
    said: Json = {"provider": row.provider}
    await record(db, "integration.changed", "integration", row.id, before=before, after=given, **said)
