"""A database migrated once a run and copied for each server. Tests found agencies of their own: the wall parts them too."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import importlib
import subprocess
from collections.abc import AsyncGenerator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast

import httpx
import hypothesis
import jinja2
import pytest
import structlog
from litestar import Litestar

import audienceos.app
from audienceos.app import Parts, build_app, parts_of
from audienceos.platform.db.bootstrap import bootstrap
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.db.embedded import running
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.migrating import migrate
from audienceos.platform.db.urls import Addresses, addresses
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.settings import ARGON2_MEMORY_FLOOR_KIB, Settings
from audienceos.platform.web.static_files import Assets
from tests.cast import Player, Stage
from tests.clients.given import Row, a_client, only_assigned
from tests.platform.db.servers import made_home, short_home

# How long an example takes is the machine's affair.
hypothesis.settings.register_profile("ours", deadline=None)
hypothesis.settings.load_profile("ours")
# As it comes, structlog draws a trace for a terminal, which takes seconds.
structlog.configure(
    processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()]
)

HERE = Path(__file__).parent
HOST = "http://testserver.local"
SERVERS = {"migrated_home", "home", "fresh", "either", "socket", "binaries", "server", "browser"}
"""Fixtures that begin with a server or a browser of their own."""


LONG = {"journeys", "wall", "outages", "migrations"}
"""Folders of the tests that take longest."""


def pytest_collection(session: pytest.Session) -> None:
    """Import the tests in an order of this process's own: each file is compiled by who comes to it first, and found
    compiled by the others. In one order for all, each process would compile them all, beside the others.
    """
    work = cast("dict[str, Any] | None", getattr(session.config, "workerinput", None))
    if work is None or session.config.args != session.config.getini("testpaths"):
        return
    files = [path for path in sorted(HERE.rglob("test_*.py")) if "proof" not in path.parts]
    first = int(work["workerid"].removeprefix("gw")) * len(files) // work["workercount"]
    for path in [*files[first:], *files[:first]]:
        with suppress(Exception):  # pytest tells of it when it comes there
            importlib.import_module(".".join(path.relative_to(HERE.parent).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: looking through it for garbage takes a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server, so that `make check` can leave it out. Of the laws, those that play people.

    The longest tests begin first, so that no process waits for another at the end.
    """
    items.sort(key=lambda item: not LONG & set(item.path.parts))
    for item in items:
        needs = {"stage"} if "laws" in item.path.parts else SERVERS
        if needs & set(getattr(item, "fixturenames", ())):
            item.add_marker("served")


@asynccontextmanager
async def in_one_task(context: AbstractAsyncContextManager[Any]) -> AsyncGenerator[None]:
    """Enter and leave it in the same task: a fixture's two halves run in two, which cancel scopes refuse."""
    entered, leave = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with context:
            entered.set()
            await leave.wait()

    task = asyncio.create_task(hold())
    waiting = asyncio.create_task(entered.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        waiting.cancel()
        task.result()
    yield
    leave.set()
    await task


def place_of_run(factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder that all processes of this run share."""
    base = factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    """Have each template compiled by the first of the run that draws it, not by every application of every process:
    all of them take one three seconds.
    """
    folder = place_of_run(tmp_path_factory, worker_id) / "templates"
    folder.mkdir(exist_ok=True)
    kept, made = jinja2.FileSystemBytecodeCache(str(folder)), audienceos.app.environment

    def environment(assets: Assets, *, reload: bool = False) -> jinja2.Environment:
        env = made(assets, reload=reload)
        env.bytecode_cache = kept
        return env

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audienceos.app, "environment", environment)
        yield


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The installation that is tested. The argon2 cost is as low as it goes, so that sign-ins don't take the run."""
    return Settings(
        data_dir=Path(tmp_path_factory.mktemp("data")),
        url=HOST,
        environment="test",
        argon2_memory_kib=ARGON2_MEMORY_FLOOR_KIB // 16,
        argon2_passes=1,
        pool_size=8,
    )


HASTY = ("fsync = off", "full_page_writes = off", "autovacuum = off", "jit = off")
"""Settings of the tests' servers: none waits for the disk, and none tidies what is thrown away in minutes."""


async def hasty(there: Addresses) -> None:
    """Have the server, and copies of its data, hurry: they outlive their processes, not the machine."""
    assert there.admin is not None
    async with connected(there.admin.at("postgres")) as connection:
        for setting in HASTY:
            await connection.execute(f"alter system set {setting}")
        await connection.execute("select pg_reload_conf()")


async def make_migrated(settings: Settings, place: Path) -> None:
    """Leave a stopped server's folder with a migrated database there."""
    with short_home() as home:
        async with running(home) as socket:
            there = addresses(settings, socket)
            await hasty(there)
            await bootstrap(there, settings)
            await migrate(there.owner.sqlalchemy(), Logins(*settings.logins))
        subprocess.run(["cp", "-a", home, place.with_suffix(".new")], check=True)
    place.with_suffix(".new").rename(place)


@pytest.fixture(scope="session")
async def migrated_home(settings: Settings, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A stopped server's folder with a migrated database, to copy: the first process of a run makes it for all."""
    place = place_of_run(tmp_path_factory, worker_id) / "migrated"
    with place.with_suffix(".lock").open("w") as door:
        await asyncio.to_thread(fcntl.flock, door, fcntl.LOCK_EX)
        if not place.exists():
            await make_migrated(settings, place)
    return place


@pytest.fixture(scope="session")
async def ways(settings: Settings, migrated_home: Path) -> AsyncGenerator[Addresses]:
    """The addresses of a migrated database on a server of this process's own."""
    with made_home(migrated_home) as home:
        async with running(home) as socket:
            yield addresses(settings, socket)


@pytest.fixture(scope="session")
async def database(ways: Addresses, settings: Settings) -> AsyncGenerator[Database]:
    """The product's own doors to it."""
    database = Database(ways, pool_size=settings.pool_size)
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def parts(settings: Settings, database: Database) -> Parts:
    """What the web process is made of."""
    return parts_of(settings, database, Hub(database.addresses.listen))


@pytest.fixture(scope="session")
async def app(parts: Parts) -> AsyncGenerator[Litestar]:
    """The product, listening."""
    app = build_app(parts)
    async with in_one_task(app.lifespan()):
        yield app


@pytest.fixture(scope="session")
def stage(parts: Parts, app: Litestar) -> Stage:
    """Where players are made."""
    return Stage(parts, httpx.ASGITransport(cast("Any", app)))


@pytest.fixture
async def ines(stage: Stage) -> Player:
    """The owner of an agency of this test's own."""
    return await stage.owner()


@pytest.fixture
async def tom(stage: Stage, ines: Player) -> Player:
    """A team-mate of hers, who is no admin."""
    return await stage.member(ines, "Tom Baker")


@pytest.fixture
async def cleo(stage: Stage) -> Player:
    """A stranger, who owns another agency."""
    return await stage.owner("Cleo Stark", "Southwind")


@pytest.fixture
async def oxbow(ines: Player) -> Row:
    """A client of Ines's agency."""
    return await a_client(ines, "Oxbow")


@pytest.fixture
async def mia(stage: Stage, database: Database, ines: Player) -> Player:
    """A member of Ines's agency, where members see only the clients that they are assigned to."""
    mia = await stage.member(ines, "Mia Lind")
    await only_assigned(database, ines)
    return mia
