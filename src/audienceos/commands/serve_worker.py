"""`audienceos serve --worker-only`: the worker process."""

from __future__ import annotations

import argparse

from audienceos.commands.children import die_with_parent
from audienceos.commands.running import database_served
from audienceos.platform.settings import Settings
from audienceos.worker import run as work


async def run(settings: Settings, given: argparse.Namespace) -> int:
    """Run jobs and the timetable until told to end, or until the parent is gone."""
    if given.parent is not None:
        die_with_parent(given.parent)
    async with database_served(settings) as there:
        return await work(settings, there)
