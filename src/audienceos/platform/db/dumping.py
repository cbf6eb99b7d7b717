"""Copies of the whole database, and their way back.

A copy is taken by pg_dump as the owner, inside the wall: the owner's own policy shows it every row, so nothing
needs a login that bypasses row security. Rows are counted in the very snapshot that is copied, and again after
the way back; a difference is an error, not a warning.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from audienceos.platform.db.connect import Connection, connected
from audienceos.platform.db.embedded import wheel_binaries
from audienceos.platform.db.urls import Address

SCHEMAS = ("public", "app", "jobs")
THERE_ALREADY = (" SCHEMA - public ", " ACL - SCHEMA public ", " COMMENT - SCHEMA public ")
"""Lines of a copy's own list of contents that every database has already."""

TABLES = """
select format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname = any($1) order by 1
"""
OUR_AUTH = (
    "select exists (select from pg_namespace where nspname = 'auth' and nspowner = current_user::regrole)"
)


class DumpError(Exception):
    """A copy could not be taken or brought back; the text says why and what to do."""


class Dump(msgspec.Struct, frozen=True):
    """What a copy holds: rows by table, counted in its snapshot."""

    rows: dict[str, int]


async def dump(owner: Address, to: Path) -> Dump:
    """Copy the database into the file. Raises `DumpError`."""
    async with connected(owner) as connection, _snapshot(connection) as snapshot:
        schemas = [*SCHEMAS, "auth"] if await connection.fetchval(OUR_AUTH) else list(SCHEMAS)
        rows = await count(connection)
        wanted = [f"--schema={schema}" for schema in schemas]
        await _program(
            "pg_dump",
            owner,
            "--format=custom",
            "--enable-row-security",
            f"--snapshot={snapshot}",
            f"--file={to}",
            *wanted,
        )
    return Dump(rows)


async def restore(owner: Address, source: Path, expected: Dump) -> None:
    """Bring a copy back into an empty, prepared database. Raises `DumpError` if it isn't empty or a row is missing.

    Policies are made after the rows, as pg_restore orders them, so the rows come in by COPY; all in one
    transaction, so a failure leaves the database as empty as it was.
    """
    async with connected(owner) as connection:
        present = await count(connection)
        if present:
            raise DumpError(
                f"The database holds {len(present)} tables already, and is left as it was. "
                "Bring the copy back into an empty one: another data folder, or a new database."
            )
    listed = source.with_suffix(".list")
    listed.write_text(await _contents(source))
    chosen = ("--exit-on-error", "--single-transaction", "--no-owner", f"--use-list={listed}")
    await _program("pg_restore", owner, *chosen, str(source))
    async with connected(owner) as connection:
        found = await count(connection)
    wrong = {
        table: (rows, found.get(table)) for table, rows in expected.rows.items() if found.get(table) != rows
    }
    if wrong:
        raise DumpError(f"Rows are missing after the restore (expected, found): {wrong}")


async def count(connection: Connection) -> dict[str, int]:
    """Rows of every table of ours, by name; empty for a database that was only prepared."""
    names = [row["name"] for row in await connection.fetch(TABLES, list(SCHEMAS))]
    return {name: await connection.fetchval(f"select count(*) from {name}") for name in names}  # noqa: S608 (quoted)


async def _contents(source: Path) -> str:
    """A copy's list of contents, without what is there already."""
    program = str(wheel_binaries() / "pg_restore")
    process = await asyncio.create_subprocess_exec(
        program, "--list", str(source), stdout=asyncio.subprocess.PIPE
    )
    listed, _ = await process.communicate()
    lines = listed.decode().splitlines(keepends=True)
    return "".join(line for line in lines if not any(there in line for there in THERE_ALREADY))


@asynccontextmanager
async def _snapshot(connection: Connection) -> AsyncGenerator[str]:
    """A moment of the database that pg_dump can share."""
    await connection.execute("begin isolation level repeatable read read only")
    try:
        yield await connection.fetchval("select pg_export_snapshot()")
    finally:
        await connection.execute("rollback")


async def _program(name: str, owner: Address, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; the password travels in the environment, never in the arguments."""
    bare = msgspec.structs.replace(owner, password="")
    process = await asyncio.create_subprocess_exec(
        str(wheel_binaries() / name),
        *arguments,
        f"--dbname={bare.libpq()}",
        env={"PGPASSWORD": owner.password, "PATH": "/usr/bin:/bin"},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        words = said.decode(errors="replace").strip().splitlines()
        raise DumpError(f"{name} failed: {' '.join(words[:3]) if words else process.returncode}")
