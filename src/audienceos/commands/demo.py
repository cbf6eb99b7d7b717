"""`audienceos demo`: a believable agency to look around in."""

from __future__ import annotations

import argparse

from audienceos.agency.directory import AgencyDirectory
from audienceos.commands.running import database_ready
from audienceos.demo.telling import tell
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.passwords import Passwords
from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings


async def run(settings: Settings, given: argparse.Namespace) -> None:
    """Fill it and print how to sign in. The password is made for this demo and shown this once."""
    async with database_ready(settings) as there:
        database = Database(there)
        try:
            auth = Auth(database, settings, Passwords(settings), AgencyDirectory(database))
            told = await tell(auth)
        finally:
            await database.close()
    print(f"A demo agency with {told.clients} clients is at {settings.url}/{told.slug}/pipeline")
    print(f"Sign in as {told.email} with the password {told.password}")
