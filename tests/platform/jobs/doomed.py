"""A worker in a process of its own, to be killed: its jobs begin and never end, or end the process.

python -m tests.platform.jobs.doomed NAME hang|die < addresses.json
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import msgspec

from audienceos.platform.actor import Actor
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.jobs.registry import Registry
from audienceos.platform.jobs.worker import work
from tests.platform.jobs.crew import QUICK


async def main(addresses: Addresses, name: str, how: str) -> None:
    registry = Registry()

    @registry.job(name)
    async def doomed(database: Database, actor: Actor, payload: Json) -> None:
        print("begun", flush=True)
        if how == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.Event().wait()

    await work(Database(addresses, pool_size=4), stop=asyncio.Event(), registry=registry, pace=QUICK)


@contextmanager
def doomed_worker(addresses: Addresses, name: str, how: str) -> Generator[subprocess.Popen[str]]:
    """Start one; yields it once it has begun a job. It is killed at the end of the block at the latest."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.platform.jobs.doomed", name, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(msgspec.json.encode(addresses).decode())
    process.stdin.close()
    try:
        assert process.stdout.readline() == "begun\n"
        yield process
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(main(msgspec.json.decode(sys.stdin.read(), type=Addresses), sys.argv[1], sys.argv[2]))
