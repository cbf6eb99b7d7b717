"""What a backup is: one tar file with the database, the stored files and a list of both. Keys are left out."""

from __future__ import annotations

import tarfile
from datetime import datetime
from pathlib import Path

import msgspec

from audienceos.platform.auth.keys import FILE
from audienceos.platform.db.dumping import DumpError
from audienceos.platform.settings import Settings

DATABASE, LIST, FILES = "database.dump", "backup.json", "files"


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a backup."""

    version: int = 1
    made_at: datetime
    rows: dict[str, int]
    files: int


def files_folder(settings: Settings) -> Path | None:
    """Where stored files lie on this machine; None when another service keeps them."""
    return None if settings.storage_url else settings.data_dir / "files"


def keys_left_out(settings: Settings) -> str:
    """A word about what a backup doesn't hold."""
    where = "in AUDIENCEOS_SECRET_KEY" if settings.secret_key else f"at {settings.data_dir / FILE}"
    words = f"Keys are left out. The installation's key is {where}: keep a copy of it somewhere else."
    if settings.storage_url:
        words += f" Stored files are left out too: they lie at {settings.storage_url}."
    return words


def contents_of(archive: tarfile.TarFile) -> Contents:
    """The list of a backup. Raises `DumpError` for a file that is none of ours."""
    try:
        member = archive.extractfile(LIST)
    except KeyError:
        member = None
    if member is None:
        raise DumpError("This file is no backup of AudienceOS: it has no list of its contents.")
    return msgspec.json.decode(member.read(), type=Contents)
