"""Migrations, applied by the program itself: one migrator at a time, each step all or nothing."""

from __future__ import annotations

import asyncio

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from audienceos.platform.db.logins import Logins
from audienceos.platform.db.revisions import (
    MIGRATIONS,
    HalfMigrated,
    State,
    chain,
    require_current,
    state,
    state_of,
)

__all__ = ["HalfMigrated", "Logins", "State", "chain", "downgrade", "migrate", "require_current", "state"]

LOCK = 4_171_983_026  # any number that no other program on this database locks
POLL_SECONDS = 0.2


async def migrate(url: str, logins: Logins, target: str = "head") -> tuple[str, ...]:
    """Bring the database up to `target` as its owner; gives the migrations that were applied.

    `url` is the owner's own (`Address.sqlalchemy()`), past any pooler. A second migrator waits for the
    first. A step that fails is undone and raises; those before it stay, so starting again goes on there.
    Raises `HalfMigrated` when the database is newer than this program or its record is damaged.
    """
    return await _run(url, logins, target, up=True)


async def downgrade(url: str, logins: Logins, target: str) -> tuple[str, ...]:
    """Take the database back to `target` (`base` empties it); gives the migrations that were undone."""
    return await _run(url, logins, target, up=False)


async def _run(url: str, logins: Logins, target: str, *, up: bool) -> tuple[str, ...]:
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await _alone(connection)
            before = await state_of(connection)
            if before.is_current and target == "head":
                return ()
            if up and _hopeless(before):
                raise HalfMigrated(before.fault())
            await connection.run_sync(_apply, logins, target, up)
            after = await state_of(connection)
    finally:
        await engine.dispose()
    was, now = _up_to(before), _up_to(after)
    return tuple(name for name in chain() if (name in was) != (name in now))


async def _alone(connection: AsyncConnection) -> None:
    # Asked again and again rather than waited for: a waiting statement holds a snapshot, and the first
    # migrator's concurrent index would wait for that snapshot while we wait for the migrator.
    while True:
        taken = await connection.exec_driver_sql(f"select pg_try_advisory_lock({LOCK})")
        got = taken.scalar_one()
        await connection.commit()
        if got:
            return
        await asyncio.sleep(POLL_SECONDS)


def _apply(connection: Connection, logins: Logins, target: str, up: bool) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes.update(connection=connection, logins=logins)
    if up:
        command.upgrade(config, target)
    else:
        command.downgrade(config, target)


def _hopeless(found: State) -> bool:
    unknown = set(found.current) - set(chain())
    lost = found.tables and not found.current
    return bool(unknown) or lost or len(found.current) > 1


def _up_to(found: State) -> tuple[str, ...]:
    return chain()[: chain().index(found.current[0]) + 1] if found.current else ()
