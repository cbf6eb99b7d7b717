"""A backup, and its way back into an empty installation."""

from __future__ import annotations

import argparse
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audienceos.agency.directory import AgencyDirectory
from audienceos.agency.entering import Founding, found_agency
from audienceos.commands import backup, restore
from audienceos.commands.running import CommandError, database_there
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.passwords import Passwords
from audienceos.platform.db.bootstrap import bootstrap
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.db.dumping import DumpError, count
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.migrating import migrate
from audienceos.platform.settings import Settings
from tests.cast import PASSWORD
from tests.platform.db.servers import short_home

pytestmark = pytest.mark.slow


def asked(file: Path) -> argparse.Namespace:
    """The command's arguments."""
    return argparse.Namespace(file=str(file))


@pytest.fixture(scope="module")
async def lived_in(settings: Settings) -> AsyncIterator[Settings]:
    """An installation with an agency and a stored file."""
    with short_home() as home:
        own = msgspec.structs.replace(settings, data_dir=home)
        async with database_there(own) as there:
            await bootstrap(there, own)
            await migrate(there.owner.sqlalchemy(), Logins(*own.logins))
            database = Database(there)
            auth = Auth(database, own, Passwords(own), AgencyDirectory(database))
            await found_agency(
                auth,
                Founding(
                    name="Kept",
                    first_name="Ann",
                    last_name="Lee",
                    email="ann@kept.example",
                    password=PASSWORD,
                ),
            )
            await database.close()
        stored = home / "files" / "media" / "one"
        stored.parent.mkdir(parents=True)
        stored.write_bytes(b"a picture")
        yield own


@pytest.fixture(scope="module")
async def copy(lived_in: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its backup."""
    file = tmp_path_factory.mktemp("copies") / "backup.tar"
    await backup.run(lived_in, asked(file))
    return file


async def rows_of(settings: Settings) -> dict[str, int]:
    """Rows by table."""
    async with database_there(settings) as there, connected(there.owner) as connection:
        return await count(connection)


async def test_every_row_and_file_comes_back(lived_in: Settings, copy: Path, capsys: Any) -> None:
    with short_home() as home:
        fresh = msgspec.structs.replace(lived_in, data_dir=home)
        assert await restore.run(fresh, asked(copy)) == 0
        assert await rows_of(fresh) == await rows_of(lived_in)
        assert (home / "files" / "media" / "one").read_bytes() == b"a picture"
        told = capsys.readouterr().out
        assert "The wall stands." in told
        assert "Keys are left out" in told
        with pytest.raises(DumpError, match="tables already"):
            await restore.run(fresh, asked(copy))
        assert await rows_of(fresh) == await rows_of(lived_in)


async def test_the_key_is_not_in_the_copy(lived_in: Settings, copy: Path) -> None:
    with tarfile.open(copy) as archive:
        names = archive.getnames()
    assert sorted(names) == ["backup.json", "database.dump", "files/media/one"]
    assert copy.stat().st_mode & 0o077 == 0


async def test_a_backup_never_overwrites(lived_in: Settings, copy: Path) -> None:
    before = copy.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        await backup.run(lived_in, asked(copy))
    assert copy.read_bytes() == before


async def test_what_is_no_backup_is_refused(lived_in: Settings, tmp_path: Path) -> None:
    letter = tmp_path / "letter.tar"
    letter.write_text("not a tar file")
    with pytest.raises(CommandError, match="can't be read as a backup"):
        await restore.run(lived_in, asked(letter))
    with tarfile.open(tmp_path / "other.tar", "w") as archive:
        archive.add(letter, "letter")
    with pytest.raises(DumpError, match="no backup of AudienceOS"):
        await restore.run(lived_in, asked(tmp_path / "other.tar"))
