"""`audienceos migrate`: bring the database up to this version."""

from __future__ import annotations

import argparse

from audienceos.commands.running import database_there
from audienceos.platform.db.bootstrap import bootstrap
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.migrating import migrate
from audienceos.platform.settings import Settings


async def run(settings: Settings, given: argparse.Namespace) -> None:
    """Apply what is missing and name it."""
    async with database_there(settings) as there:
        if settings.embedded or settings.database_admin_url:
            await bootstrap(there, settings)
        applied = await migrate(there.owner.sqlalchemy(), Logins(*settings.logins))
    print("\n".join(applied) or "The database is up to date.")
