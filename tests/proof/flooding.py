"""A worker in a process of its own that takes floods in, to be killed at any moment; and the hand that kills it.

python -m tests.proof.flooding DATA_DIR < addresses.json
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path

import msgspec

from audienceos.connecting import tell_connections
from audienceos.inbox.actions.receiving import take_in
from audienceos.inbox.actions.sources import place_read, source_of
from audienceos.inbox.ports import Incoming
from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.platform.db.urls import Addresses
from audienceos.platform.jobs.registry import Registry
from audienceos.platform.jobs.worker import work
from audienceos.platform.settings import Settings
from audienceos.providers.mailbox.sweeping import READ, sweep
from tests.platform.jobs.crew import QUICK

TAKE = "flood.take"
WORKERS = 2


async def take(database: Database, actor: Actor, payload: Json) -> None:
    """Take in some messages of a file, and remember that they were."""
    messages = _kept(payload["file"])[payload["begin"] : payload["end"]]
    async with database.acting(Claims(actor)) as db:
        source = await source_of(db, payload["kind"], payload["platform"], payload["own"], "Flood")
        await take_in(db, source, messages)
        await place_read(db, source, str(payload["begin"]), {"end": payload["end"]})


async def read(database: Database, actor: Actor, payload: Json) -> None:
    """Read a mailbox, as the product's own job does."""
    await sweep(database, actor, payload["mailbox_id"], private=True)


async def main(addresses: Addresses, folder: Path) -> None:
    """Work until killed."""
    registry = Registry()
    registry.job(TAKE, retries=50, pause=timedelta(seconds=0.1))(take)
    registry.job(READ)(read)
    tell_connections(Settings(data_dir=folder))
    await work(Database(addresses, pool_size=10), stop=asyncio.Event(), registry=registry, pace=QUICK)


@cache
def _kept(file: str) -> Sequence[Incoming]:
    return msgspec.json.decode(Path(file).read_bytes(), type=list[Incoming])


class Crew:
    """Some workers, of which one is killed now and then and another takes its place."""

    def __init__(self, addresses: Addresses, folder: Path, seed: int) -> None:
        self._given = msgspec.json.encode(addresses).decode()
        self._folder = folder
        self._chance = random.Random(seed)
        self._workers: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Crew:
        self._workers = [self._begun() for _ in range(WORKERS)]
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            self._kill(worker)

    async def kill_one(self, within: float) -> None:
        """Let them work for a moment of at most so many seconds, then kill one of them and begin another."""
        await asyncio.sleep(self._chance.uniform(within / 4, within))
        at = self._chance.randrange(WORKERS)
        self._kill(self._workers[at])
        self._workers[at] = self._begun()

    def _begun(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.proof.flooding", str(self._folder)],
            stdin=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert process.stdin is not None
        process.stdin.write(self._given)
        process.stdin.close()
        return process

    def _kill(self, worker: subprocess.Popen[str]) -> None:
        worker.kill()
        worker.wait()


if __name__ == "__main__":
    asyncio.run(main(msgspec.json.decode(sys.stdin.read(), type=Addresses), Path(sys.argv[1])))
