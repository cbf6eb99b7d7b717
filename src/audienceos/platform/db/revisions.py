"""Which migration a database is at, asked in one query and without loading the machinery that migrates."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import msgspec
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
_FILE = re.compile(r"\d{8}_(\d{3})_\w+\.py")

NO_SCHEMA, NO_TABLE, NO_RIGHT = "3F000", "42P01", "42501"


class HalfMigrated(Exception):
    """The database is not at this program's migration; the text says what to do."""


class State(msgspec.Struct, frozen=True):
    """What the database says of itself beside what this program brings."""

    current: tuple[str, ...]
    """Empty before the first migration; more than one only in a database that someone repaired by hand."""
    head: str
    tables: bool
    """Whether the agency table is there, whatever the record says."""

    @property
    def is_current(self) -> bool:
        """Whether nothing is left to do."""
        return self.current == (self.head,)

    def fault(self) -> str | None:
        """None when it is current, else a sentence for the person who starts the program."""
        known = chain()
        if self.is_current:
            return None
        if len(self.current) > 1 or (self.tables and not self.current):
            return (
                "The database holds tables of AudienceOS, but its record of migrations (app.schema_version) "
                "is damaged. Restore a backup into an empty database with `audienceos restore`."
            )
        if not self.current:
            return (
                f"The database has no tables yet (this program brings {self.head}): run `audienceos migrate`."
            )
        if self.current[0] not in known:
            return (
                f"The database is at migration {self.current[0]}, newer than this program's {self.head}. "
                "Start the version of AudienceOS that migrated it, or restore the backup made before."
            )
        return (
            f"The database is at migration {self.current[0]} and this program needs {self.head}: "
            "make a backup (`audienceos backup`), then run `audienceos migrate`."
        )


@cache
def chain() -> tuple[str, ...]:
    """Every migration of this program, oldest first, read from the names of the files."""
    names = sorted(path.name for path in (MIGRATIONS / "versions").iterdir())
    return tuple(sorted(found[1] for name in names if (found := _FILE.fullmatch(name))))


async def state(url: str) -> State:
    """Where the database stands. `url` is the owner's or the service's (`Address.sqlalchemy()`)."""
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await state_of(connection)
    finally:
        await engine.dispose()


async def state_of(connection: AsyncConnection) -> State:
    """The same on a connection that is already open; leaves no transaction behind."""
    try:
        rows = await connection.exec_driver_sql("select version_num from app.schema_version order by 1")
        current = tuple(str(row[0]) for row in rows)
    except DBAPIError as problem:
        # NO_RIGHT: the schema is there, but the first migration, which opens it, is not.
        if getattr(problem.orig, "sqlstate", None) not in (NO_SCHEMA, NO_TABLE, NO_RIGHT):
            raise
        current = ()
    await connection.rollback()
    tables = bool(current)
    if not current:
        found = await connection.exec_driver_sql("select to_regclass('public.agency') is not null")
        tables = bool(found.scalar_one())
        await connection.rollback()
    return State(current, chain()[-1], tables)


async def require_current(url: str) -> None:
    """Raise `HalfMigrated` unless the database is exactly at this program's migration."""
    fault = (await state(url)).fault()
    if fault:
        raise HalfMigrated(fault)
