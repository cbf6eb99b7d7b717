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
from audienceos.platform.db.preflight import PreflightError, preflight
from audienceos.platform.db.revisions import HalfMigrated, require_current, state
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
    """The same, prepared: logins made, their rights looked at, migrations applied. What can't be is told.

    Migrating is a process of its own: its library takes longer to load than everything else here together,
    and a start that finds nothing to migrate shouldn't wait for it.
    """
    async with database_there(settings) as there:
        if settings.embedded or settings.database_admin_url:
            await bootstrap(there, settings)
        await preflight(there, settings)
        if not (await state(there.owner.sqlalchemy())).is_current:
            await _migrated()
        yield there


@asynccontextmanager
async def database_served(settings: Settings) -> AsyncGenerator[Addresses]:
    """The addresses of a database that somebody prepared. Raises `HalfMigrated` if nobody did."""
    async with database_there(settings) as there:
        await require_current(there.service.sqlalchemy())
        yield there


async def _migrated() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "audienceos", "migrate", stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise CommandError("The database could not be brought up to this version; the line above says why.")
