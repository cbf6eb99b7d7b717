"""`audienceos openapi`: print the document of the API."""

from __future__ import annotations

import argparse
import sys

from audienceos.app import build_app, parts_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import addresses
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.settings import Settings
from audienceos.platform.web.openapi import document


async def run(settings: Settings, given: argparse.Namespace) -> None:
    """Print it; no database is needed."""
    there = addresses(settings, settings.data_dir / "db" / "run" if settings.embedded else None)
    database = Database(there)
    app = build_app(parts_of(settings, database, Hub(there.listen)))
    sys.stdout.write(document(app).decode() + "\n")
    await database.close()
