"""Files come back as they were, to their own agency alone, and go when their time has passed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import uuid7
from audienceos.platform.errors import NotFound, Unavailable
from audienceos.platform.settings import Settings, SettingsError
from audienceos.platform.storage.store import Storage, storage_of

OURS = Actor(agency_id=uuid7(), user_id=uuid7(), role="admin")
THEIRS = Actor(agency_id=uuid7(), user_id=uuid7(), role="admin")


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return storage_of(Settings(data_dir=tmp_path / "data"))


@pytest.fixture
def list_file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(b"name\r\nOxbow\r\n" * 100_000)
    return path


async def keep(storage: Storage, path: Path, actor: Actor = OURS) -> str:
    async with storage.kept(actor, "imports", path) as key:
        return key


def stored(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "data").rglob("*") if path.is_file()]


async def test_a_file_comes_back_as_it_was(storage: Storage, list_file: Path) -> None:
    key = await keep(storage, list_file)
    async with storage.fetched(OURS, key) as copy:
        assert copy.read_bytes() == list_file.read_bytes()
    assert not copy.exists()


async def test_a_key_is_made_of_the_bucket_the_agency_and_chance(storage: Storage, list_file: Path) -> None:
    bucket, agency, name = (await keep(storage, list_file)).split("/")
    assert (bucket, agency) == ("imports", str(OURS.agency_id))
    assert "list" not in name


async def test_another_agencys_key_is_nobodys(storage: Storage, list_file: Path) -> None:
    key = await keep(storage, list_file)
    with pytest.raises(NotFound):
        async with storage.fetched(THEIRS, key):
            pass
    with pytest.raises(NotFound):
        await storage.remove(THEIRS, key)
    async with storage.fetched(OURS, key) as copy:
        assert copy.stat().st_size > 0


MADE = "0198f0c2-7c1e-7a52-9d0b-3b1f6f5c2a11"


@pytest.mark.parametrize("name", ["../../secret", "x", MADE.upper(), f"{MADE}/{MADE}", ""])
async def test_a_key_that_was_not_made_here_reaches_nothing(storage: Storage, name: str) -> None:
    with pytest.raises(NotFound):
        async with storage.fetched(OURS, f"imports/{OURS.agency_id}/{name}"):
            pass


async def test_when_the_block_fails_the_file_is_gone(
    storage: Storage, list_file: Path, tmp_path: Path
) -> None:
    async def fail() -> None:
        async with storage.kept(OURS, "imports", list_file):
            assert len(stored(tmp_path)) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert stored(tmp_path) == []


async def test_removing_twice_is_no_error(storage: Storage, list_file: Path, tmp_path: Path) -> None:
    key = await keep(storage, list_file)
    await storage.remove(OURS, key)
    await storage.remove(OURS, key)
    assert stored(tmp_path) == []
    with pytest.raises(NotFound):
        async with storage.fetched(OURS, key):
            pass


async def test_the_purge_takes_what_is_old_of_every_agency_and_of_this_bucket(
    storage: Storage, list_file: Path, tmp_path: Path
) -> None:
    assert await storage.purge("imports", timedelta(days=7)) == 0
    for actor in (OURS, THEIRS):
        await keep(storage, list_file, actor)
    async with storage.kept(OURS, "documents", list_file) as document:
        pass
    assert await storage.purge("imports", timedelta(days=7)) == 0
    with clock.stopped_at(clock.now() + timedelta(days=7, minutes=1)):
        assert await storage.purge("imports", timedelta(days=7)) == 2
        assert await storage.purge("imports", timedelta(days=7)) == 0
    assert [str(path.relative_to(tmp_path / "data/files")) for path in stored(tmp_path)] == [document]


async def test_only_its_owner_opens_the_local_folder(storage: Storage, tmp_path: Path) -> None:
    assert (tmp_path / "data/files").stat().st_mode & 0o077 == 0


async def test_a_storage_that_is_away_says_so(storage: Storage, list_file: Path, tmp_path: Path) -> None:
    (tmp_path / "data/files").rmdir()
    (tmp_path / "data/files").write_bytes(b"in the way")
    with pytest.raises(Unavailable):
        await keep(storage, list_file)


@pytest.mark.parametrize("url", ["bucket", "ftp://host/folder", "s3://"])
def test_an_address_that_is_none_is_told_at_the_start(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="AUDIENCEOS_STORAGE_URL"):
        storage_of(Settings(data_dir=tmp_path, storage_url=url))


@pytest.mark.parametrize("url", ["s3://bucket/folder", "gs://bucket/folder", "az://container/folder"])
def test_the_three_vendors_are_known_by_their_addresses(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")  # as the vendor's own tools read it
    assert isinstance(storage_of(Settings(data_dir=tmp_path, storage_url=url)), Storage)
