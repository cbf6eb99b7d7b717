"""`audienceos wall check`: prove on this very database that no agency reaches another's rows."""

from __future__ import annotations

import argparse

from audienceos.commands.running import database_there
from audienceos.platform.db.wallcheck.check import check_wall
from audienceos.platform.settings import Settings
from audienceos.tables import metadata


async def run(settings: Settings, given: argparse.Namespace) -> int:
    """Print what was tried and each gap; status 1 at any gap."""
    async with database_there(settings) as there:
        report = await check_wall(there, settings, metadata)
    print("\n".join(report.lines()))
    return 0 if report.stands else 1
