"""From an action's commit to the browsers: the product's web process in one process, its readers in another.

python -m bench.live

Each of N open streams reads on a socket of its own. An event's delay runs from just before its commit to its
arrival at a stream, so it holds the commit, NOTIFY, the hub, the framework, the socket and our own reading.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from audienceos.platform.actor import Actor
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.bootstrap import bootstrap
from audienceos.platform.db.connect import connected
from audienceos.platform.db.database import Database
from audienceos.platform.db.embedded import running
from audienceos.platform.db.logins import Logins
from audienceos.platform.db.migrating import migrate
from audienceos.platform.db.sessions import Claims
from audienceos.platform.db.urls import Addresses, addresses
from audienceos.platform.events.recording import CHANNEL, record
from audienceos.platform.settings import Settings
from audienceos.web_process import serve_web

Ratio = tuple[str, float, str]

STREAMS = (100, 1000)
EVENTS = 60
UNCOUNTED = 5  # the first events of each round: caches fill
ALLOWED_SECONDS = 0.1  # p99 at 1,000 open pages a web process
FILES = 8192
SECRET = "bench-session"

FOUND = """
with a as (insert into account (id, email, email_key, password_hash, password_changed_at)
           values ($1, 'a@example.com', 'a@example.com', '', now())),
     g as (insert into agency (id, name, slug) values ($1, 'Bench', 'bench')),
     s as (insert into slug (slug, agency_id) values ('bench', $1)),
     i as (insert into session (id, account_id, hash, last_seen_at, idle_until, expires_at)
           values ($1, $1, $2, now(), now() + interval '1 day', now() + interval '1 day'))
insert into "user" (agency_id, id, account_id, email, email_key, first_name, last_name, role)
values ($1, $1, $1, 'a@example.com', 'a@example.com', 'A', 'Person', 'admin')"""


async def ratios() -> list[Ratio]:
    """The 99th percentile as a part of what we allow, below 1 is within it, for each number of streams.

    The note holds both percentiles as multiples of what a bare LISTEN connection of the same run waits.
    """
    _allow_files()
    with _folder() as top, socket.create_server(("127.0.0.1", 0), backlog=FILES) as listener:
        port = listener.getsockname()[1]
        settings = Settings(data_dir=top, port=port, url=f"http://127.0.0.1:{port}")
        async with running(top / "db") as place:
            ways = addresses(settings, place)
            await bootstrap(ways, settings)
            await migrate(ways.owner.sqlalchemy(), Logins(*settings.logins))
            with _web_process(settings, ways, listener):
                return await _measured(ways, port)


async def _measured(ways: Addresses, port: int) -> list[Ratio]:
    agency_id = uuid7()
    async with connected(ways.owner) as owner:
        await owner.execute(FOUND, agency_id, hash_of(SECRET))
    database = Database(ways, pool_size=2)
    try:
        agency = _Agency(database, agency_id)
        async with agency.heard_bare(ways) as crowd:
            floor = statistics.median(await agency.delays(crowd))
        found: list[Ratio] = []
        for count in STREAMS:
            async with agency.heard_by(port, count) as crowd:
                delays = statistics.quantiles(await agency.delays(crowd), n=100)
            half, most = delays[49], delays[98]
            note = f"of what is allowed; p50 {half / floor:.1f}, p99 {most / floor:.1f} times a bare LISTEN"
            found.append((f"event to {count} pages", round(most / ALLOWED_SECONDS, 2), note))
        return found
    finally:
        await database.close()


class _Crowd:
    """Everybody who waits for the same event."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.arrivals: list[float] = []
        self.all_heard = asyncio.Event()

    def heard(self) -> None:
        self.arrivals.append(time.perf_counter())
        if len(self.arrivals) == self.count:
            self.all_heard.set()


class _Agency:
    """Where things happen."""

    def __init__(self, database: Database, agency_id: UUID) -> None:
        self.database = database
        self.claims = Claims(Actor(agency_id=agency_id, user_id=agency_id, role="admin"))

    async def delays(self, crowd: _Crowd) -> list[float]:
        """Seconds from commit to arrival, for each event and each who hears it."""
        found: list[float] = []
        for number in range(UNCOUNTED + EVENTS):
            crowd.arrivals = []
            crowd.all_heard.clear()
            async with self.database.acting(self.claims) as db:
                await record(db, "client.moved", "client", None)
                began = time.perf_counter()
            await crowd.all_heard.wait()
            if number >= UNCOUNTED:
                found += [arrival - began for arrival in crowd.arrivals]
        return found

    @asynccontextmanager
    async def heard_bare(self, ways: Addresses) -> AsyncGenerator[_Crowd]:
        """One connection that listens, and nothing between it and us."""
        crowd = _Crowd(1)
        async with connected(ways.listen) as connection:
            await cast("Any", connection).add_listener(CHANNEL, lambda *_: crowd.heard())  # pyright: ignore[reportUnknownLambdaType]
            yield crowd

    @asynccontextmanager
    async def heard_by(self, port: int, count: int) -> AsyncGenerator[_Crowd]:
        """So many open pages, all caught up."""
        crowd = _Crowd(count)
        readers = [await _opened(port) for _ in range(count)]
        tasks = [asyncio.create_task(_read(reader, crowd)) for reader, _ in readers]
        try:
            yield crowd
        finally:
            for task, (_, writer) in zip(tasks, readers, strict=True):
                task.cancel()
                writer.close()


async def _opened(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    request = f"GET /bench/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: session={SECRET}\r\n\r\n"
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request.encode())
        answer = await reader.readline()
        if b" 200 " in answer:
            await reader.readuntil(b"event: caught-up\n")
            return reader, writer
        assert b" 503 " in answer, answer  # it only just starts
        writer.close()
        await asyncio.sleep(0.1)


async def _read(reader: asyncio.StreamReader, crowd: _Crowd) -> None:
    while line := await reader.readline():
        if line == b"event: client\n":
            crowd.heard()


@contextmanager
def _folder() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="aos") as top:
        Path(top).chmod(0o711)
        yield Path(top)


@contextmanager
def _web_process(settings: Settings, ways: Addresses, listener: socket.socket) -> Generator[None]:
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(settings, ways, listener))
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _serve(settings: Settings, ways: Addresses, listener: socket.socket) -> None:
    _allow_files()
    asyncio.run(serve_web(settings, ways, listener))


def _allow_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, most), most))


if __name__ == "__main__":
    for name, ratio, note in asyncio.run(ratios()):
        print(f"{name:<20} {ratio:>6.2f}  {note}")
