"""`audienceos db url --as owner|app|service`: an address for psql, pg_dump and the like."""

from __future__ import annotations

import argparse

from audienceos.platform.db.urls import addresses
from audienceos.platform.settings import Settings


async def run(settings: Settings, given: argparse.Namespace) -> None:
    """Print it. It may hold a password; an embedded server must be running to be reached."""
    socket = settings.data_dir / "db" / "run" if settings.embedded else None
    print(getattr(addresses(settings, socket), given.login).libpq())
