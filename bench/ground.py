"""A server of the bench's own with a database for each number of agencies, all at once, so that they can take turns."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator, Collection, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import msgspec

from audienceos.platform.db.bootstrap import bootstrap
from audienceos.platform.db.embedded import running
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.migrating import migrate
from audienceos.platform.db.urls import Addresses, addresses
from audienceos.platform.settings import Settings
from bench.filling import CLIENTS, fill


class Ground(msgspec.Struct, frozen=True):
    """The running server, and the settings of a product that would run on it."""

    settings: Settings
    ways: Addresses

    async def database(self, name: str) -> Addresses:
        """One more database of the server, migrated and empty."""
        admin = self.ways.admin
        ways = Addresses(
            owner=self.ways.owner.at(name),
            app=self.ways.app.at(name),
            service=self.ways.service.at(name),
            listen=self.ways.listen.at(name),
            admin=admin.at(name) if admin else None,
        )
        await bootstrap(ways, self.settings)
        await migrate(ways.owner.sqlalchemy(), Logins(*self.settings.logins))
        return ways


class Town(msgspec.Struct, frozen=True):
    """A database with so many agencies."""

    agencies: int
    ways: Addresses


@asynccontextmanager
async def ground() -> AsyncGenerator[Ground]:
    """A fresh embedded server for the length of the block."""
    with _folder() as top:
        settings = Settings(data_dir=top, environment="production")
        async with running(top / "db") as socket:
            yield Ground(settings, addresses(settings, socket))


async def town(
    on: Ground,
    agencies: int,
    *,
    name: str = "",
    clients: int = CLIENTS,
    only: Collection[str] | None = None,
) -> Town:
    """A database filled with so many agencies of so many clients each; `only` with the rows of these tables."""
    ways = await on.database(name or f"agencies_{agencies}")
    await fill(ways, agencies, clients, only)
    return Town(agencies, ways)


@contextmanager
def _folder() -> Generator[Path]:
    """Short, since a socket's path is; open to pass through, since the server may run as another account."""
    with tempfile.TemporaryDirectory(prefix="aos") as top:
        Path(top).chmod(0o711)
        yield Path(top)
