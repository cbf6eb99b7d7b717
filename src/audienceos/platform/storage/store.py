"""Files that people bring or take away: kept in a folder, or with S3, Google or Azure, by one setting.

    async with files().kept(db.actor, "imports", path) as key:     # gone again if the block fails
        ...
    async with files().fetched(actor, key) as path:                # a copy on this machine, for the block
        ...
    content = await files().read(actor, key)                       # of a small one, such as a picture

A key is `<bucket>/<agency_id>/<uuid>` and is made only here, from the actor: no name that a person typed ever
becomes part of a path. A file is reached by a row inside the wall that holds its key, never by the key alone,
and a key of another agency is nobody's.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal
from urllib.parse import urlsplit
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import uuid7
from audienceos.platform.errors import NotFound, Unavailable
from audienceos.platform.settings import Settings, SettingsError

if TYPE_CHECKING:
    from obstore.store import RetryConfig

Bucket = Literal["documents", "media", "exports", "imports"]

KEPT: dict[Bucket, timedelta] = {"imports": timedelta(days=7)}
"""How long files stay in a bucket that is no archive."""
REMOVE = "storage.remove"
"""The job that takes out the file of the payload's `key`: for a transaction that gives a file up, queued with it."""
_PRIVATE = 0o700
_VENDORS = frozenset({"s3", "gs", "az"})
_PATIENCE: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
"""How long a vendor that doesn't answer is asked again: somebody waits for the page."""
_AWAY = (BaseError, OSError)


class Storage:
    """The files of one installation."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @asynccontextmanager
    async def kept(self, actor: Actor, bucket: Bucket, content: Path | bytes) -> AsyncGenerator[str]:
        """Copy a file in, or what would be in one, and give its key. When the block fails, it is taken out again.

        Raises `Unavailable`.
        """
        key = f"{bucket}/{actor.agency_id}/{uuid7()}"
        with _told():
            await obstore.put_async(self._store, key, content)
        done = False
        try:
            yield key
            done = True
        finally:
            if not done:
                with suppress(Unavailable):  # then the purge takes it
                    await self.remove(actor, key)

    @asynccontextmanager
    async def fetched(self, actor: Actor, key: str) -> AsyncGenerator[Path]:
        """A copy of the file that lasts for the block. Raises `NotFound` for one that is gone, `Unavailable`."""
        _check(actor, key)
        with tempfile.NamedTemporaryFile(prefix="audienceos-") as copy:
            with _told():
                async for chunk in (await obstore.get_async(self._store, key)).stream():
                    _write(copy, bytes(chunk))
            copy.flush()
            yield Path(copy.name)

    async def read(self, actor: Actor, key: str) -> bytes:
        """All of a file that is known to be small. Raises `NotFound` for one that is gone, `Unavailable`."""
        _check(actor, key)
        with _told():
            return bytes(await (await obstore.get_async(self._store, key)).bytes_async())

    async def remove(self, actor: Actor, key: str) -> None:
        """Take the file out; one that is gone already is no error. Raises `NotFound`, `Unavailable`."""
        _check(actor, key)
        with _told():
            try:
                await obstore.delete_async(self._store, key)
            except FileNotFoundError:
                return

    async def purge(self, bucket: Bucket, older_than: timedelta) -> int:
        """Take out, of every agency, the files that came longer ago. Gives their number; safe to run twice."""
        limit = clock.now() - older_than
        gone = 0
        with _told():
            async for found in obstore.list(self._store, bucket):  # pyright: ignore[reportUnknownMemberType]
                old = [one["path"] for one in found if one["last_modified"] < limit]
                if old:
                    await obstore.delete_async(self._store, old)
                gone += len(old)
        return gone


def storage_of(settings: Settings) -> Storage:
    """The storage that the settings name. Raises `SettingsError` for an address that can't be used."""
    if not settings.storage_url:
        folder = settings.data_dir / "files"
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        return Storage(LocalStore(folder))
    try:
        if urlsplit(settings.storage_url).scheme not in _VENDORS:
            raise ValueError("no address of these")
        return Storage(from_url(settings.storage_url, retry_config=_PATIENCE))
    except (BaseError, ValueError) as problem:
        reason = str(problem).partition("\n")[0]
        raise SettingsError(
            "AUDIENCEOS_STORAGE_URL: write s3://bucket/folder, gs://bucket/folder or az://container/folder, and set what "
            f"the provider's own tools ask for, such as AZURE_STORAGE_ACCOUNT_NAME ({reason})"
        ) from None


_here: list[Storage] = []


def keep_files(storage: Storage) -> None:
    """Say where this process keeps files, once, when it is put together; a later word replaces an earlier one."""
    _here[:] = [storage]


def files() -> Storage:
    """Where this process keeps files. Raises `LookupError` if it was never said."""
    if not _here:
        raise LookupError("nobody said where files are kept")
    return _here[0]


@contextmanager
def _told() -> Generator[None]:
    """What goes wrong within is told as the file being gone, or the storage being away."""
    try:
        yield
    except FileNotFoundError as gone:
        raise NotFound("file") from gone
    except _AWAY as problem:
        raise Unavailable("The file storage is away for a moment; nothing was lost.") from problem


def _check(actor: Actor, key: str) -> None:
    parts = key.split("/")
    if len(parts) != 3 or parts[1] != str(actor.agency_id) or not _is_uuid(parts[2]):
        raise NotFound("file")


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _write(file: IO[bytes], chunk: bytes) -> None:
    """In a function of its own: a few bytes into the page cache, which blocks nobody."""
    file.write(chunk)
