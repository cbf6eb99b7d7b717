"""`audienceos backup FILE`: every row and every stored file in one tar file."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import tarfile
import tempfile
from pathlib import Path

import msgspec

from audienceos.commands.copies import DATABASE, FILES, LIST, Contents, files_folder, keys_left_out
from audienceos.commands.running import CommandError, database_there
from audienceos.platform import clock
from audienceos.platform.db.dumping import dump
from audienceos.platform.settings import Settings


async def run(settings: Settings, given: argparse.Namespace) -> None:
    """Write the backup beside its name first and put it in place only when it is whole."""
    target = Path(given.file).absolute()
    if target.exists():
        raise CommandError(f"{target} is there already. Choose another name; nothing was written.")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copied = Path(folder) / DATABASE
        async with database_there(settings) as there:
            made_at = clock.now()
            dumped = await dump(there.owner, copied)
        whole = Path(folder) / target.name
        files = await asyncio.to_thread(_pack, whole, copied, files_folder(settings), dumped.rows, made_at)
        os.replace(whole, target)
    rows = sum(dumped.rows.values())
    print(
        f"{target}: {rows:,} rows of {len(dumped.rows)} tables, {files:,} files, {target.stat().st_size:,} bytes."
    )
    print(keys_left_out(settings))


def _pack(to: Path, database: Path, folder: Path | None, rows: dict[str, int], made_at: object) -> int:
    """The database first: what a row names was stored before the row was written."""
    files = (
        [path for path in sorted(folder.rglob("*")) if path.is_file()] if folder and folder.exists() else []
    )
    listed = msgspec.json.encode(Contents(made_at=made_at, rows=rows, files=len(files)))  # pyright: ignore[reportArgumentType]
    with tarfile.open(to, "x", format=tarfile.PAX_FORMAT) as archive:
        os.chmod(to, 0o600)
        entry = tarfile.TarInfo(LIST)
        entry.size = len(listed)
        archive.addfile(entry, io.BytesIO(listed))
        archive.add(database, DATABASE)
        for path in files:
            assert folder is not None
            archive.add(path, f"{FILES}/{path.relative_to(folder)}", recursive=False)
    return len(files)
