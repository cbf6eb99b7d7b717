"""Migrators that meet, fail, wait and refuse."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from audienceos.platform.db.connect import connected
from audienceos.platform.db.migrating import (
    HalfMigrated,
    Logins,
    chain,
    downgrade,
    migrate,
    require_current,
    state,
)
from audienceos.platform.db.urls import Addresses
from tests.migrations.conftest import LOGINS

HEAD = chain()[-1]
pytestmark = pytest.mark.parametrize("server", ["wheel"], indirect=True)
"""What is said and in which order doesn't hang on the server's version."""


async def sentence(ways: Addresses) -> str:
    """What the program says at its start."""
    with pytest.raises(HalfMigrated) as caught:
        await require_current(ways.service.sqlalchemy())
    return str(caught.value)


async def test_of_two_migrators_one_works_and_the_other_finds_it_done(empty: Addresses) -> None:
    url = empty.owner.sqlalchemy()
    done = await asyncio.gather(*(migrate(url, LOGINS) for _ in range(3)))
    assert sorted(done) == [(), (), chain()]
    await require_current(empty.service.sqlalchemy())


async def test_logins_may_have_any_name(empty: Addresses) -> None:
    odd = Logins(LOGINS.owner, "The App", 'the "service"')
    assert empty.admin is not None
    async with connected(empty.admin) as connection:
        for name in (odd.quoted()["app"], odd.quoted()["service"]):
            await connection.execute(f"create role {name}")
        await migrate(empty.owner.sqlalchemy(), odd)
        assert await connection.fetchval("select has_table_privilege('The App', 'client', 'update')")
        await downgrade(empty.owner.sqlalchemy(), odd, "base")


async def test_a_step_that_fails_leaves_nothing_of_itself_and_the_next_start_goes_on(
    empty: Addresses,
) -> None:
    url = empty.owner.sqlalchemy()
    async with connected(empty.owner) as connection:
        await connection.execute("create table workflow ()")
        with pytest.raises(DBAPIError):
            await migrate(url, LOGINS)
        assert (await state(url)).current == ("004",)
        assert await connection.fetchval("select to_regclass('ticket') is null")
        await connection.execute("drop table workflow")
    assert (await migrate(url, LOGINS))[:2] == ("005", "006")
    assert (await state(url)).is_current


async def test_a_table_in_use_stops_the_migration_instead_of_everybody(empty: Addresses) -> None:
    url = empty.owner.sqlalchemy()
    await migrate(url, LOGINS)
    await downgrade(url, LOGINS, "006")
    async with connected(empty.owner) as busy:
        await busy.execute("begin; lock table kpi_snapshot in access share mode")
        with pytest.raises(DBAPIError) as caught:
            await downgrade(url, LOGINS, "005")
        await busy.execute("rollback")
    assert getattr(caught.value.orig, "sqlstate", "") == asyncpg.LockNotAvailableError.sqlstate
    assert (await state(url)).current == ("006",)


async def test_a_database_without_tables_says_to_migrate(empty: Addresses) -> None:
    assert await sentence(empty) == (
        f"The database has no tables yet (this program brings {HEAD}): run `audienceos migrate`."
    )


async def test_a_database_that_is_behind_says_so(empty: Addresses) -> None:
    await migrate(empty.owner.sqlalchemy(), LOGINS, "002")
    said = await sentence(empty)
    assert "at migration 002" in said
    assert "`audienceos migrate`" in said


async def test_a_database_that_is_ahead_is_left_alone(empty: Addresses) -> None:
    url = empty.owner.sqlalchemy()
    await migrate(url, LOGINS)
    async with connected(empty.owner) as connection:
        await connection.execute("update app.schema_version set version_num = '999'")
    assert "newer than this program" in await sentence(empty)
    with pytest.raises(HalfMigrated, match="newer than this program"):
        await migrate(url, LOGINS)


@pytest.mark.parametrize("damage", ["delete from {}", "insert into {} values ('003')"])
async def test_a_damaged_record_is_not_guessed_at(empty: Addresses, damage: str) -> None:
    url = empty.owner.sqlalchemy()
    await migrate(url, LOGINS)
    async with connected(empty.owner) as connection:
        await connection.execute(damage.format("app.schema_version"))
    assert "is damaged" in await sentence(empty)
    with pytest.raises(HalfMigrated, match="is damaged"):
        await migrate(url, LOGINS)


async def test_what_the_request_login_may_not_ask_is_not_taken_for_an_answer(migrated: Addresses) -> None:
    async with connected(migrated.app) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("select version_num from app.schema_version")


@pytest.mark.usefixtures("server")
def test_asking_where_the_database_stands_loads_no_machinery_of_migration() -> None:
    asked = "import sys, audienceos.platform.db.revisions; print([m for m in sys.modules if 'alembic' in m])"
    path = {"PYTHONPATH": ":".join(sys.path)}
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, env=path)
    assert said.stdout.strip() == "[]"
