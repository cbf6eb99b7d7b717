"""What the server can't work with it says in a sentence, and what it can put right it does."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from audienceos.platform.db.connect import connected
from audienceos.platform.db.embedded import EmbeddedError, running
from audienceos.platform.db.embedded_command import major_version, server_user, wheel_binaries
from audienceos.platform.db.embedded_home import Home
from audienceos.platform.db.embedded_locks import door
from audienceos.platform.db.urls import Address
from tests.platform.db.servers import User, made_home, short_home

pytestmark = pytest.mark.slow

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")


@pytest.fixture
def fresh() -> Iterator[Path]:
    with short_home() as folder:
        yield folder


@pytest.fixture
def home(made18: Path) -> Iterator[Path]:
    with made_home(made18) as folder:
        yield folder


def admin(socket: Path) -> Address:
    return Address(login="postgres", host=str(socket), database="postgres")


async def refusal(home: Path, binaries: Path | None = None) -> str:
    with pytest.raises(EmbeddedError) as caught:
        async with running(home, binaries=binaries):
            pass
    return str(caught.value)


async def works(home: Path, binaries: Path | None = None) -> bool:
    async with running(home, binaries=binaries) as socket, connected(admin(socket)) as connection:
        return await connection.fetchval("select true")


async def test_a_socket_path_as_long_as_the_system_allows_works(fresh: Path) -> None:
    room = 107 - len(os.fsencode(fresh)) - len("/run/.s.PGSQL.5432")
    assert await works(fresh.with_name(fresh.name + "x" * room))


async def test_a_longer_socket_path_is_refused_before_anything_is_made(fresh: Path) -> None:
    room = 108 - len(os.fsencode(fresh)) - len("/run/.s.PGSQL.5432")
    long = fresh.with_name(fresh.name + "x" * room)
    said = await refusal(long)
    assert "108 bytes" in said
    assert "shorter AUDIENCEOS_DATA_DIR" in said
    assert not long.exists()


@pytest.mark.parametrize("name", ["it's", "a$b", 'a"b', "a,b", "a:b", "a\\b", "a`b", "a\nb"])
async def test_a_name_that_a_shell_would_misread_is_refused(fresh: Path, name: str) -> None:
    assert "in its name" in await refusal(fresh / name)
    assert not fresh.exists()


async def test_a_folder_with_other_files_is_left_alone(fresh: Path) -> None:
    fresh.mkdir(mode=0o755)
    (fresh / "letter.txt").write_text("mine")
    mode = fresh.stat().st_mode
    assert "already holds other files" in await refusal(fresh)
    assert [path.name for path in fresh.iterdir()] == ["letter.txt"]
    assert fresh.stat().st_mode == mode


async def test_a_file_in_the_place_of_the_folder_is_named(fresh: Path) -> None:
    fresh.write_text("")
    said = await refusal(fresh / "data")
    assert str(fresh) in said
    assert "choose another AUDIENCEOS_DATA_DIR" in said


async def test_data_of_another_major_version_is_refused_not_hidden(home: Path) -> None:
    (home / "pg18").rename(home / "pg17")
    (home / "pg17" / "PG_VERSION").write_text("17\n")
    said = await refusal(home)
    assert "holds data of PostgreSQL 17, and this is PostgreSQL 18" in said
    assert "restore" in said
    assert not (home / "pg18").exists()


async def test_a_locked_door_says_who_to_look_for(home: Path) -> None:
    place = Home(home, await major_version(wheel_binaries()), await server_user())
    with place.door.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(EmbeddedError, match=r"starting or stopping .* end it, and start again"):
            async with door(place, seconds=0.1):
                pass
    async with door(place, seconds=0.1):
        pass


async def test_a_process_number_used_again_does_not_stop_a_start(home: Path) -> None:
    user = await server_user()
    stranger = subprocess.Popen(["sleep", "600"], user=user.uid if user.switched else None)
    pid_file = home / "pg18" / "postmaster.pid"
    try:
        pid_file.write_text(
            f"{stranger.pid}\n{home / 'pg18'}\n1700000000\n5432\n{home / 'run'}\n\n  1234 0\n"
        )
        os.chown(pid_file, user.uid, -1)
        assert await works(home)
    finally:
        pid_file.unlink(missing_ok=True)
        stranger.kill()
        stranger.wait()


async def test_a_configuration_that_postgresql_refuses_is_told_in_its_own_words(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audienceos.platform.db.embedded.RETRY_SECONDS", 0)
    (home / "conf" / "local.conf").write_text("nonsense = 1\n")
    (home / "conf" / "local.conf").chmod(0o644)
    said = await refusal(home)
    assert "does not start" in said
    assert "nonsense" in said


async def test_programs_that_are_none_are_refused(fresh: Path) -> None:
    assert "does not run here" in await refusal(fresh, binaries=fresh.parent)


@as_root
async def test_a_folder_that_the_servers_account_cannot_reach_is_named(fresh: Path) -> None:
    fresh.mkdir(mode=0o700)
    said = await refusal(fresh / "data")
    assert f"can't enter {fresh}" in said
    assert f"chmod o+x {fresh}" in said
    fresh.chmod(0o711)
    assert await works(fresh / "data")


@as_root
async def test_programs_in_a_closed_folder_are_copied_for_the_server(home: Path) -> None:
    """As in a checkout below root's own folder."""
    closed = home.parent / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(wheel_binaries().parent, closed / "pg", symlinks=True)
    assert await works(home, binaries=closed / "pg" / "bin")
    assert await works(home, binaries=closed / "pg" / "bin")
    assert len(list(home.glob("programs-*"))) == 1


@as_root
async def test_a_full_disk_says_so(fresh: Path) -> None:
    fresh.mkdir(mode=0o711)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m,mode=711", "tmpfs", fresh], check=False)
    if mounted.returncode:
        pytest.skip("this machine lets us mount nothing")
    try:
        assert "the disk is full. Make room and start again." in await refusal(fresh / "data")
        subprocess.run(["mount", "-o", "remount,size=500m", fresh], check=True)
        assert await works(fresh / "data")
    finally:
        subprocess.run(["umount", fresh], check=True)


@as_root
def test_an_ordinary_account_runs_its_own_server_and_keeps_others_out(fresh: Path) -> None:
    fresh.mkdir()
    os.chown(fresh, 65534, -1)  # nobody
    user = User(fresh / "data", account="nobody")
    assert user.arrival()[0] == "in"
    assert (fresh / "data" / "pg18").stat().st_uid == 65534
    assert user.leave() == "out"


@as_root
async def test_another_account_is_told_that_the_folder_is_not_its_own(home: Path) -> None:
    other = User(home, account="nobody")
    kind, said = other.arrival()
    assert kind == "error"
    assert "Make it writable for this account, or choose another AUDIENCEOS_DATA_DIR" in said
    other.leave()


@as_root
async def test_another_account_does_not_enter_as_one_of_our_logins(home: Path) -> None:
    async with running(home) as socket:
        socket.chmod(0o711)
        (socket / ".s.PGSQL.5432").chmod(0o777)  # past the folder's modes only the name of the account counts
        for folder in (home, socket):
            folder.chmod(0o711)
        psql = [wheel_binaries() / "psql", "-h", socket, "-d", "postgres", "-c", "select 1", "-U"]
        for login in ("postgres", "audienceos_owner", "nobody"):
            tried = subprocess.run(
                [*psql, login], user="nobody", capture_output=True, text=True, cwd="/", check=False
            )
            assert "authentication failed" in tried.stderr
    with pytest.raises((OSError, asyncpg.PostgresError)):
        async with connected(admin(socket)):
            pass
