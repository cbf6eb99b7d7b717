"""What every command stands on: settings, the database's addresses, and faults told in a sentence."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from audienceos.platform.db.bootstrap import BootstrapError, bootstrap
from audienceos.platform.db.dumping import DumpError
from audienceos.platform.db.embedded import EmbeddedError, running
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.migrating import HalfMigrated, migrate
from audienceos.platform.db.preflight import PreflightError, preflight
from audienceos.platform.db.urls import Addresses, addresses
from audienceos.platform.errors import AppError
from audienceos.platform.settings import Settings, SettingsError, read_settings

Run = Callable[[Settings, argparse.Namespace], Awaitable[int | None]]
TELLING = (SettingsError, EmbeddedError, BootstrapError, PreflightError, HalfMigrated, DumpError, AppError)


class CommandError(Exception):
    """Why a command can't do its work, in a sentence that says what to do."""


def outcome_of(run: Run, given: argparse.Namespace) -> int:
    """Run a command to its end; gives the status that the process leaves with."""
    try:
        return asyncio.run(_run(run, given)) or 0
    except KeyboardInterrupt:
        return 130
    except (*TELLING, CommandError) as fault:
        print(f"audienceos: {fault}", file=sys.stderr)
        return 1


async def _run(run: Run, given: argparse.Namespace) -> int | None:
    return await run(read_settings(), given)


@asynccontextmanager
async def database_there(settings: Settings) -> AsyncGenerator[Addresses]:
    """The addresses of a database that runs: the embedded one, started if nobody has, or the one by URL."""
    if not settings.embedded:
        yield addresses(settings)
        return
    async with running(settings.data_dir / "db", logins=settings.logins) as socket:
        yield addresses(settings, socket)


@asynccontextmanager
async def database_ready(settings: Settings) -> AsyncGenerator[Addresses]:
    """The same, prepared: logins made, attributes looked at, migrations applied. What can't be is told."""
    async with database_there(settings) as there:
        if settings.embedded or settings.database_admin_url:
            await bootstrap(there, settings)
        await preflight(there, settings)
        await migrate(there.owner.sqlalchemy(), Logins(*settings.logins))
        yield there
