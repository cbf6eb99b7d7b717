"""`audienceos restore FILE`: bring a backup back into an empty database, and see that the wall stands."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tarfile
import tempfile
from pathlib import Path

from audienceos.commands.copies import DATABASE, FILES, Contents, contents_of, files_folder, keys_left_out
from audienceos.commands.running import CommandError, database_there
from audienceos.platform.db.bootstrap import bootstrap
from audienceos.platform.db.dumping import Dump, DumpError, restore
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.migrating import migrate
from audienceos.platform.db.wallcheck.check import check_wall
from audienceos.platform.settings import Settings
from audienceos.tables import metadata


async def run(settings: Settings, given: argparse.Namespace) -> int:
    """Restore rows and files, count them, bring the database up to this version, and check the wall."""
    source = Path(given.file)
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        contents = await asyncio.to_thread(_unpack, source, Path(folder))
        async with database_there(settings) as there:
            if settings.embedded or settings.database_admin_url:
                await bootstrap(there, settings)
            await restore(there.owner, Path(folder) / DATABASE, Dump(contents.rows))
            await migrate(there.owner.sqlalchemy(), Logins(*settings.logins))
            report = await check_wall(there, settings, metadata)
    await asyncio.to_thread(_put_files, source, files_folder(settings))
    rows = sum(contents.rows.values())
    print(f"{rows:,} rows of {len(contents.rows)} tables and {contents.files:,} files are back.")
    print(keys_left_out(settings))
    print("\n".join(report.lines()[-1:] if report.stands else report.lines()))
    return 0 if report.stands else 1


def _unpack(source: Path, folder: Path) -> Contents:
    try:
        with tarfile.open(source) as archive:
            contents = contents_of(archive)
            _copy_out(archive, archive.getmember(DATABASE), folder / DATABASE)
            return contents
    except (OSError, tarfile.TarError, KeyError) as problem:
        raise CommandError(f"{source} can't be read as a backup ({problem}).") from None


def _put_files(source: Path, folder: Path | None) -> None:
    """Stored files go where this installation keeps them; one that is there already is never overwritten."""
    if folder is None:
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tarfile.open(source) as archive:
        for member in archive:
            if not member.isfile() or not member.name.startswith(f"{FILES}/"):
                continue
            to = (folder / member.name.removeprefix(f"{FILES}/")).resolve()
            if not to.is_relative_to(folder.resolve()):
                raise DumpError(
                    f"{source} names a file outside its folder ({member.name}); nothing more is copied."
                )
            if to.exists():
                raise DumpError(f"{to} is there already; it is left as it is.")
            to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _copy_out(archive, member, to)


def _copy_out(archive: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    """The content alone: whatever owner, mode or link the archive names, none of it is taken over."""
    held = archive.extractfile(member)
    if held is None:
        raise DumpError(f"{member.name} is no file in this backup.")
    with held, to.open("xb") as written:
        shutil.copyfileobj(held, written)
