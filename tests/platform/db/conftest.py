from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audienceos.platform.db.bootstrap import bootstrap
from audienceos.platform.db.connect import Connection, connected
from audienceos.platform.db.embedded import running
from audienceos.platform.db.urls import Address, Addresses, addresses
from audienceos.platform.settings import Settings
from tests.platform.db.debian15 import debian15
from tests.platform.db.servers import made_home, short_home


@pytest.fixture(params=["wheel", pytest.param("debian15", marks=pytest.mark.proof)], scope="session")
def binaries(request: pytest.FixtureRequest) -> Path | None:
    """The newest PostgreSQL that we run on, and the oldest."""
    return debian15() if request.param == "debian15" else None


@pytest.fixture(scope="session")
async def made18() -> AsyncIterator[Path]:
    """A stopped server's folder, to copy: making the data is the slow part of a first start."""
    with short_home() as home:
        async with running(home):
            pass
        yield home


@pytest.fixture(scope="session")
async def made(binaries: Path | None) -> AsyncIterator[Path]:
    """The same, of each PostgreSQL."""
    with short_home() as home:
        async with running(home, binaries=binaries):
            pass
        yield home


@pytest.fixture(scope="session")
async def socket(made: Path, binaries: Path | None) -> AsyncIterator[Path]:
    """A running server. Logins that begin with `far_` enter it by password, as they would a distant one."""
    with made_home(made) as home:
        far = home / "conf" / "far.conf"
        names = ",".join(f"far_{part}" for part in ("owner", "app", "service", "admin"))
        far.write_text(f"local all {names} scram-sha-256\nlocal all all peer map=aos\n")
        local = home / "conf" / "local.conf"
        local.write_text(f"hba_file = '{far}'\n")
        for path in (far, local):
            path.chmod(0o644)
        async with running(home, binaries=binaries) as folder:
            yield folder


@pytest.fixture
async def superuser(socket: Path) -> AsyncIterator[Connection]:
    """The administrator of the server; what a test makes is unmade after it."""
    home = Address(login="postgres", host=str(socket), database="postgres")
    async with connected(home) as connection:
        yield connection
        for row in await connection.fetch(
            "select datname from pg_database where not datistemplate and datname <> 'postgres'"
        ):
            await connection.execute(f'drop database "{row["datname"]}" with (force)')
        made = await connection.fetchval(
            "select string_agg(quote_ident(rolname), ', ') from pg_roles"
            " where rolname <> 'postgres' and not starts_with(rolname, 'pg_')"
        )
        if made:
            await connection.execute(f"drop role {made}")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
async def there(superuser: Connection, socket: Path, settings: Settings) -> Addresses:
    """The product's own server, bootstrapped."""
    there = addresses(settings, socket)
    await bootstrap(there, settings)
    return there
