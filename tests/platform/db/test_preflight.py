"""Whatever would let a login walk through the wall keeps the program from serving, with a sentence."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from audienceos.platform.db.connect import Connection, connect, connected
from audienceos.platform.db.preflight import PreflightError, preflight
from audienceos.platform.db.urls import Addresses
from audienceos.platform.settings import Settings

pytestmark = pytest.mark.slow

HARMS = {
    "alter role audienceos_app bypassrls": (
        "The login audienceos_app bypasses row security. Run as administrator: ALTER ROLE audienceos_app NOBYPASSRLS"
    ),
    "alter role audienceos_service superuser": "ALTER ROLE audienceos_service NOSUPERUSER",
    "alter role audienceos_owner superuser": "ALTER ROLE audienceos_owner NOSUPERUSER",
    "alter role audienceos_owner bypassrls": "ALTER ROLE audienceos_owner NOBYPASSRLS",
    "alter role audienceos_app createrole": "ALTER ROLE audienceos_app NOCREATEROLE",
    "alter role audienceos_app replication": "ALTER ROLE audienceos_app NOREPLICATION",
    "grant pg_read_all_data to audienceos_app": "has the rights of pg_read_all_data",
    "grant pg_read_all_stats to audienceos_service": "has the rights of pg_read_all_stats",
    "revoke audienceos_app from audienceos_owner; grant audienceos_owner to audienceos_app": (
        "The login audienceos_app may become audienceos_owner. End the membership that leads there, "
        "such as REVOKE audienceos_owner FROM audienceos_app"
    ),
    "grant audienceos_service to audienceos_app": "audienceos_app may become audienceos_service",
    "create role strong bypassrls; create role between; grant strong to between; "
    "grant between to audienceos_service": "may become strong, which bypasses row security",
    "create role strong superuser; grant strong to audienceos_owner": "may become strong, which is a superuser",
    "create table t (id int); alter table t owner to audienceos_app": "it owns table t",
    "create function f() returns int return 1; alter function f owner to audienceos_service": (
        "The login audienceos_service must own nothing, and it owns function f()"
    ),
    "create schema s authorization audienceos_app": "it owns schema s",
    "alter database audienceos owner to audienceos_app": "it owns database audienceos",
    "create role keeper; create table t (id int); alter table t owner to keeper; grant keeper to audienceos_app": (
        "keeper, which it may become, owns table t"
    ),
    "grant create on schema public to audienceos_app": (
        "may create things in SCHEMA public. Run as administrator: "
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC, audienceos_app"
    ),
    "grant create on database audienceos to public": "may create things in DATABASE audienceos",
    "revoke connect on database audienceos from audienceos_service": (
        "GRANT CONNECT ON DATABASE audienceos TO audienceos_service"
    ),
    "alter role audienceos_app nologin": "does not let audienceos_app at",
    "revoke audienceos_app from audienceos_owner": "can't act as audienceos_app to check the wall",
    "alter database audienceos owner to postgres; revoke create on database audienceos from audienceos_owner; "
    "grant connect on database audienceos to audienceos_owner": (
        "The login audienceos_owner can't make tables"
    ),
}


async def faults(there: Addresses, settings: Settings) -> tuple[str, ...]:
    with pytest.raises(PreflightError) as caught:
        await preflight(there, settings)
    assert str(caught.value) == "\n".join(caught.value.faults)
    return caught.value.faults


@pytest.mark.parametrize("harm", HARMS)
async def test_each_harm_is_named_with_its_remedy(there: Addresses, settings: Settings, harm: str) -> None:
    assert there.admin is not None
    await preflight(there, settings)
    async with connected(there.admin) as superuser:
        await superuser.execute(harm)
    found = await faults(there, settings)
    assert any(HARMS[harm] in fault for fault in found), found


async def test_an_owner_that_inherits_the_apps_rights_is_refused(
    superuser: Connection, there: Addresses, settings: Settings
) -> None:
    await superuser.execute("revoke audienceos_app from audienceos_owner")
    await superuser.execute("alter role audienceos_owner inherit")
    await superuser.execute("grant audienceos_app to audienceos_owner")
    found = await faults(there, settings)
    assert "inherits the rights of audienceos_app" in found[0]
    for fault in found:
        await superuser.execute(fault.partition("administrator: ")[2])
    await preflight(there, settings)


async def test_every_fault_is_told_at_once(
    superuser: Connection, there: Addresses, settings: Settings
) -> None:
    await superuser.execute("alter role audienceos_app bypassrls createrole")
    await superuser.execute("alter role audienceos_service bypassrls")
    assert len(await faults(there, settings)) == 3


async def test_a_temporary_table_is_no_property(
    superuser: Connection, there: Addresses, settings: Settings
) -> None:
    await superuser.execute("grant temp on database audienceos to audienceos_app")
    visitor = await connect(there.app)
    await visitor.execute("create temp table passing (id serial primary key, words text)")
    await preflight(there, settings)
    await visitor.close()


async def test_a_harmless_membership_is_none_of_our_business(
    superuser: Connection, there: Addresses, settings: Settings
) -> None:
    await superuser.execute("create role readers")
    await superuser.execute("grant readers to audienceos_app")
    await preflight(there, settings)


async def test_three_logins_must_be_three(there: Addresses, settings: Settings) -> None:
    same = msgspec.structs.replace(settings, service_login=settings.app_login)
    found = await faults(msgspec.structs.replace(there, service=there.app), same)
    assert "must be three different logins" in found[0]


async def test_an_address_must_name_the_login_that_the_settings_name(
    there: Addresses, settings: Settings
) -> None:
    fault, *_ = await faults(msgspec.structs.replace(there, app=there.service), settings)
    assert (
        "AUDIENCEOS_DATABASE_URL signs in as audienceos_service, but AUDIENCEOS_APP_LOGIN is audienceos_app"
        in fault
    )


async def test_an_old_server_is_refused(
    there: Addresses, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audienceos.platform.db.preflight.OLDEST_VERSION", 990_000)
    (fault,) = await faults(there, settings)
    assert "Move to a newer server" in fault


async def test_a_server_that_is_away_is_told_once_for_each_address(
    there: Addresses, settings: Settings, tmp_path: Path
) -> None:
    away = {
        part: msgspec.structs.replace(getattr(there, part), host="127.0.0.1", port=1)
        for part in ("owner", "app", "service", "listen")
    }
    found = await faults(msgspec.structs.replace(there, **away), settings)
    assert len(found) == 3
    assert "No database answers at 127.0.0.1:1" in found[0]
    assert "Start it, or correct AUDIENCEOS_DATABASE_OWNER_URL" in found[0]


async def test_a_database_that_is_not_there_is_named(there: Addresses, settings: Settings) -> None:
    found = await faults(msgspec.structs.replace(there, app=there.app.at("nothing")), settings)
    assert any("there is no database nothing" in fault for fault in found)
