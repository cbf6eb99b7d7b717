"""`audienceos user readmit`: opens the place again that somebody had in an agency which has no admin left to do it.

Whoever runs the machine answers for the person: look first who they are.
"""

from __future__ import annotations

import argparse

from audienceos.agency.readmitting import readmit
from audienceos.commands.running import database_ready
from audienceos.platform.auth.emails import checked_email
from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings


async def run(settings: Settings, given: argparse.Namespace) -> None:
    """Open it and say where. Raises `AppError` for who never had one."""
    email = checked_email(given.email)
    async with database_ready(settings) as there:
        database = Database(there, pool_size=2)
        try:
            async with database.serving() as db:
                slug = await readmit(db, email, given.agency)
        finally:
            await database.close()
    print(f"{email} may enter again, at {settings.url}/{slug}/pipeline")
