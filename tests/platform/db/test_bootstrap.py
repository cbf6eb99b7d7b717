"""A new database, its three logins, and nobody else."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import quote

import asyncpg
import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from audienceos.platform.db.bootstrap import BootstrapError, bootstrap
from audienceos.platform.db.connect import Connection, connected
from audienceos.platform.db.preflight import preflight
from audienceos.platform.db.urls import Address, Addresses, addresses
from audienceos.platform.settings import Settings

pytestmark = pytest.mark.slow

FINGERPRINT = """
select array_agg(xmin::text order by oid) from pg_authid
union all select array_agg(xmin::text order by roleid, member) from pg_auth_members
union all select array_agg(xmin::text order by oid) from pg_database
union all select array_agg(xmin::text order by oid) from pg_namespace where nspname = 'public'
"""


async def run(address: Address, sql: str) -> object:
    async with connected(address) as connection:
        return await connection.fetchval(sql)


async def fingerprint(there: Addresses) -> list[object]:
    assert there.admin is not None
    async with connected(there.admin) as connection:
        return [row[0] for row in await connection.fetch(FINGERPRINT)]


async def test_a_bootstrapped_database_is_fit_to_serve(there: Addresses, settings: Settings) -> None:
    await preflight(there, settings)


async def test_the_second_time_changes_nothing(there: Addresses, settings: Settings) -> None:
    before = await fingerprint(there)
    await bootstrap(there, settings)
    assert await fingerprint(there) == before


async def test_several_at_once_are_one(superuser: Connection, socket: Path, settings: Settings) -> None:
    there = addresses(settings, socket)
    await asyncio.gather(*(bootstrap(there, settings) for _ in range(4)))
    await preflight(there, settings)


@pytest.mark.parametrize(
    "harm",
    [
        "drop database audienceos",
        "drop database audienceos; drop role audienceos_app",
        "revoke audienceos_service from audienceos_owner",
        "revoke connect on database audienceos from audienceos_app",
        "grant connect on database audienceos to public",
    ],
)
async def test_what_is_missing_is_put_back(
    superuser: Connection, there: Addresses, settings: Settings, harm: str
) -> None:
    for statement in harm.split("; "):
        await superuser.execute(statement)
    await bootstrap(there, settings)
    await preflight(there, settings)
    assert not await superuser.fetchval("select has_database_privilege('public', 'audienceos', 'connect')")


async def test_the_owner_makes_tables_and_the_others_make_nothing(there: Addresses) -> None:
    await run(there.owner, "create schema app")
    await run(there.owner, "create table thing (id int)")
    for login in (there.app, there.service):
        for sql in ("create table mine (id int)", "create schema mine", "create temp table mine (id int)"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await run(login, sql)


async def test_a_stranger_to_the_database_does_not_enter_it(superuser: Connection, there: Addresses) -> None:
    public = await superuser.fetchval(
        "select count(*) from pg_database, aclexplode(datacl) where datname = 'audienceos' and grantee = 0"
    )
    assert public == 0


async def test_the_owner_acts_as_the_others_and_has_none_of_their_rights(there: Addresses) -> None:
    """A policy for the app must not open a table to the owner, who is a member of it."""
    async with connected(there.owner) as owner:
        await owner.execute(
            "create table walled (id int); insert into walled values (1);"
            "alter table walled enable row level security; alter table walled force row level security;"
            "create policy for_the_app on walled to audienceos_app using (true);"
            "grant select on walled to audienceos_app"
        )
        assert await owner.fetchval("select count(*) from walled") == 0
        await owner.execute("begin; set local role audienceos_app")
        assert await owner.fetchval("select count(*) from walled") == 1
        await owner.execute("rollback; begin; set local role audienceos_service")
        assert await owner.fetchval("select current_user::text") == "audienceos_service"
        await owner.execute("rollback")


def far(
    tmp_path: Path, socket: Path, *, secret: str = "Grüße/:@%", admin: str = "postgres", **more: object
) -> Settings:
    """Settings that name the server by address, as if somebody else looked after it."""

    def url(login: str) -> str:
        return f"postgresql://{login}:{quote(secret, safe='')}@/theirs?host={quote(str(socket), safe='')}"

    return Settings(
        data_dir=tmp_path,
        database_url=url("far_app"),
        database_owner_url=url("far_owner"),
        database_service_url=url("far_service"),
        database_admin_url=url(admin) if admin else "",
        owner_login="far_owner",
        app_login="far_app",
        service_login="far_service",
        **more,  # pyright: ignore[reportArgumentType]
    )


async def test_a_given_server_gets_logins_with_the_passwords_of_their_addresses(
    superuser: Connection, socket: Path, tmp_path: Path
) -> None:
    await superuser.execute("create database theirs")
    for secret in ("plain-secret", "Grüße/:@%"):  # the second time the operator has changed it
        settings = far(tmp_path, socket, secret=secret)
        there = addresses(settings)
        await bootstrap(there, settings)
        await preflight(there, settings)
    before = await superuser.fetchval("select array_agg(rolpassword order by oid) from pg_authid")
    await bootstrap(there, settings)
    assert await superuser.fetchval("select array_agg(rolpassword order by oid) from pg_authid") == before
    assert await superuser.fetchval("select has_database_privilege('public', 'theirs', 'connect')")


async def test_no_password_reaches_the_servers_log(
    superuser: Connection, socket: Path, tmp_path: Path
) -> None:
    await superuser.execute("create database theirs")
    await superuser.execute("alter system set log_statement = 'all'")
    await superuser.execute("select pg_reload_conf()")
    try:
        settings = far(tmp_path, socket, secret="never-to-be-seen")
        await bootstrap(addresses(settings), settings)
    finally:
        await superuser.execute("alter system reset log_statement")
        await superuser.execute("select pg_reload_conf()")
    log = (socket.parent / "postgres.log").read_text()
    assert "alter role far_app password" in log
    assert "never-to-be-seen" not in log


async def test_an_administrator_who_is_no_superuser_is_enough(
    superuser: Connection, socket: Path, tmp_path: Path
) -> None:
    await superuser.execute("create role far_admin login createrole password 'shared-secret'")
    await superuser.execute("create database theirs owner far_admin")
    settings = far(tmp_path, socket, secret="shared-secret", admin="far_admin")
    there = addresses(settings)
    await bootstrap(there, settings)
    await preflight(there, settings)


async def test_an_administrator_with_too_few_rights_is_told_so(
    superuser: Connection, socket: Path, tmp_path: Path
) -> None:
    await superuser.execute("create role far_admin login password 'shared-secret'")
    await superuser.execute("create database theirs")
    settings = far(tmp_path, socket, secret="shared-secret", admin="far_admin")
    with pytest.raises(
        BootstrapError, match=r"far_admin .* may not prepare .* AUDIENCEOS_DATABASE_ADMIN_URL"
    ):
        await bootstrap(addresses(settings), settings)


async def test_a_superuser_is_never_made_one_of_the_three(
    superuser: Connection, socket: Path, tmp_path: Path
) -> None:
    await superuser.execute("create role far_app superuser login password 'its own'")
    await superuser.execute("create database theirs")
    before = await superuser.fetchval("select rolpassword from pg_authid where rolname = 'far_app'")
    settings = far(tmp_path, socket)
    with pytest.raises(BootstrapError, match="far_app is a superuser"):
        await bootstrap(addresses(settings), settings)
    assert await superuser.fetchval("select rolpassword from pg_authid where rolname = 'far_app'") == before
    assert await superuser.fetchval("select count(*) from pg_roles where rolname = 'far_owner'") == 0


async def test_without_an_administrator_nothing_is_done(
    superuser: Connection, socket: Path, tmp_path: Path
) -> None:
    settings = far(tmp_path, socket, admin="")
    await bootstrap(addresses(settings), settings)
    assert await superuser.fetchval("select count(*) from pg_roles where starts_with(rolname, 'far_')") == 0


async def test_sqlalchemy_enters_by_the_same_addresses(
    superuser: Connection, socket: Path, tmp_path: Path
) -> None:
    await superuser.execute("create database theirs")
    settings = far(tmp_path, socket, pooler=True)
    there = addresses(settings)
    await bootstrap(there, settings)
    for address in (there.owner, there.app, there.service, there.listen):
        engine = create_async_engine(address.sqlalchemy(), connect_args=address.connect_args())
        async with engine.connect() as connection:
            assert await connection.scalar(text("select current_user::text")) == address.login
        await engine.dispose()


async def test_an_administrator_who_does_not_get_in_is_told_so(
    superuser: Connection, socket: Path, tmp_path: Path
) -> None:
    settings = far(tmp_path, socket)
    with pytest.raises(BootstrapError, match="postgres does not get into the database theirs at"):
        await bootstrap(addresses(settings), settings)
    away = msgspec.structs.replace(settings, database_admin_url="postgresql://postgres@127.0.0.1:1/theirs")
    with pytest.raises(BootstrapError, match=r"127\.0\.0\.1:1 .* or correct AUDIENCEOS_DATABASE_ADMIN_URL"):
        await bootstrap(addresses(away), away)
